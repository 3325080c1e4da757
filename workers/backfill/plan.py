"""What a backfill is asked to do, and the folder in which it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from wiredesk.errors import UsageError
from wiredesk.settings import Settings

#: Files read by one task: some seconds of pages, and few enough Parquet files for a large archive.
CHUNK = 256
#: Settings that change verdicts or records.
_MATTER = ("near_window", "exact_window", "same_story", "short_text", "shingle", "index_salt", "index_articles")


class Chunk(msgspec.Struct, frozen=True):
    """Files that one task reads: (number, path, name) of each, where their takes go, when the backfill began."""

    files: list[tuple[int, str, str]]
    to: str
    received_at: str
    settings: Settings


class Manifest(msgspec.Struct, frozen=True):
    """What a folder was begun with: a backfill of other files or settings must not go on in it."""

    files: list[tuple[str, str]]
    received_at: str
    settings: dict[str, Any]


@dataclass
class Plan:
    """(path, name) of the files in their order, and the folder that everything goes to."""

    files: Sequence[tuple[str, str]]
    to: Path
    settings: Settings

    @property
    def takes(self) -> Path:
        return self.to / "takes"

    @property
    def parts(self) -> Path:
        return self.to / "articles"

    def begin(self) -> str:
        """When the backfill in this folder began: now, or before. Raises `UsageError` when it is of something else."""
        matter = msgspec.to_builtins({name: getattr(self.settings, name) for name in _MATTER})
        found = self.to / "manifest.json"
        if not found.exists():
            for folder in (self.takes, self.parts):
                folder.mkdir(parents=True, exist_ok=True)
            fresh = Manifest(list(self.files), datetime.now(UTC).isoformat(timespec="seconds"), matter)
            found.with_suffix(".part").write_bytes(msgspec.json.encode(fresh))
            found.with_suffix(".part").replace(found)
        known = msgspec.json.decode(found.read_bytes(), type=Manifest)
        if known.files != list(self.files) or known.settings != matter:
            raise UsageError(f"{self.to} holds a backfill of other files or settings. Name a new folder in --to.")
        return known.received_at

    def chunks(self, received_at: str) -> Iterator[Chunk]:
        numbered = [(number, path, name) for number, (path, name) in enumerate(self.files)]
        for start in range(0, len(numbered), CHUNK):
            to = self.takes / f"chunk-{start // CHUNK:06}.parquet"
            yield Chunk(numbered[start : start + CHUNK], str(to), received_at, self.settings)


def part_file(folder: Path, part: int) -> Path:
    return folder / f"part-{part:06}.parquet"
