"""`wiredesk read`: split and describe files without Redis, one JSON line per article."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path

import click
import msgspec

from newstext.article import Article, Origin
from newstext.errors import Unreadable
from newstext.extract import extract
from newstext.formats import read
from newstext.source import Source
from producers import blobs
from wiredesk import audit, ids, terminal
from wiredesk.cli import _paths
from wiredesk.files import FileInfo
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say

#: Below this many files a second process would not have started before the first is done.
FILES_FOR_POOL = 16
STDIN = "-"


@click.command(short_help="Split and describe files, without Redis.")
@click.argument("paths", nargs=-1, required=True)
@click.option("--jobs", type=click.IntRange(1), default=None, help="Processes to use [default: one a core].")
@click.option("--audit", "show_audit", is_flag=True, help="Show the page coloured by what each line was taken for.")
@click.option("--html", is_flag=True, help="With --audit: write the view as an HTML page.")
@click.option("--json", "_json", is_flag=True, help="JSON lines (the default and only form).")
def command(paths: tuple[str, ...], jobs: int | None, show_audit: bool, html: bool, _json: bool) -> int:
    """Split and describe the files at PATHS (`-` reads standard input): one JSON line per article on standard output.

    Exit status 1 when some file gave no article; why is said on standard error.
    """
    fields = Settings.read().row_columns()
    if html and not show_audit:
        raise click.UsageError("--html belongs to --audit: wiredesk read --audit --html FILE > page.html")
    if show_audit:
        return _audit(paths, fields, html=html)
    failed = 0
    for name, lines, problem in _results(paths, jobs, fields):
        terminal.lines(lines)
        if problem:
            failed += 1
            say(f"{_shown(name)}: {problem}", err=True)
    return 1 if failed else 0


Result = tuple[str, list[bytes], str | None]


def _results(paths: tuple[str, ...], jobs: int | None, fields: Mapping[str, str]) -> Iterator[Result]:
    if STDIN in paths:
        if len(paths) > 1:
            raise click.UsageError("`-` (standard input) stands alone.")
        yield _read_bytes("stdin", sys.stdin.buffer.read(), fields)
        return
    found = list(_paths.expand(paths))
    read_path = partial(_read_path, fields=fields)
    if jobs == 1 or len(found) < FILES_FOR_POOL:
        yield from map(read_path, found)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(read_path, found, chunksize=4)


def _read_path(found: _paths.Found, fields: Mapping[str, str]) -> Result:
    try:
        with found.path.open("rb") as stream:
            sha256, size = blobs.digest(stream)
            return _read(found.name, Source(stream, size, Origin(name=found.name), fields=fields), sha256)
    except OSError as error:
        return found.name, [], f"cannot be read: {error.strerror}."


def _read_bytes(name: str, data: bytes, fields: Mapping[str, str]) -> Result:
    source = Source(BytesIO(data), len(data), Origin(name=name), fields=fields)
    return _read(name, source, blobs.digest(source.stream)[0])


def _read(name: str, source: Source, sha256: str) -> Result:
    file = FileInfo(id=ids.file_id(sha256, name), name=name, url=None, source=None, sha256=sha256, bytes=source.size)
    lines: list[bytes] = []
    problem = None
    try:
        for file_of_unit, article in _articles(file, source):
            lines.append(_line(file_of_unit, article))
    except Unreadable as error:
        problem = str(error)
    return name, lines, problem or (None if lines else "no article stands in this file.")


def _articles(file: FileInfo, source: Source) -> Iterator[tuple[FileInfo, Article]]:
    for unit in read(source):
        owner = msgspec.structs.replace(file, encoding=unit.encoding or None, format=unit.format or None)
        own = unit.origin or Origin()
        origin = msgspec.structs.replace(own, name=own.name or file.name, format=unit.format)
        for draft in unit.drafts:
            yield owner, extract(draft, origin)


def _line(file: FileInfo, article: Article) -> bytes:
    record = {"id": ids.article_id(file.id, article.position), "file": file, **msgspec.structs.asdict(article)}
    return msgspec.json.encode(record)


def _audit(paths: Iterable[str], fields: Mapping[str, str], *, html: bool) -> int:
    """Show what each line of the pages was taken for; formats that are no pages of text have nothing to colour."""
    console = Console(highlight=False)
    failed = 0
    for found in _paths.expand(paths):
        with found.path.open("rb") as stream:
            source = Source(stream, found.path.stat().st_size, Origin(name=found.name), fields=fields)
            try:
                units = [unit for unit in read(source) if unit.lines]
            except Unreadable as error:
                units, failed = [], failed + 1
                say(f"{_shown(found.name)}: {error}", err=True)
        for unit in units:
            if html:
                say(audit.page(unit))
            else:
                for line in audit.terminal(unit):
                    console.print(line)
    return 1 if failed else 0


def _shown(name: str) -> str:
    """A file's name as a terminal may show it."""
    return Path(name).name.encode("utf-8", "replace").decode()
