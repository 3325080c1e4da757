"""The labelled data that stands beside a checkout: where it is, and its rows."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHARED = Path(os.environ.get("WIREDESK_SHARED") or Path(__file__).parents[2] / "shared")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON lines of a file, packed by xz where its name says so."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
