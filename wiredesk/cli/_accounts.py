"""Accounts of judgements as a person reads them: at a terminal (rich) and as one HTML page without scripts.

Text of articles is only ever put in as text: control characters are replaced, markup is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from newstext.account import Account
from newstext.article import Span
from newstext.difference import Change, Piece
from workers.accounts import Considered, Explanation, Subject

#: Characters shown at either end of a long stretch that is the same in both.
AROUND = 60
#: Changed pieces shown of a text that differs all over.
PIECES = 60

WHY_NOT = {
    "": "judged on the texts",
    "unlike": "ruled out by its sketch",
    "outside": "outside of the window",
    "crowded": "16 others were likelier",
}
GONE = "Its text is no longer stored: the sketch's estimate is left."


def plain(text: str) -> str:
    """Text that cannot move the cursor, ring a bell or turn the line around."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def title(subject: Subject | None, article: str) -> str:
    if subject is None:
        return article
    known = [subject.headline or "(no headline)", subject.publisher, subject.published]
    return plain(" · ".join(part for part in known if part))


def shown(explanation: Explanation) -> RenderableType:
    """For the terminal."""
    mine = explanation.article
    verdict = mine.relation or "not judged yet"
    if mine.duplicate_of:
        verdict += f" of {mine.duplicate_of}"
    parts: list[RenderableType] = [Text.assemble((title(mine, mine.id), "bold"), f"\n{mine.id}: {verdict}")]
    parts += [part for considered in explanation.considered for part in _considered(mine, considered)]
    if not explanation.considered:
        parts.append(Text("\nNo original in the index shares a key with it."))
    return Group(*parts)


def _considered(mine: Subject, found: Considered) -> Iterator[RenderableType]:
    chosen = " (the match)" if found.id == mine.duplicate_of else ""
    yield Text.assemble(
        "\n", (title(found.subject, found.id), "bold"), f"\n{found.id}{chosen}: {WHY_NOT[found.why_not]}"
    )
    if found.account and found.subject:
        yield _scores(found.account)
        for reason in found.account.reasons:
            yield Text(f"  {reason}")
        if found.account.judgement:
            yield _difference(found.account.pieces, found.subject.body, mine.body)
    else:
        yield Text(f"  {GONE}")
    if found.estimate:
        about = found.estimate
        yield Text(f"  estimate: containment {about.containment:.2f}, Jaccard {about.jaccard:.2f}", "dim")


def scores(account: Account) -> list[tuple[str, str]]:
    """The measures, named, as they are shown."""
    found = account.measures
    return [
        ("containment", f"{found.containment:.3f}"),
        ("asked for", f"{account.asked:.3f}"),
        ("Jaccard", f"{found.jaccard:.3f}"),
        ("figures in common", f"{found.figures:.0%}"),
        ("names in common", f"{found.names:.0%}"),
        ("words of the shorter", str(found.shorter)),
        ("length ratio", f"{found.ratio:.2f}"),
        ("judged", account.judgement.relation if account.judgement else "different stories"),
    ]


def _scores(account: Account) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2))
    rows = scores(account)
    for left, right in zip(rows[::2], rows[1::2], strict=True):
        table.add_row(f"  {left[0]}", left[1], right[0], right[1])
    return table


def _difference(pieces: Iterable[Piece], earlier: str, later: str) -> Text:
    text = Text("\n  ")
    for change, old, new in stretches(pieces, earlier, later):
        if change == Change.SAME:
            text.append(new, "dim")
        if change in (Change.DELETED, Change.REPLACED):
            text.append(f"[-{old}-]", "red")
        if change in (Change.INSERTED, Change.REPLACED):
            text.append(f"{{+{new}+}}", "green")
        text.append(" ")
    return text


def stretches(pieces: Iterable[Piece], earlier: str, later: str) -> Iterator[tuple[Change, str, str]]:
    """The pieces as words, long ones that are the same shortened to their ends, PIECES changes at most."""
    changes = 0
    for piece in pieces:
        if changes == PIECES:
            yield Change.SAME, "…", "…"
            return
        old, new = cut(earlier, piece.earlier), cut(later, piece.later)
        if piece.change == Change.SAME and len(new) > 3 * AROUND:
            old = new = ends(new)
        changes += piece.change != Change.SAME
        yield piece.change, plain(old), plain(new)


def ends(text: str) -> str:
    """A long text by its two ends, in whole words where it has any there."""
    first, last = text[:AROUND], text[-AROUND:]
    return f"{first.rpartition(' ')[0] or first} … {last.partition(' ')[2] or last}"


def cut(text: str, span: Span) -> str:
    return text[span[0] : span[1]]


def page(explanation: Explanation) -> str:
    """One HTML page; what it shows of articles is escaped, and it runs nothing."""
    mine = explanation.article
    body = [
        f"<h1>{_safe(title(mine, mine.id))}</h1><p>{_safe(mine.id)}: {_safe(mine.relation or 'not judged yet')}</p>"
    ]
    body += [_section(mine, considered) for considered in explanation.considered]
    if not explanation.considered:
        body.append("<p>No original in the index shares a key with it.</p>")
    return _PAGE.format(title=_safe(title(mine, mine.id)), body="\n".join(body))


def _section(mine: Subject, found: Considered) -> str:
    chosen = " (the match)" if found.id == mine.duplicate_of else ""
    head = f"<h2>{_safe(title(found.subject, found.id))}</h2><p>{_safe(found.id)}{chosen}: {WHY_NOT[found.why_not]}</p>"
    if not (found.account and found.subject):
        return f"<section>{head}<p>{GONE}</p></section>"
    rows = "".join(f"<tr><th>{_safe(name)}</th><td>{_safe(value)}</td></tr>" for name, value in scores(found.account))
    why = "".join(f"<li>{_safe(reason)}</li>" for reason in found.account.reasons)
    words = "".join(_words(s) for s in stretches(found.account.pieces, found.subject.body, mine.body))
    shared = "".join(
        f"<li>{passage.words} words: <q>{_safe(plain(cut(mine.body, passage.later)))}</q></li>"
        for passage in found.account.passages
    )
    return (
        f"<section>{head}<table>{rows}</table><ul>{why}</ul><p class=text>{words}</p>"
        f"<details><summary>shared passages</summary><ol>{shared}</ol></details></section>"
    )


def _words(stretch: tuple[Change, str, str]) -> str:
    change, old, new = stretch
    if change == Change.SAME:
        return f"{_safe(new)} "
    gone, came = f"<del>{_safe(old)}</del> ", f"<ins>{_safe(new)}</ins> "
    return (gone if old else "") + (came if new else "")


def _safe(text: str) -> str:
    return html.escape(text, quote=True)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
th {{ text-align: left; font-weight: normal; padding-right: 1rem; color: #555 }}
del {{ background: #fdd }} ins {{ background: #dfd; text-decoration: none }}
.text {{ white-space: pre-wrap; border-left: 3px solid #ddd; padding-left: 1rem }}
</style></head><body>
{body}
</body></html>
"""
