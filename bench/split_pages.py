"""Labelled pages for training the splitter: lines with codes, read from ../shared/data/eval, and what varies them.

A page is a list of lines; each has a code (H headline, B body, S subhead, C caption, Y byline, D date, T tags,
A agency, U standfirst, F furniture, f furniture or what tells of the
article, ? undecided, _ blank) and the number of its article.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from labelled import SHARED, rows

from newstext.split.states import NUMBER, STATES, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newstext.split.page import Rows

SETS = ("1-reuters21578-split", "2-scrollpage-split")

_KINDS = {
    "headline": "H",
    "body": "B",
    "blank": "_",
    "date": "D",
    "credit": "A",
    "tags": "T",
    "byline": "Y",
    "sep": "F",
}


class Labelled(NamedTuple):
    text: str
    code: str
    article: int


@dataclass
class Page:
    """A page's lines, the publishers whose text is in it, for scoring the case that it was read from, and how much
    its labels are believed, 0..1.
    """

    id: str
    publishers: list[str]
    lines: list[Labelled]
    case: dict | None = None
    weight: float = 1.0

    @property
    def text(self) -> str:
        return "\n".join(" ".join(line.text.splitlines()) for line in self.lines)

    def bodies(self) -> dict[int, tuple[int, int]]:
        """First and last line of each article's body."""
        found: dict[int, tuple[int, int]] = {}
        for at, line in enumerate(self.lines):
            if line.code in "BS":
                found[line.article] = (found.get(line.article, (at, at))[0], at)
        return found

    def masks(self, rows: Rows) -> np.ndarray:
        """The states that each row may have: ``[rows, states]`` of 0 and 1."""
        out = np.zeros((len(rows), len(STATES)), np.float32)
        bodies = self.bodies()
        titled: set[int] = set()
        opened: set[int] = set()
        for at, number in enumerate(rows.first):
            line = self.lines[number]
            for name in states(line, number, bodies.get(line.article), titled, opened):
                out[at, NUMBER[name]] = 1
            opened.add(line.article)
            if line.code == "H":
                titled.add(line.article)
        return out


def of_part(part: str, *more: str) -> list[str]:
    return [*(name for name in STATES if name[0] == part and name not in {"HN", "HH", "BN"}), *more]


#: The states of a line whose label is open, by the part where it stands.
UNDECIDED = {
    "P": of_part("P", "BB", "BS"),
    "H": of_part("H", "HH", "BB", "BS"),
    "B": of_part("B"),
    "E": of_part("E", "BB", "BS", "BF", "BC"),
}
NO_BODY = {"P": of_part("P"), "H": of_part("H"), "B": ["BF", "BC", "BY"], "E": of_part("E")}


def states(line: Labelled, number: int, body: tuple[int, int] | None, titled: set[int], opened: set[int]) -> list[str]:
    """The states that one line may have. Where furniture between two articles belongs is left open."""
    code, article = line.code, line.article
    if body is None or number > body[1]:
        part = "E"
    elif number >= body[0]:
        part = "B"
    else:
        part = "H" if article in titled or code == "H" else "P"
    if code in "?f":
        return (UNDECIDED if code == "?" else NO_BODY)[part]
    if code == "F" and (part == "E" or (part == "P" and article)):
        return ["PF", "EF"]
    if part == "B" and article not in opened:
        return ["BN"]
    if part == "H" and code == "H" and article not in titled:
        return ["HN"]
    return [state(part, code)]


def read(name: str) -> Iterator[dict]:
    return rows(SHARED / "data/eval" / name / "dev.jsonl.xz")


def page(case: dict) -> Page:
    """A page of a labelled case."""
    texts = case["text"].split("\n")
    codes = case.get("line_codes") or "".join(_KINDS[kind] for kind in case["line_kinds"])
    owner = [0] * len(texts)
    for number, article in enumerate(case["articles"]):
        for at in range(article["start_line"], len(texts)):
            owner[at] = number
    lines = [Labelled(*one) for one in zip(texts, codes.ljust(len(texts), "_"), owner, strict=True)]
    return Page(case["id"], case.get("publishers") or ["reuters"], lines, case)


def trail(page: Page, number: int) -> int:
    """How many blank lines end an article's part of a page."""
    codes = [line.code for line in page.lines if line.article == number]
    return len(codes) - len("".join(codes).rstrip("_"))


def load() -> list[Page]:
    return [page(case) for name in SETS for case in read(name)]


def seeds() -> list[Page]:
    """The three pages of ../shared/seeds, labelled by what is expected of them; the rest about them is left open."""
    wanted = json.loads((SHARED / "acceptance/seeds.expected.json").read_text("utf-8"))["articles"]
    found = []
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        articles = [one for one in wanted if one["file"] == path.name]
        texts = path.read_text("utf-8").split("\n")
        lines: list[Labelled] = []
        number, inside = -1, False
        for at, text in enumerate(texts):
            flat = " ".join(text.split())
            after = articles[number + 1] if number + 1 < len(articles) else None
            if after and flat == after["headline"]:
                number += 1
            here = articles[max(number, 0)]
            inside = inside or here["body_starts"] in flat
            beside = {" ".join(other.split()) for other in texts[max(0, at - 1) : at] + texts[at + 1 : at + 2]}
            code = "_" if not flat else "B" if inside else "H" if flat == here["headline"] else "f"
            code = "C" if code == "f" and flat in beside and len(flat) > 30 else code
            inside = inside and not flat.endswith(here["body_ends"])
            lines.append(Labelled(text, code, max(number, 0)))
        found.append(Page(path.stem, [path.stem], lines))
    return found


@dataclass
class Story:
    """An article's own lines: what can be set into another page in place of that page's article."""

    publishers: list[str]
    headline: str
    body: list[Labelled]
    captions: list[str]


_LEAD = re.compile(r"^[\s#*•·+-]*(?:Headline: )?")


def stories(pages: list[Page]) -> list[Story]:
    """The articles of pages, as stories."""
    found = []
    for one in pages:
        bodies = one.bodies()
        for number, (first, last) in bodies.items():
            own = [line for line in one.lines if line.article == number]
            title = next((_LEAD.sub("", line.text).strip() for line in own if line.code == "H"), "")
            body = [line for line in one.lines[first : last + 1] if line.code != "_"]
            captions = [line.text.strip() for line in own if line.code == "C"]
            if title and len(body) < 150:
                found.append(Story(one.publishers, title, body, list(dict.fromkeys(captions))))
    return found


def transplanted(one: Page, pool: list[Story], rng: random.Random) -> Page:
    """The page with other articles in the places of its own; its furniture and its ways of setting text stay."""
    bodies = one.bodies()
    new = {number: rng.choice(pool) for number in bodies}
    old = {number: title_of(one, number) for number in bodies}
    out: list[Labelled] = []
    spare = {number: list(story.captions) for number, story in new.items()}
    again: dict[str, str] = {}
    for at, line in enumerate(one.lines):
        number = line.article
        if number not in bodies:
            out.append(line)
            continue
        first, last = bodies[number]
        if first <= at <= last:
            if at == first:
                out.extend(set_body(one, new[number], number, first, last))
            continue
        text = line.text
        if old[number] and old[number] in text:
            text = text.replace(old[number], new[number].headline)
        elif line.code == "C":
            if text.strip() not in again:
                again[text.strip()] = spare[number].pop(0) if spare[number] else rng.choice(pool).captions[0:1] or text
            put = again[text.strip()]
            text = put if isinstance(put, str) else put[0]
        out.append(Labelled(text, line.code, number))
    names = sorted({name for story in new.values() for name in story.publishers} | set(one.publishers))
    return Page(one.id + "+", names, out, weight=one.weight)


def title_of(one: Page, number: int) -> str:
    return next((_LEAD.sub("", x.text).strip() for x in one.lines if x.article == number and x.code == "H"), "")


def set_body(one: Page, story: Story, number: int, first: int, last: int) -> list[Labelled]:
    """A story's body with the page's spacing between paragraphs."""
    gaps = Counter[int]()
    run = 0
    for line in one.lines[first + 1 : last + 1]:
        if line.code == "_":
            run += 1
        else:
            gaps[run] += 1
            run = 0
    space = gaps.most_common(1)[0][0] if gaps else 1
    out: list[Labelled] = []
    for line in story.body:
        out.extend([Labelled("", "_", number)] * (space if out else 0))
        out.append(Labelled(line.text, line.code, number))
    return out


def joined(several: list[Page], rng: random.Random) -> Page:
    """Pages one after the other, as an endless page or a careless dump gives them."""
    out: list[Labelled] = []
    base = 0
    for one in several:
        lines = trimmed(one, rng) if rng.random() < 0.5 else one.lines
        if out:
            out.extend([Labelled("", "_", base - 1)] * rng.choice((0, 1, 2, 3, 3, 4)))
            if rng.random() < 0.15:
                out.append(Labelled(rng.choice(("---", "* * *", "Next story", "=====", "_" * 20)), "F", base - 1))
        out.extend(Labelled(line.text, line.code, line.article + base) for line in lines)
        base = out[-1].article + 1
    names = sorted({name for one in several for name in one.publishers})
    return Page("&".join(one.id for one in several), names, out, weight=min(one.weight for one in several))


def trimmed(one: Page, rng: random.Random, reach: tuple[int, ...] = (0, 0, 2, 6)) -> list[Labelled]:
    """A page without most of the furniture before its first headline and after its last body."""
    bodies = one.bodies()
    if not bodies:
        return one.lines
    head = next((at for at, line in enumerate(one.lines) if line.code not in "F_?"), 0)
    tail = max(last for _, last in bodies.values())
    start = max(0, head - rng.choice(reach))
    end = tail + 1 + 3 * rng.choice(reach)
    kept = one.lines[start:end]
    base = kept[0].article
    return [Labelled(line.text, line.code, line.article - base) for line in kept]


#: From so many lines on a page is mostly menus.
MENUS = 150

#: A paragraph that a list is made of is longer than this.
LISTED = 150

Lines = list[Labelled]


def thinned(lines: Lines, rng: random.Random) -> Lines:
    """With a part of its furniture only."""
    keep = rng.uniform(0.3, 0.95)
    return [line for line in lines if line.code not in "Ff" or rng.random() < keep]


def respaced(lines: Lines, rng: random.Random) -> Lines:
    """Without blank lines, with one between all others, or with one for several."""
    kind = rng.random()
    if kind < 0.35:
        return [line for line in lines if line.code != "_" and line.text.strip()]
    if kind < 0.7:
        return spaced(lines, 1)
    return [line for at, line in enumerate(lines) if line.code != "_" or not at or lines[at - 1].code != "_"]


def unbulleted(lines: Lines, _: random.Random) -> Lines:
    return [Labelled(re.sub(r"^\s*[•*+-] ", "", x.text), x.code, x.article) for x in lines]


def shouted(lines: Lines, _: random.Random) -> Lines:
    """With headlines in capitals."""
    return [Labelled(x.text.upper() if x.code == "H" else x.text, x.code, x.article) for x in lines]


def titled_once(lines: Lines, rng: random.Random) -> Lines:
    """With most headlines printed once."""
    seen: set[int] = set()
    kept = []
    for x in lines:
        if x.code != "H" or x.article not in seen or rng.random() < 0.2:
            kept.append(x)
        if x.code == "H":
            seen.add(x.article)
    return kept


def rewrapped(lines: Lines, rng: random.Random) -> Lines:
    return wrapped(spaced(lines, 1), rng.randint(60, 80))


def listed(lines: Lines, rng: random.Random) -> Lines:
    """With a list somewhere in a body: short pieces of its own text, with or without bullets."""
    inside = [at for at, line in enumerate(lines) if line.code == "B" and len(line.text) > LISTED]
    if not inside:
        return lines
    at = rng.choice(inside)
    words = lines[at].text.split()
    bullet = rng.choice(("", "", "* ", "  • ", "- ", "– "))
    gap = [Labelled("", "_", lines[at].article)] * (at + 1 < len(lines) and lines[at + 1].code == "_")
    items: Lines = []
    for _ in range(rng.randint(3, 12)):
        start, size = rng.randrange(len(words)), rng.randint(1, 9)
        text = bullet + " ".join(words[start : start + size]).strip(".,")
        items.extend([*gap, Labelled(text[:1].upper() + text[1:], "B", lines[at].article)])
    return [*lines[: at + 1], *items, *lines[at + 1 :]]


#: How pages are varied, and of how many: as another converter, another site or another article might have left them.
VARIATIONS: tuple[tuple[float, Callable[[Lines, random.Random], Lines]], ...] = (
    (0.25, thinned),
    (0.3, respaced),
    (0.2, listed),
    (0.15, unbulleted),
    (0.05, shouted),
    (0.1, titled_once),
    (0.07, rewrapped),
)


def perturbed(one: Page, rng: random.Random) -> Page:
    """The page as another converter might have left it: other spacing, bullets, less furniture, wrapped lines."""
    lines = trimmed(one, rng) if rng.random() < 0.25 else one.lines
    for share, vary in VARIATIONS:
        if rng.random() < share:
            lines = vary(lines, rng)
    return Page(one.id + "~", one.publishers, lines, weight=one.weight)


def spaced(lines: list[Labelled], gap: int) -> list[Labelled]:
    out: list[Labelled] = []
    for line in lines:
        if out and line.text.strip() and out[-1].text.strip():
            out.extend([Labelled("", "_", line.article)] * gap)
        out.append(line)
    return out


def wrapped(lines: list[Labelled], width: int) -> list[Labelled]:
    out: list[Labelled] = []
    for line in lines:
        current = ""
        for word in line.text.split() or [""]:
            if current and len(current) + 1 + len(word) > width:
                out.append(Labelled(current, line.code, line.article))
                current = word
            else:
                current = f"{current} {word}".strip()
        out.append(Labelled(current, line.code, line.article))
    return out


def grown(pages: list[Page], renderings: list[Page], copies: int, rng: random.Random) -> list[Page]:
    """A training set: the pages, `copies` varied ones of each, the renderings alone and joined."""
    wires = [one for one in pages if "~" not in one.id and one.case and "line_kinds" in one.case]
    dumps = [one for one in pages if one.case and "line_codes" in one.case]
    composed = [one for one in dumps if one.case["family"] == "composed"]
    wired, dumped = stories(wires), stories(dumps) + stories(one_each(renderings, rng))
    out = [*pages, *seeds(), *seeds()]
    for _ in range(copies):
        for one in dumps + composed * 2:
            pool = wired if rng.random() < 0.04 else dumped
            varied = transplanted(one, pool, rng) if rng.random() < 0.8 else one
            out.append(perturbed(varied, rng) if rng.random() < 0.5 else varied)
        for one in wires[::4]:
            varied = transplanted(one, dumped, rng) if rng.random() < 0.25 else one
            out.append(perturbed(varied, rng))
    short = [shortened(one, rng) for one in renderings]
    moved = [transplanted(one, dumped, rng) if rng.random() < 0.3 else one for one in short]
    out.extend(perturbed(one, rng) if rng.random() < 0.4 else one for one in moved)
    out.extend(plain(wired if rng.random() < 0.1 else dumped, rng) for _ in range(PLAIN * copies))
    kinds: dict[str, list[Page]] = {}
    for one in short:
        kinds.setdefault(one.id.rpartition(":")[2], []).append(one)
    for _ in range(len(renderings) // 5):
        group = rng.choice(list(kinds.values()))
        out.append(joined([rng.choice(group) for _ in range(rng.choice((2, 2, 3)))], rng))
    small = [one for one in dumps if len(one.lines) < 400]
    out.extend(joined([rng.choice(small) for _ in range(2)], rng) for _ in range(len(small) // 4))
    return out


#: Pages of nothing but stories, for each round of copies.
PLAIN = 60


def shortened(one: Page, rng: random.Random) -> Page:
    """Most of the pages with long menus without the ends of these: their rows teach nothing and cost most."""
    if len(one.lines) < MENUS or rng.random() < 0.5:
        return one
    return Page(one.id, one.publishers, trimmed(one, rng, (4, 10, 20, 40, 80)), weight=one.weight)


def plain(pool: list[Story], rng: random.Random) -> Page:
    """Stories one after the other with nothing around them, briefs or whole, set in one style of blank lines."""
    told = rng.sample(pool, rng.choice((2, 2, 3, 4, 6, 10)))
    before, after, between = rng.choice((0, 0, 1, 2, 3)), rng.choice((0, 0, 1, 2)), rng.choice((0, 0, 1))
    most, twice = rng.choice((1, 1, 2, 3, 6, 100)), rng.random() < 0.2
    out: Lines = []
    for number, story in enumerate(told):
        blank = Labelled("", "_", number)
        out.extend([Labelled("", "_", number - 1)] * (before if out else 0))
        out.extend([Labelled(story.headline, "H", number), *[blank] * after] * (1 + twice))
        for at, line in enumerate(story.body[:most]):
            out.extend([blank] * (between if at else 0))
            out.append(Labelled(line.text, "B", number))
    return Page("plain", sorted({name for story in told for name in story.publishers}), out)


def one_each(renderings: list[Page], rng: random.Random) -> list[Page]:
    """One rendering of each page."""
    kinds: dict[str, list[Page]] = {}
    for one in renderings:
        kinds.setdefault(one.id.rpartition(":")[0], []).append(one)
    return [rng.choice(same) for same in kinds.values()]
