"""From whom: the publisher, its section and the topics, from what is stated, printed around the text, or addressed."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from newstext.article import Evidence, Label
from newstext.extract.reconcile import Claim, settle
from newstext.extract.tables import fold, rows, toml, words

if TYPE_CHECKING:
    from newstext.extract.known import Known

_BETWEEN_TAGS = re.compile(r"(?:(?<!\s)\s+)?[,;|•·]\s*|\s#")
_YEARS = r"(?:(?:19|20)\d\d(?:\s*[-–—,/]\s*(?:(?:19|20)?\d\d|present|today))?)"
_OWNED = re.compile(
    rf"(?:©|\(c\)|\bcopyright\b)(?:[\s©:]|\(c\)|\bcopyright\b){{0,6}}(?:(?:by|von)\s)?{_YEARS}?[\s,.|©–—-]{{0,6}}(?:(?:by|von)\s)?"
    rf"(?P<name>[^\n|©•·]{{2,60}})",
    re.IGNORECASE,
)
_REVERSED = re.compile(rf"^(?P<name>[^©|•·\n]{{2,60}}?)[\s,.|–-]*©\s*{_YEARS}", re.IGNORECASE)
_RIGHTS = (
    r"(?:\b(?:all rights|alle rechte|tous droits|todos los derechos|inc|llc|ltd|gmbh|limited|dac|pty|s\.l|s\.a|b\.v)\b"
    r"|datenschutz|impressum|privacy|terms of|cookie|\bsome rights)"
)
_TAIL = re.compile(rf"(?:(?<![\s,.–—-])[\s,.–—-]+)?(?:{_YEARS}|{_RIGHTS}).*$", re.IGNORECASE)


def publisher(known: Known) -> tuple[str, Evidence] | None:
    """The publisher's name with its evidence; the host where nothing but the address tells."""
    draft = known.draft
    claims = []
    if draft.stated.publisher:
        told = draft.evidence.get("publisher")
        rule, sure = (told.rule, told.confidence) if told else (draft.stated.rule, 0.97)
        claims.append(Claim(draft.stated.publisher, rule, sure))
    weighed = "split" in draft.evidence  # a page of text: `imprint` has read its copyright lines with all others
    owners = [] if weighed else [(owner(mark.text), mark) for mark in known.marks(Label.LEGAL)]
    claims += [Claim(name, "copyright line", 0.8, mark.span) for name, mark in owners if name]
    if not claims and known.host:
        claims.append(Claim(house(known.host) or known.host, "url", 0.6))
    return settle(claims, lambda one, other: fold(one) == fold(other))


def owner(line: str) -> str | None:
    """Whom a copyright line names, without years, rights and legal form."""
    found = _REVERSED.match(line) or _OWNED.search(line)
    if not found:
        return None
    name = _TAIL.sub("", found["name"]).partition(" (")[0].strip(" \u00a0.,:;-–—|()ⓒ®©")
    return name if name and len(name.split()) <= 6 and fold(name) not in words("publishers", "never") else None


def house(host: str) -> str | None:
    """The name of a widely read house by its host, those of its parts included (`sport.example.com`)."""
    parts = host.split(".")
    return next((name for at in range(len(parts) - 1) if (name := _hosts().get(".".join(parts[at:])))), None)


@cache
def _hosts() -> dict[str, str]:
    return {host: name for host, name in rows("houses")}  # noqa: C416  (a row is no pair to the type checker)


def section(known: Known) -> tuple[str, Evidence] | None:
    """The section with its evidence: stated, or the last step of the breadcrumbs before the headline."""
    draft = known.draft
    if draft.stated.section:
        told = draft.evidence.get("section")
        return draft.stated.section, told or Evidence(draft.stated.rule, None, 0.97)
    home = words("publishers", "home")
    steps = []
    for mark in known.marks(Label.BREADCRUMB):
        for piece in re.split(r"\s*[>›»/|]\s*", mark.text):
            step = piece.strip(" \t•*·-+–—:")
            if step and fold(step) not in home and fold(step) != fold(draft.headline or ""):
                steps.append((step, mark.span))
    short = [(step, span) for step, span in steps if len(step.split()) <= 5 and not step.isdigit()]
    return (short[-1][0], Evidence("breadcrumb", short[-1][1], 0.85)) if short else None


def topics(known: Known) -> tuple[list[str], Evidence] | None:
    """Tags as stated, or as printed on tag lines."""
    draft = known.draft
    if draft.stated.topics:
        told = draft.evidence.get("topics")
        return _once(draft.stated.topics), told or Evidence(draft.stated.rule, None, 0.97)
    marks = known.marks(Label.TAGS)
    found = [tag for mark in marks for tag in tags(mark.text)]
    return (_once(found), Evidence("tag line", marks[0].span, 0.8)) if found else None


def tags(line: str) -> list[str]:
    """The tags of a line such as ``Tags: Iraq, coalition`` or ``• Iraq``."""
    pieces = [piece.strip(" \t•*·-+#.") for piece in _BETWEEN_TAGS.split(_tag_cue().sub("", line, count=1))]
    return [piece for piece in pieces if piece and len(piece) <= 60]


@cache
def _tag_cue() -> re.Pattern[str]:
    cues = "|".join(map(re.escape, toml("publishers")["tag_cues"]))
    return re.compile(rf"^\W*(?:{cues})\s*[:：]?\s*", re.IGNORECASE)


def _once(values: list[str]) -> list[str]:
    return list({fold(value): value for value in reversed(values) if value.strip()}.values())[::-1]
