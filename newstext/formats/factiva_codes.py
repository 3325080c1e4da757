"""Factiva's table of codes (`HD` headline, `LP` lead, `TD` text ...): what its rows mean, and its export as text."""

from __future__ import annotations

import re

from newstext.article import Stated
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Record, found, words
from newstext.formats.languages import tag
from newstext.formats.paragraphs import paragraphs
from newstext.source import Source

CODES = frozenset(
    [
        *("SE", "HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "ED", "PG", "VOL", "LA", "CY", "LP", "TD", "CT", "RF"),
        *("CO", "IN", "NS", "RE", "IPD", "IPC", "PUB", "AN", "CX", "ART"),
    ]
)
#: A code stands at the line's start, before a tab or alone: `IN the beginning` is no code.
_ROW = re.compile(rf"^({'|'.join(sorted(CODES))})[ \u00a0]*(?:\t+[ \u00a0]*|$)", re.MULTILINE)
#: The accession number is the last thing that a record says.
_LAST = re.compile(r"^AN[ \u00a0]*[\t\n]\s*(?:\w+ )?([A-Za-z0-9]{10,40})[ \t]*$", re.MULTILINE)


def coded(rows: dict[str, list[str]]) -> Record:
    line = {code: " ".join(values) for code, values in rows.items() if values}
    published = " ".join(line[code] for code in ("PD", "ET") if code in line)
    stated = Stated(
        rule="factiva",
        bylines=[line["BY"]] if "BY" in line else [],
        section=line.get("SE"),
        words=words(line.get("WC", "")),
        published=published or None,
        publisher=line.get("SN"),
        language=tag(line.get("LA")),
        topics=[name.split(":")[-1].strip() for name in line.get("NS", "").split("|") if name.strip()],
        id=line["AN"].split()[-1] if line.get("AN") else None,
    )
    return Record(line.get("HD"), "\n\n".join(rows.get("LP", []) + rows.get("TD", [])), stated)


def sniff(look: Look) -> float:
    codes = {row[1] for row in _ROW.finditer(look.text)}
    return 0.9 if {"HD", "PD", "SN"} <= codes and not look.start.startswith("<") else 0


def parse(text: str, _: Source) -> Found:
    ends = [end.end() for end in _LAST.finditer(text)]
    spans = list(zip([0, *ends], ends, strict=False)) or [(0, len(text))]
    return found([(span, coded(_rows(text[slice(*span)]))) for span in spans], text)


def _rows(piece: str) -> dict[str, list[str]]:
    """Each code's paragraphs: what stands between it and the next code."""
    marks = list(_ROW.finditer(piece))
    ends = [*(mark.start() for mark in marks[1:]), len(piece)]
    return {
        mark[1]: [part for part in paragraphs(piece[mark.end() : end]).split("\n\n") if part]
        for mark, end in zip(marks, ends, strict=True)
    }


FACTIVA_CODES = Whole("factiva-codes", "lines that begin with `HD`, `PD`, `SN` ... and a tab", sniff, parse)
