"""All settings: read once from the environment, typed, each with its reason. Nothing else touches `os.environ`.

A variable is ``WIREDESK_`` and the field's name in capitals. An unknown ``WIREDESK_*`` variable is an error that names
the nearest known one: a typo must not run a desk with other retention than its operator believes.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from wiredesk import sentinel
from wiredesk.errors import SettingError
from wiredesk.hosts import is_host

PREFIX = "WIREDESK_"
SECRETS = frozenset({"sink_password", "webhook_secret", "index_salt", "desk_password", "callback_secret"})

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
#: Seconds of the longest duration, a hundred years, and the largest number: Lua's are whole up to here.
LONGEST, MOST = 36_500 * _UNITS["d"], (1 << 53) - 1


def duration(text: str) -> int:
    """``90``, ``90s``, ``15m``, ``72h``, ``30d`` -> seconds."""
    found = re.fullmatch(r"([0-9]{1,18})([smhd]?)", text.strip().lower())
    seconds = int(found[1]) * _UNITS[found[2] or "s"] if found else LONGEST + 1
    if seconds > LONGEST:
        raise ValueError(f"a duration such as 90s, 15m, 72h or 30d, up to {LONGEST // _UNITS['d']}d")
    return seconds


def lasting(text: str) -> int:
    """A duration of a second or more: what Redis lets keys live for."""
    if not (seconds := duration(text)):
        raise ValueError("a duration of 1s or more")
    return seconds


def size(text: str) -> int:
    """``65536``, ``64k``, ``100m``, ``2g`` -> bytes."""
    found = re.fullmatch(r"([0-9]{1,15})([kmg]?)b?", text.strip().lower())
    if not found or int(found[1]) * _SIZES[found[2]] > MOST:
        raise ValueError("a size such as 65536, 64k, 100m or 2g")
    return int(found[1]) * _SIZES[found[2]]


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two; underscores may group its digits."""
    said = "a whole number, 1 or more" if (least, most) == (1, MOST) else f"a whole number from {least} to {most}"

    def read(text: str) -> int:
        digits = text.strip().replace("_", "")
        if not re.fullmatch("[0-9]{1,18}", digits) or not least <= int(digits) <= most:
            raise ValueError(said)
        return int(digits)

    return read


count = number(1, MOST)


def share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise ValueError("a number from 0 to 1")
    return value


def switch(text: str) -> bool:
    """``yes`` or ``no`` (also true, false, on, off, 1, 0)."""
    word = text.strip().lower()
    if word not in ("yes", "no", "true", "false", "on", "off", "1", "0"):
        raise ValueError("yes or no")
    return word in ("yes", "true", "on", "1")


def address(text: str) -> str:
    """``redis://host:port/db``, ``rediss://`` with TLS, ``unix:///path/to.sock``, or behind Sentinel (sentinel.py)."""
    if sentinel.is_sentinel(text.strip()):
        sentinel.parse(text)
        return text.strip()
    try:
        parts = urlsplit(text.strip())
        usable = bool(parts.path) if parts.scheme == "unix" else is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.scheme not in ("redis", "rediss", "unix"):
        raise ValueError("an address such as redis://127.0.0.1:6379/0, rediss://host:6380/0 or unix:///path/redis.sock")
    return text.strip()


#: What a row's column can be named as: the fields of newstext/formats/fields.py.
ROW_FIELDS = (
    *("headline", "subheadline", "body", "html", "lead", "url", "published", "updated", "bylines", "id"),
    *("publisher", "section", "topics", "language", "agencies", "dateline"),
)


def columns(text: str) -> str:
    """``kop=headline, broodtekst=body``: a column's own name and the field that it holds, as often as needed."""
    pairs = [pair.rpartition("=") for pair in text.split(",") if pair.strip()]
    if any(not own.strip() or field.strip() not in ROW_FIELDS for own, _, field in pairs):
        raise ValueError("a list such as kop=headline,broodtekst=body; fields are " + ", ".join(ROW_FIELDS))
    return ",".join(f"{own.strip()}={field.strip()}" for own, _, field in pairs)


def one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.strip().lower() not in words:
            raise ValueError("one of " + ", ".join(words))
        return text.strip().lower()

    return read


def _setting(default: Any, read: Callable[[str], Any], about: str, *, shown: str | None = None) -> Any:
    """A field with how to read it, what it is for, and its default in the form that a person would write."""
    return field(default=default, metadata={"read": read, "about": about, "shown": shown})


@dataclass(frozen=True)
class Settings:
    """The effective settings; durations in seconds, sizes in bytes."""

    redis_url: str | None = _setting(None, address, "Redis of the queues and streams; unset: a private one is started")
    texts_url: str | None = _setting(None, address, "Redis of files and texts; unset: the queues' Redis")
    index_url: str | None = _setting(None, address, "Redis of the near-duplicate index; unset: the queues' Redis")

    keep_files: int = _setting(7 * 86400, lasting, "how long a file's bytes are kept", shown="7d")
    keep_texts: int = _setting(
        96 * 3600,
        lasting,
        "how long an article's text is kept (copies are judged on it: longer than near_window)",
        shown="96h",
    )
    keep_receipts: int = _setting(30 * 86400, lasting, "how long a done file's receipt is kept", shown="30d")
    keep_jobs: int = _setting(500, duration, "how long a finished job stays on the RQ dashboard", shown="500s")
    keep_stream_entries: int = _setting(1_000_000, count, "entries kept in each output stream")
    keep_stream_age: int = _setting(30 * 86400, lasting, "how long an entry is kept in its stream", shown="30d")
    hold_trim: str = _setting(
        "sinks", one_of("all", "sinks", "none"), "whose unread entries are never trimmed: all groups, sinks or none"
    )

    near_window: int = _setting(72 * 3600, duration, "how far apart near copies of a story may be", shown="72h")
    exact_window: int = _setting(30 * 86400, duration, "how far apart exact copies may be", shown="30d")
    same_story: float = _setting(
        0.54, share, "share of the smaller text's word runs that must stand in the other for both to be one story"
    )
    short_text: int = _setting(140, count, "words below which a text must also agree in its figures and names")
    shingle: int = _setting(3, number(1, 6), "words in a run that likeness is measured on (a change empties the index)")
    index_articles: int = _setting(1_000_000, count, "articles that the index remembers (its memory is fixed by this)")
    index_salt: str = _setting("", str, "secret that keys the index's hashes; the same on every worker")

    batch: int = _setting(64, number(1, 1000), "most jobs that a worker claims at once")
    retries: int = _setting(3, count, "how often a job that died or failed is tried again")
    lease: int = _setting(4, lasting, "how long a dead worker's jobs stay his", shown="4s")
    worker_memory: int = _setting(
        300 << 20, size, "a worker that holds more between two batches is replaced by a new one; 0: never", shown="300m"
    )
    grace: int = _setting(20, duration, "how long a stopping worker may finish what it holds", shown="20s")

    home: str = _setting("~/.wiredesk", str, "folder of what 'wiredesk up' keeps on this machine")
    redis_port: int = _setting(6390, number(1, 65_535), "loopback port of the Redis that 'wiredesk up' starts")

    max_file_bytes: int = _setting(4 << 30, size, "largest file that is accepted", shown="4g")
    high_water: int = _setting(100_000, count, "jobs waiting in a queue above which who fills it waits or refuses")

    row_fields: str = _setting(
        "", columns, "what columns with odd names hold in JSON, CSV and Parquet (kop=headline,broodtekst=body)"
    )

    desk_host: str = _setting("127.0.0.1", str, "address that the desk page listens on; others want desk_password")
    desk_port: int = _setting(8470, number(0, 65_535), "port of the desk page")
    desk_password: str = _setting("", str, "password of the desk page and its metrics (any user name)")
    desk_read_only: bool = _setting(False, switch, "yes: the desk page and the RQ dashboard change nothing")

    webhook_secret: str = _setting("", str, "secret that webhooks are signed with (whsec_... or base64)")
    sink_password: str = _setting("", str, "password of a sink's PostgreSQL or OpenSearch")

    objects_url: str | None = _setting(
        None, str, "object store for files and texts, as fsspec names it (s3://bucket/prefix); unset: Redis holds all"
    )
    objects_from: int = _setting(
        8 << 20, size, "files from this size on go to the object store at once (4m at least)", shown="8m"
    )
    objects_after: int | None = _setting(
        None, duration, "how long after it is published all else of a text or file leaves Redis for it; unset: it stays"
    )
    callback_secret: str = _setting("", str, "secret that signs callbacks; unset: the gateway sends none")
    callback_private: str = _setting(
        "no", one_of("yes", "no"), "whether callbacks may go to addresses in private networks"
    )

    log: str = _setting(
        "auto", one_of("auto", "json", "pretty"), "log lines: json, pretty or auto (pretty at a terminal)"
    )
    log_level: str = _setting("info", one_of("debug", "info", "warning", "error"), "the least level that is logged")

    def desk_url(self) -> str:
        """The queues' Redis. Raises `SettingError` where none is named."""
        if not self.redis_url:
            raise SettingError("No desk is named. Set WIREDESK_REDIS_URL=redis://127.0.0.1:6379/0 to a running desk's.")
        return self.redis_url

    def row_columns(self) -> dict[str, str]:
        """`row_fields` as column -> field."""
        return dict(pair.rsplit("=", 1) for pair in self.row_fields.split(",") if pair)

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment once. Raises `SettingError` that names the variable, the value and the way out."""
        given = {k: v for k, v in (os.environ if environ is None else environ).items() if k.startswith(PREFIX)}
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        values: dict[str, Any] = {}
        for name, text in given.items():
            if name not in known:
                raise SettingError(_unknown(name, list(known)))
            if text.strip() == "":
                continue
            try:
                values[known[name].name] = known[name].metadata["read"](text)
            except ValueError as error:
                raise SettingError(f"{name} is {hidden(text)!r}, but must be {error}.") from None
        made = cls(**values)
        if made.objects_after is not None and not made.objects_url:
            raise SettingError(
                "WIREDESK_OBJECTS_AFTER is set, but no store: set WIREDESK_OBJECTS_URL, or unset WIREDESK_OBJECTS_AFTER"
            )
        return made


def environment(url: str) -> dict[str, str]:
    """This process's environment for a command that shall use the desk at `url`."""
    return dict(os.environ) | {PREFIX + "REDIS_URL": url}


def one_thread() -> None:
    """Let the linear algebra of this process run in one thread, unless the environment says otherwise.

    Must be called before NumPy is imported. The desk grows by processes: a page's matrices are so small that a second
    thread spends CPU in waiting for the first (`bench/split.py speed` with OPENBLAS_NUM_THREADS=2 shows how much).
    """
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "'wiredesk config' lists the settings."
    return f"{name} is not a setting: {hint} Unset it with: unset {name}"


def hidden(url: str) -> str:
    """A URL as it may be shown: without its password."""
    return re.sub(r"(://[^/@:]*:)[^@/]*@", r"\1***@", url)


def shown(setting: Field[Any], value: Any) -> str | int | float | None:
    """A setting's value as it may be shown: no password, no secret; durations and sizes as a person writes them."""
    if setting.name in SECRETS:
        return "***" if value else ""
    if isinstance(value, str):
        return hidden(value)
    written: str | None = setting.metadata["shown"]
    return written if value == setting.default and written else value
