"""More labelled pages: the HTML of ../shared/data/eval/3-html-meta turned to text by five converters.

Where the page's body is known from a label, its lines are labelled by it. Where it is not, lines that a strict
extraction keeps are body, lines that a generous one drops are furniture, and those between are left undecided.
Needs inscriptis, html2text, beautifulsoup4 and resiliparse, which only training uses.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import TYPE_CHECKING

import bs4
import html2text
import inscriptis
import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from split_pages import SETS, Labelled, Page, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Lines shorter than this are taken for a part of the body only right after one that is.
SURE = 25

#: How much labels are believed that an extraction gave, not a person.
SILVER = 0.4

#: Lines this near to an article may be its byline, its date, its captions.
ABOUT = 15

_FOLD = str.maketrans("‘’“”–—", "''\"\"--")


def by_soup(html: str) -> str:
    soup = bs4.BeautifulSoup(html, "lxml")
    for tag in soup(["script", "style", "noscript"]):
        tag.decompose()
    return soup.get_text("\n", strip=True)


def by_marks(html: str) -> str:
    converter = html2text.HTML2Text()
    converter.body_width, converter.ignore_links = 0, True
    converter.ignore_images = converter.ignore_emphasis = True
    return converter.handle(html)


CONVERTERS: dict[str, Callable[[str], str]] = {
    "bs4": by_soup,
    "html2text": by_marks,
    "inscriptis": inscriptis.get_text,
    "resiliparse_full": extract_plain_text,
    "resiliparse_main": lambda html: extract_plain_text(html, main_content=True),
}


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).translate(_FOLD))


def address(url: str | None) -> str:
    return re.sub(r"^https?://(www\.)?", "", url or "").rstrip("/")


def known() -> dict[str, dict]:
    """Articles whose body is labelled, by address."""
    return {
        address(article["url"]): article for case in read(SETS[1]) for article in case["articles"] if article.get("url")
    }


def sources() -> Iterator[tuple[dict, str, str | None, list[str]]]:
    """Of each HTML page: the row, text that is body, text of which all else is none (None: the same), captions."""
    labelled = known()
    for row in read("3-html-meta"):
        wanted = row["expected"]
        if article := labelled.get(address(row["url"])):
            yield row, article["body"], None, article.get("captions") or wanted.get("captions") or []
            continue
        strict = trafilatura.extract(row["html"], favor_precision=True, include_comments=False) or ""
        broad = trafilatura.extract(row["html"], favor_recall=True, include_comments=False) or ""
        inside = [squeeze(text) for text in wanted.get("body_with") or []]
        outside = [squeeze(text) for text in wanted.get("body_without") or []]
        flat = squeeze(strict)
        if len(strict) < 400 or any(x not in squeeze(broad) for x in inside) or any(x in flat for x in outside):
            continue
        if len(strict) < 0.5 * len(broad):
            continue
        yield row, strict, broad, wanted.get("captions") or []


def rendered(row: dict, text: str, strict: str, broad: str | None, captions: list) -> list[Labelled]:
    """Label the lines of one rendering."""
    title = squeeze(row["expected"].get("headline") or "")
    body = squeeze(strict)
    wide = squeeze(broad) if broad is not None else body
    shown = "\n".join(squeeze(c["text"] if isinstance(c, dict) else c) for c in captions)
    codes, end = [], -1
    for line in text.split("\n"):
        flat = squeeze(line.strip().lstrip("#*•+ "))
        code = "F" if flat else "_"
        if not flat:
            pass
        elif flat == title:
            code = "H"
        elif len(flat) >= SURE and flat in shown:
            code = "C"
        elif len(flat) >= SURE and (at := body.find(flat)) >= 0:
            code, end = "B", at + len(flat)
        elif body.find(flat, max(end, 0), max(end, 0) + 120 + len(flat)) >= 0 and end >= 0:
            code, end = "b", body.find(flat, end) + len(flat)
        elif len(flat) >= SURE and flat in wide:
            code = "?"
        codes.append(code)
    settle(codes, broad is not None)
    return [Labelled(line, code, 0) for line, code in zip(text.split("\n"), codes, strict=True)]


def settle(codes: list[str], silver: bool) -> None:
    """Decide the short lines, which are body only among sure body lines; leave open what stands about the article.

    `f` is a line that is no body, while the labels do not say whether it is furniture, a byline, a date ...
    """
    sure = [at for at, code in enumerate(codes) if code == "B"]
    if not sure:
        return
    start, stop = sure[0], sure[-1]
    head = next((at for at in range(start) if codes[at] == "H"), start)
    for at, code in enumerate(codes):
        inside = start <= at <= stop
        if code == "b":
            codes[at] = "B" if inside else ("?" if start < at <= stop + 3 else "F")
        elif code == "H" and inside:
            codes[at] = "F"
        elif code == "F" and inside:
            codes[at] = "?" if silver else "f"
        elif code == "F" and head - ABOUT <= at <= stop + ABOUT:
            codes[at] = "f"


def pages(only: Callable[[dict], list[str]]) -> Iterator[Page]:
    """All renderings; `only` names the converters to use for a row."""
    for row, strict, broad, captions in sources():
        for name in only(row):
            try:
                text = CONVERTERS[name](row["html"])
            except Exception as error:  # noqa: BLE001  (a converter may choke on a page; the others have it)
                print(row["id"], name, error, file=sys.stderr)
                continue
            lines = rendered(row, text, strict, broad, captions)
            codes = {line.code for line in lines}
            if {"H", "B"} <= codes and sum(line.code == "B" for line in lines) >= 3 and len(lines) < 3000:
                weight = 1.0 if broad is None else SILVER
                yield Page(f"{row['id']}:{name}", sorted({row["publisher"], row["unit"]}), lines, weight=weight)
