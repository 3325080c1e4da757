"""Direct quotes of a body: what stands between quotation marks, and who says it (`speakers`)."""

from __future__ import annotations

import re

from newstext.article import Quote
from newstext.extract.speakers import goes_on, speaker

#: A quote has three words at least: shorter ones are terms (`the "deep state"`).
_LEAST_WORDS = 3
_LONGEST = 1_200
_OPENS = re.compile(r"[“„«»「]|(?<![\w\"])\"")
#: After a quote to which no more words belong: the paragraph's end, or another sentence.
_ALONE = re.compile(r"[ \u00a0]*(?:$|\n|[^\W\d_a-zß-ÿ])")
#: What closes a quote that opens so; several languages open with another's closing mark.
_CLOSES = {"“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", '"': '"'}


def quotes(body: str) -> list[Quote]:
    """The direct quotes of a body with their speakers; spans include the quotation marks."""
    found: list[Quote] = []
    end = 0
    for match in _OPENS.finditer(body):
        start = match.start()
        if start < end or (close := _close(body, start)) is None:
            continue
        end = close + 1
        text = body[start + 1 : close]
        if len(text.split()) >= _LEAST_WORDS or match.group() == "「":
            who = speaker(body, start, end) or _going_on(body, found, start, end)
            found.append(Quote(text.strip(" ,\u00a0\u202f"), who, (start, end)))
    return found


def _going_on(body: str, found: list[Quote], start: int, end: int) -> str | None:
    """The speaker of the quote before, where this one goes on in the same paragraph: a sentence of its own."""
    last = found[-1] if found else None
    if not _ALONE.match(body, end):
        return None
    return last.speaker if last and last.speaker and goes_on(body[last.span[1] : start], last.speaker) else None


def _close(body: str, start: int) -> int | None:
    """Where the quote that opens at `start` closes, in its paragraph and within a quote's length."""
    line = body.find("\n", start)
    stop = min(line if line >= 0 else len(body), start + _LONGEST)
    ends = [at for mark in _CLOSES[body[start]] if (at := body.find(mark, start + 1, stop)) > 0]
    return min(ends, default=None)
