"""`wiredesk calibrate`: how the thresholds do on files of one's own."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click
import msgspec
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from newstext.article import Origin
from newstext.calibrate import Scored, borderline, histogram, score, what_if
from newstext.compare import Text as Body
from newstext.compare import Thresholds
from newstext.errors import Unreadable
from newstext.extract import sighting
from newstext.formats import read
from newstext.shingles import salt
from newstext.source import Source
from wiredesk.cli import _accounts, _paths
from wiredesk.plain import many
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say
from workers.claimants import epoch, thresholds

#: Thresholds that are tried besides the one in force.
LINES = (0.4, 0.45, 0.5, 0.54, 0.6, 0.65, 0.7, 0.8, 0.9)
#: Characters of the longest bar of the histogram.
BAR = 40
#: Characters of each text of a pair that are shown.
SHOWN = 100


class Named(msgspec.Struct, frozen=True):
    """An article of the files: where it stands, its headline, its text."""

    name: str
    headline: str
    text: Body


@click.command(short_help="How the duplicate thresholds do on your own files.")
@click.argument("paths", nargs=-1, required=True)
@click.option("--pairs", type=click.IntRange(0), default=20, show_default=True, help="Borderline pairs shown.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(paths: tuple[str, ...], pairs: int, as_json: bool) -> None:
    """Score all pairs of articles in PATHS that may be one story, without Redis.

    Shows a histogram of their containment, the pairs nearest to the line, and what another line would change.
    """
    settings = Settings.read()
    at = thresholds(settings)
    articles = list(_articles(paths))
    scored = score([a.text for a in articles], at, settings.near_window, salt(None, settings.shingle))
    close = borderline(scored, pairs)
    if as_json:
        say(msgspec.json.encode(_plain(articles, scored, close, at)).decode())
        return
    Console(highlight=False).print(_shown(articles, scored, close, at))


def _articles(paths: tuple[str, ...]) -> Iterator[Named]:
    for found in _paths.expand(paths):
        with found.path.open("rb") as stream:
            source = Source(stream, found.path.stat().st_size, Origin(name=found.name))
            try:
                for unit in read(source):
                    origin = unit.origin or Origin(name=found.name)
                    for draft in unit.drafts:
                        seen = sighting(draft, origin)
                        text = Body(draft.body, seen.publisher, epoch(seen.published))
                        yield Named(
                            f"{found.name}#{draft.position}", draft.headline or draft.stated.headline or "", text
                        )
            except Unreadable as error:
                say(f"wiredesk: {_accounts.plain(found.name)}: {error}", err=True)


def _plain(articles: list[Named], scored: list[Scored], close: list[Scored], at: Thresholds) -> dict[str, object]:
    def named(pair: Scored) -> dict[str, object]:
        known: dict[str, object] = msgspec.to_builtins(pair)
        return known | {"earlier": articles[pair.earlier].name, "later": articles[pair.later].name}

    return {
        "articles": len(articles),
        "pairs": len(scored),
        "histogram": histogram(scored),
        "borderline": [named(pair) for pair in close],
        "thresholds": what_if(scored, LINES, at),
    }


def _shown(articles: list[Named], scored: list[Scored], close: list[Scored], at: Thresholds) -> RenderableType:
    same = sum(pair.same for pair in scored)
    parts: list[RenderableType] = [
        Text(f"{many(len(articles), 'article')}, {many(len(scored), 'pair')} that may be one story, ", "bold", end=""),
        Text(f"{same:,} judged so\n", "bold"),
        _histogram(scored),
        Text("\nwhat another threshold would change", "bold"),
        _changes(scored, at),
        Text("\nthe pairs nearest to the line", "bold"),
    ]
    for pair in close:
        verdict = "one story" if pair.same else "different"
        found = pair.measures
        parts.append(
            Text(
                f"\n{verdict}: containment {found.containment:.2f}, asked {pair.asked:.2f}, Jaccard {found.jaccard:.2f}"
            )
        )
        parts += [_line(articles[i]) for i in (pair.earlier, pair.later)]
    return Group(*parts)


def _line(article: Named) -> RenderableType:
    start = textwrap.shorten(_accounts.plain(article.text.body[: 2 * SHOWN]), SHOWN, placeholder=" …")
    headline = _accounts.plain(article.headline)
    return Padding(Text.assemble(f"{_accounts.plain(article.name)}  ", (headline, "bold"), f"  {start}"), (0, 0, 0, 2))


def _histogram(scored: list[Scored]) -> Table:
    table = Table("containment", "pairs", "one story", "", box=None, pad_edge=False)
    bins = histogram(scored)
    most = max((b.pairs for b in bins), default=0) or 1
    for b in bins:
        same, other = round(BAR * b.same / most), round(BAR * (b.pairs - b.same) / most)
        bar = Text.assemble(("█" * same, "green"), ("█" * other, "red"))
        table.add_row(f"{b.low:.2f}", f"{b.pairs:,}", f"{b.same:,}", bar)
    return table


def _changes(scored: list[Scored], at: Thresholds) -> Table:
    table = Table("threshold", "pairs of one story", "more than now", "fewer", box=None, pad_edge=False)
    for change in what_if(scored, LINES, at):
        now = " (now)" if change.same == at.same else ""
        table.add_row(f"{change.same:.2f}{now}", f"{change.pairs:,}", f"{change.more:,}", f"{change.fewer:,}")
    return table
