"""What is fuzzed: every reader, the splitter, and each pattern of names, dates and places; each with what must hold.

A target takes bytes and raises AssertionError where a promise is broken; any other exception is a finding as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec

from newstext import lenient
from newstext.article import Article, Draft, Origin, Unit
from newstext.compare import Text, judge, measure
from newstext.compare import read as reading
from newstext.difference import difference
from newstext.encoding import decode, scrub
from newstext.errors import Unreadable
from newstext.extract import (
    agencies,
    bylines,
    captions,
    datelines,
    dates,
    extract,
    language,
    mentions,
    publishers,
    quotes,
)
from newstext.extract.dates import Habit
from newstext.fingerprint import features
from newstext.formats import known, read
from newstext.formats.base import Look
from newstext.html.reader import read_html
from newstext.source import Source
from newstext.split import split
from tests.hostile.carriers import CARRIERS
from tests.hostile.contents import BODY, EDGES, HEADLINE, INJECTIONS
from wiredesk import settings
from wiredesk.jobs import printable

Target = Callable[[bytes], None]
NOW = Habit(now=datetime(2019, 5, 3, tzinfo=UTC))


def readers(data: bytes) -> None:
    """Any file: articles in order, storable, the same when read from any of its cursors; or a reason."""
    try:
        units = list(read(Source.of(data, "a")))
    except Unreadable as problem:
        assert problem.kind, problem
        assert len(str(problem).split()) > 2, problem
        return
    positions = [draft.position for unit in units for draft in unit.drafts]
    assert positions == sorted(set(positions)), positions
    for unit in units:
        _storable(unit)
    first = next((unit for unit in units if unit.cursor), None)
    if first is not None:
        rest = list(read(Source.of(data, "a"), first.cursor))
        assert _positions(rest) == _positions(units[units.index(first) + 1 :])


def descriptions(data: bytes) -> None:
    """What is read can be described, fingerprinted and stored."""
    try:
        units = list(read(Source.of(data, "a")))
    except Unreadable:
        return
    for draft in [draft for unit in units for draft in unit.drafts][:5]:
        article = extract(draft, Origin(name="a", fetched_at="2019-05-03T10:00:00+00:00"))
        assert msgspec.json.decode(msgspec.json.encode(article), type=Article) == article
        features(article.body)


def pages(data: bytes) -> None:
    """Every character of a page lies in one line's span; articles lie in the page, one after the other."""
    text = decode(data).text
    unit = split(text)
    ends = [0, *(line.span[1] for line in unit.lines)]
    assert [line.span[0] for line in unit.lines] == ends[:-1]
    assert ends[-1] == len(text)
    for draft in unit.drafts:
        assert 0 <= draft.span[0] <= draft.span[1] <= len(text)
    sizes = unit.audit.article + unit.audit.furniture + unit.audit.unassigned
    assert sizes <= len(text)
    _storable(unit)


def html(data: bytes) -> None:
    try:
        _storable(read_html(data, Origin()))
    except Unreadable:
        return


def decoding(data: bytes) -> None:
    """Any bytes become text that can be stored; cleaning it again changes nothing."""
    text = decode(data).text
    text.encode()
    assert scrub(text) == text


def words_of_time(data: bytes) -> None:
    text = _text(data)
    for habit in (Habit(), Habit(month_first=True), NOW, Habit(year_first=True)):
        for stamp in dates.stamps(text, habit):
            assert stamp.iso[:4].isdigit(), stamp
            dates.role(text, stamp)
        dates.parse(text, habit)
    list(dates.cues(text))


def words_of_names(data: bytes) -> None:
    text = _text(data)
    for line in text.split("\n")[:5]:
        bylines.opens(line)
        for found in (bylines.byline(line), bylines.stated(line)):
            msgspec.json.encode(found)
        captions.caption(line)
        agencies.agency(line)
        agencies.named(line)
        agencies.only_agencies(line)
        publishers.owner(line)
        publishers.tags(line)
        datelines.dateline(line)
        datelines.dateline(line, alone=True)


def words_of_bodies(data: bytes) -> None:
    """Spans of quotes and mentions give their text."""
    text = _text(data)
    agencies.closing(text)
    language.detect(text)
    for found in [*quotes.quotes(text), *mentions.mentions(text)]:
        assert 0 <= found.span[0] < found.span[1] <= len(text), found


def likeness(data: bytes) -> None:
    """A text is like itself; differences are told without a crash whatever is compared."""
    one, _, other = _text(data).partition("\x1f")
    a, b = features(one), features(other)
    assert a == features(one)
    assert b == features(other)
    new, old = reading(Text(one)), reading(Text(other))
    assert measure(new, new).containment in {0.0, 1.0}
    judge(new, old)
    difference(one, other)


def json_rows(data: bytes) -> None:
    try:
        value = lenient.loads(_text(data))
    except (ValueError, RecursionError):
        return
    msgspec.json.encode(value) if not isinstance(value, int | float) else None


def sniffing(data: bytes) -> None:
    """Every format says how sure it is, of anything."""
    look = Look.at(Source.of(data, "a.txt"))
    for form in known():
        assert 0 <= form.sniff(look) <= 1, form.name


def facts(data: bytes) -> None:
    """Settings, job descriptions and events of strangers: a value or a sentence."""
    text = _text(data)
    for read_setting in (settings.duration, settings.size, settings.count, settings.share, settings.address):
        try:
            read_setting(text)
        except ValueError as problem:
            assert str(problem)
    said = printable(text)
    assert said.isprintable()
    assert len(said) <= 120


TARGETS: dict[str, Target] = {
    "readers": readers, "descriptions": descriptions, "pages": pages, "html": html, "decoding": decoding,
    "dates": words_of_time, "names": words_of_names, "bodies": words_of_bodies, "likeness": likeness,
    "json": json_rows, "sniffing": sniffing, "facts": facts,
}  # fmt: skip


def seeds() -> Iterator[bytes]:
    """What a fuzzer starts from: a healthy file of every format, and the strings that hurt elsewhere."""
    for carrier in CARRIERS:
        yield carrier.file(HEADLINE, BODY)
    for text in [*EDGES.values(), *INJECTIONS.values()]:
        yield text[:400].encode("utf-8", "surrogatepass")


def _storable(unit: Unit) -> None:
    for draft in unit.drafts:
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(draft), type=Draft) == draft
    msgspec.json.encode(unit)


def _positions(units: list[Unit]) -> list[int]:
    return [draft.position for unit in units for draft in unit.drafts]


def _text(data: bytes) -> str:
    return scrub(data[:4_000].decode("utf-8", "replace"))
