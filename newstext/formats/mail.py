"""Mail: single messages and mboxes. A vendor's export inside is read as that; else the message is a page or a digest.

A digest of messages (MIME's or a list manager's) gives each of them, a newsletter or an alert each of its stories.
Of the alternatives that a message offers, the one whose format is surest is read (an export before a page, HTML
before plain text on a tie), and every text beside them: a page around pictures comes in pieces, which are put
together again. Attachments that hold articles, and every part with a name, are read after the message's own text.
"""

from __future__ import annotations

import codecs
import email
import email.header
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.message import Message
from itertools import groupby, islice

from newstext.article import Audit, Draft, Stated, Unit
from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.formats import digest, inner, newsletter
from newstext.formats.base import PIECE_BYTES, Cursor, Look, visible, whole
from newstext.formats.digest import Story
from newstext.formats.fragment import text_of
from newstext.formats.pagetext import page_unit
from newstext.formats.paragraphs import paragraphs, tidy
from newstext.formats.utf8 import as_utf8
from newstext.source import Source

_HEADER = re.compile(r"(?:(?!\n)[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n){0,200}){2,}")
_TELLING = re.compile(
    r"^(?:From|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|Date|Subject|To):",
    re.MULTILINE | re.IGNORECASE,
)

#: Parts that are looked at: a digest of a hundred forwarded messages has some hundreds.
MAX_PARTS = 2_000

#: Types of attachments that never hold articles; everything else is looked at.
_MEDIA = ("image", "audio", "video", "font")

#: Texts for programs: signatures, keys, visiting cards, dates for a calendar, the looks of a page.
_SERVICE = frozenset(
    f"application/{kind}"
    for kind in ("pgp-signature", "pgp-keys", "pgp-encrypted", "pkcs7-signature", "x-pkcs7-signature", "ics")
) | frozenset(
    f"text/{kind}" for kind in ("vcard", "x-vcard", "directory", "calendar", "css", "javascript", "rfc822-headers")
)
_SERVICE_NAMES = (".asc", ".sig", ".p7s", ".vcf", ".ics")

#: The line before each message of an mbox: who sent it and when, as `asctime` or the mail's own header has it.
_SEPARATOR = re.compile(
    rb"From [^\n]{0,300}[ \t](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +"
    rb"(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} [A-Z][a-z]{2} \d{4}) +\d{1,2}:\d{2}[^\n]{0,40}$"
)

#: How a mailing list's footer or a signature begins: behind the message's own text such a part is no piece of it.
_SIGNED = re.compile(rb"\s{0,100}(?:_{10,}|-{10,}|-- )\r?\n")

#: The part of a plain text's words that a page has which says the same; links are spelled out in one of the two.
_REPEATED = 0.9

#: Texts looked at to rank one alternative: a page comes with its pieces, an export as one.
_RANKED = 5

#: Formats surer than this know a vendor's or standard's own markers; below it stand pages.
_SURE = 0.75


class Eml:
    name = "mail"
    recognised = "a header of `From:`, `Date:`, `Subject:` ... lines; exports inside are read as such"

    def sniff(self, look: Look) -> float:
        header = _HEADER.match(look.text.lstrip())  # saved from a web page, blank lines stand first
        names = {name.lower() for name in _TELLING.findall(header[0])} if header else set()
        return 0.97 if len(names) >= 3 or {"subject:", "mime-version:"} <= names else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        message = email.message_from_bytes(whole(source).removeprefix(codecs.BOM_UTF8).lstrip())
        at = Cursor.load(cursor)
        for number, part in enumerate(_parts(message, source)):
            if number >= at.place:
                for unit in _units(part, message, at.at(number)):
                    at = inner.after(unit)  # before it is given away: who holds the mail puts a cursor of its own there
                    yield unit


class Mbox:
    name = "mbox"
    recognised = "messages that begin with `From ` lines, one after the other"

    def sniff(self, look: Look) -> float:
        first = look.text.partition("\n")[0].removeprefix("\ufeff").encode()
        return 0.98 if _SEPARATOR.match(first) and _TELLING.search(look.text) else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        at = Cursor.load(cursor)
        source = as_utf8(source)
        for place, message in _messages(source, at.place):
            name = f"message at byte {place}"
            for unit in _units_of(source, place, message, name, at.at(place)):
                at = inner.after(unit)
                yield unit


def _units_of(source: Source, place: int, message: bytes | None, name: str, start: Cursor) -> Iterator[Unit]:
    if message is None:
        problem = Unreadable("too-large", f"the message has more than {PIECE_BYTES:,} bytes")
        yield inner.refused(problem, name, Cursor(place + 1, start.position))
    else:
        member = source.keep("member", place, lambda: inner.member(source, message, name))
        yield from inner.units(member, start, name)


def _messages(source: Source, place: int) -> Iterator[tuple[int, bytes | None]]:
    """The messages of an mbox from a byte on, each where its `From ` line stands, without it.

    None for one that is too large to be held. A place inside a message leads to the next one.
    """
    source.stream.seek(place)
    held: list[bytes] = []
    started, size, blank, at = -1, 0, True, place
    while line := source.stream.readline(PIECE_BYTES):
        if blank and _SEPARATOR.match((line if at else line.removeprefix(codecs.BOM_UTF8)).rstrip()):
            if started >= 0:
                yield started, _joined(held, size)
            started, held, size = at, [], 0
        elif started >= 0:
            size += len(line)
            if size <= PIECE_BYTES:
                held.append(line[1:] if line.startswith(b">From ") else line)
        at, blank = at + len(line), not line.strip()
    if started >= 0:
        yield started, _joined(held, size)


def _joined(held: list[bytes], size: int) -> bytes | None:
    return b"".join(held) if size <= PIECE_BYTES else None


def _parts(message: Message, source: Source) -> list[Source]:
    """What is read of a message: its texts, the messages in it, and every attachment that may hold articles."""
    texts: list[Source] = []
    attached: list[Source] = []
    messages: list[Source] = []
    for part in islice(_leaves(message, lambda part: _offered(part, source)), MAX_PARTS):
        name = part.get_filename()
        if part.get_content_maintype() == "message":
            messages += [inner.member(source, held, f"message {len(messages) + 1}") for held in _enclosed(part)]
        elif _is_text(part) and (part is message or not name):
            text = _text_of(part, source)
            texts += [] if texts and _SIGNED.match(text.head) else [text]
        elif _is_text(part):
            attached.append(inner.member(source, _text(part).encode(), name or ""))
        elif name and isinstance(data := part.get_payload(decode=True), bytes):
            attached.append(inner.member(source, data, name))
    if len(messages) > 1:  # the text of a digest lists what is in it
        texts = []
    return [*_together(_once(texts), source), *messages, *attached]


def _once(texts: list[Source]) -> list[Source]:
    """The texts without plain ones that a page among them repeats: not every program calls them alternatives."""
    pages = [set(text_of(text.whole().decode()).split()) for text in texts if text.origin.name == "text/html"]
    return [text for text in texts if text.origin.name != "text/plain" or not _repeated(text, pages)]


def _repeated(text: Source, pages: list[set[str]]) -> bool:
    words = set(text.whole().decode().split()) if pages else set()
    return any(len(words & page) >= _REPEATED * len(words) for page in pages)


def _is_text(part: Message) -> bool:
    return part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"


def _text_of(part: Message, source: Source) -> Source:
    return inner.member(source, _text(part).encode(), part.get_content_type())


def _together(texts: list[Source], source: Source) -> Iterator[Source]:
    """The texts, with the pieces of one page put together; an export is a file of its own."""
    for kind, group in groupby(texts, lambda text: (text.origin.name, _sureness(text) > 0)):
        pieces = list(group)
        if kind[1] or len(pieces) == 1:
            yield from pieces
        else:
            yield inner.member(source, b"\n\n".join(piece.whole() for piece in pieces), kind[0])


def _leaves(message: Message, inside: Callable[[Message], list[Message]]) -> Iterator[Message]:
    """The parts that hold something: texts, attachments, and messages as wholes."""
    held = [message]
    while held:
        part = held.pop()
        if _is_service(part):
            continue
        if part.is_multipart() and (part is message or part.get_content_maintype() != "message"):
            held += reversed(inside(part))
        else:
            yield part


def _is_service(part: Message) -> bool:
    named = (part.get_filename() or "").lower().endswith(_SERVICE_NAMES)
    return named or part.get_content_maintype() in _MEDIA or part.get_content_type() in _SERVICE


def _offered(part: Message, source: Source) -> list[Message]:
    """The parts inside one; of alternatives the best, and the attachments of the others."""
    inside = _inside(part)
    if part.get_content_type() != "multipart/alternative" or not inside:
        return inside
    best = min(inside, key=lambda each: _rank(each, source))
    others = (leaf for each in inside if each is not best for leaf in islice(_leaves(each, _inside), MAX_PARTS))
    return [best, *(leaf for leaf in others if not _is_text(leaf))]


def _rank(part: Message, source: Source) -> tuple[float, bool]:
    """The preference of the best text in a part; one without text comes last."""
    texts = islice(filter(_is_text, _leaves(part, _inside)), _RANKED)
    return min((_preference(_text_of(each, source)) for each in texts), default=(1, True))


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _enclosed(part: Message) -> Iterator[bytes]:
    """The messages that a part encloses, as they would stand in a file."""
    for message in _inside(part):
        with suppress(ValueError, LookupError, TypeError):  # headers that the library reads and cannot write
            yield message.as_bytes()


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    return decode(data if isinstance(data, bytes) else b"", part.get_content_charset()).text


def _preference(part: Source) -> tuple[float, bool]:
    return -_sureness(part), part.origin.name != "text/html"


def _sureness(part: Source) -> float:
    """How sure an export's format is of a text, 0 where it is but a page."""
    from newstext.formats.detect import detect  # noqa: PLC0415  (the registry knows this module)

    try:
        sure = detect(part).sniff(Look.at(part))
    except Unreadable:
        return 0
    return sure if sure >= _SURE else 0


def _units(part: Source, message: Message, start: Cursor) -> Iterator[Unit]:
    if part.origin.name.startswith("text/") and not _sureness(part):
        try:
            yield _page(part, message, start)
        except Unreadable as problem:
            yield inner.refused(problem, None, Cursor(start.place + 1, start.position))
    else:
        yield from inner.units(part, start, part.origin.name)


def _page(part: Source, message: Message, start: Cursor) -> Unit:
    """A message that is itself the article or page."""
    text = part.whole().decode()
    markup = part.origin.name == "text/html"
    found, plain = newsletter.stories(text) if markup else (digest.stories(text), text)
    if found:
        return _digest(found, plain, message, start)
    plain = text_of(text) if markup else text
    try:
        unit = page_unit(plain, "")
    except Unreadable as problem:
        if problem.kind != "no-article" or len(plain.split()) < 40:  # a greeting or a signature: nobody's article
            raise
        unit = Unit(
            drafts=[Draft(0, (0, len(plain)), paragraphs(plain))], audit=Audit(article=visible(plain)), text=plain
        )
    subject, sent = _decoded(message, "Subject"), _decoded(message, "Date")
    for draft in unit.drafts:
        draft.position += start.position
        draft.stated = Stated(published=sent, rule="mail")
    if len(unit.drafts) == 1:
        _headed(unit.drafts[0], subject)
    unit.cursor = Cursor(start.place + 1, start.position + len(unit.drafts)).dump()
    return unit


def _headed(draft: Draft, subject: str | None) -> None:
    """A mail's one article has its subject for a headline where its text has none: a first sentence is none."""
    if subject and draft.headline and draft.headline.endswith("."):
        draft.body, draft.headline = f"{draft.headline}\n\n{draft.body}", None
    draft.stated.headline = draft.headline = draft.headline or subject


def _digest(found: list[Story], text: str, message: Message, start: Cursor) -> Unit:
    """The stories of a digest; those that say no date are of the day when it was sent."""
    sent = _decoded(message, "Date")
    unit = Unit(drafts=[], audit=Audit(), text=text)
    for position, story in enumerate(found, start.position):
        story.stated.published = story.stated.published or sent
        draft = Draft(position, story.span, story.body, headline=story.headline or None, stated=story.stated)
        unit.drafts.append(draft)
        unit.audit.article += visible(text[slice(*story.span)])
    unit.audit.unassigned = visible(text) - unit.audit.article
    unit.cursor = Cursor(start.place + 1, start.position + len(found)).dump()
    return unit


def _decoded(message: Message, name: str) -> str | None:
    if name not in message:
        return None
    value = _raw(message, name)
    try:
        return tidy(str(email.header.make_header(email.header.decode_header(value))))
    except (ValueError, LookupError):
        return tidy(value)


def _raw(message: Message, name: str) -> str:
    """A header as it stands; the letters of one that is not ASCII are of the text's encoding, or told by themselves."""
    value = message.get(name)
    if not isinstance(value, email.header.Header):
        return str(value)
    pieces = (data if isinstance(data, bytes) else data.encode() for data, _ in email.header.decode_header(value))
    return decode(b"".join(pieces), message.get_content_charset()).text


EML, MBOX = Eml(), Mbox()
