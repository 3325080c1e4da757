"""Packs: many values of Redis in one object of the store, and the locators that stand in their place.

A store charges by the request and takes 10 to 50 ms for one, so texts of 2 KB go there by the thousand. A pack is
written once and never changed: its keys and their values' sizes as MessagePack, then the values as Redis had them. It
lies at ``{objects_url}/packs/{hour}/{hash}``, where `hour` (UTC) is the one by which all of its keys should have
expired, so that what is over is found by its name.

A locator is 21 bytes: ``p``, the hour, the hash, where in the pack the value begins and its size. It holds no address:
where to look is each worker's own setting (producers/objects.py). No value of ours begins with that letter.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple, cast

import msgspec
from redis import Redis

from producers import disk, objects
from wiredesk.errors import StoreError, StoreFault
from workers.absence import Absence

TAG = b"p"
_LOCATOR = struct.Struct(">cI8sII")
SIZE = _LOCATOR.size
#: Bytes between two values of a pack that are read along with them: less than a request of their own would cost.
GAP = 1 << 16
FOLDER, HOUR = "packs", 3600
#: Names the desk whose packs these are: another would remove what this one still looks for.
OWNER = f"{FOLDER}/desk"
_FORM = "%Y%m%d%H"


class Locator(NamedTuple):
    """Where a value lies. `hour`: since the epoch."""

    hour: int
    hash: bytes
    start: int
    size: int

    @property
    def name(self) -> str:
        return f"{FOLDER}/{datetime.fromtimestamp(self.hour * HOUR, UTC):{_FORM}}/{self.hash.hex()}"

    @property
    def end(self) -> int:
        return self.start + self.size

    def dump(self) -> bytes:
        return _LOCATOR.pack(TAG, *self)


class Packed(NamedTuple):
    """A value of a pack, with the key that it was taken from and the locator that stands there."""

    key: bytes
    locator: bytes
    value: bytes


def located(value: bytes | None) -> Locator | None:
    """The locator that a value of Redis is, None when it is the thing itself."""
    if value is None or len(value) != SIZE or value[:1] != TAG:
        return None
    return Locator(*_LOCATOR.unpack(value)[1:])


def write(root: str, hour: int, held: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """Put (key, value) pairs into one pack; their locators. Raises `StoreAway`, `StoreFault`."""
    head = msgspec.msgpack.encode([(key, len(value)) for key, value in held])
    data = b"".join((len(head).to_bytes(4, "big"), head, *(value for _, value in held)))
    digest = blake2b(data, digest_size=8).digest()
    found = _locators(hour, digest, 4 + len(head), (len(value) for _, value in held))
    objects.write(root, Locator(hour, digest, 0, 0).name, [data])
    return [locator.dump() for locator in found]


def _locators(hour: int, digest: bytes, start: int, sizes: Iterable[int]) -> list[Locator]:
    found = []
    for size in sizes:
        found.append(Locator(hour, digest, start, size))
        start += size
    return found


def read(root: str, name: str) -> list[Packed]:
    """All of a pack. Raises FileNotFoundError, `StoreAway`, `StoreFault`."""
    store, path = objects.place(root, name)
    data = objects.asked(lambda: cast("bytes", store.cat_file(path)))
    start = 4 + int.from_bytes(data[:4], "big")
    pairs = msgspec.msgpack.decode(data[4:start], type=list[tuple[bytes, int]])
    places = _locators(_hour(name), bytes.fromhex(name.rpartition("/")[2]), start, (size for _, size in pairs))
    return [Packed(key, at.dump(), data[at.start : at.end]) for (key, _), at in zip(pairs, places, strict=True)]


def over(root: str, hour: int) -> Iterator[str]:
    """Names of the packs whose hour is before this one. Raises `StoreAway`, `StoreFault`.

    Goes on when they were looked after: an hour that is empty then leaves no folder.
    """
    for folder in _listed(root, FOLDER):
        if len(folder) == len("YYYYMMDDHH") and folder.isdigit() and _hour(f"{FOLDER}/{folder}/") < hour:
            yield from (f"{FOLDER}/{folder}/{pack}" for pack in _listed(root, f"{FOLDER}/{folder}"))
            objects.leave(root, f"{FOLDER}/{folder}")


def half(name: str) -> bool:
    """Whether it is what a kill left of a pack that was being written."""
    return name.rpartition("/")[2].startswith(disk.PART)


def owner(root: str) -> str | None:
    """The mark of the desk that removes packs here, if one does. Raises `StoreAway`, `StoreFault`."""
    store, path = objects.place(root, OWNER)
    try:
        return objects.asked(lambda: cast("bytes", store.cat_file(path))).decode("ascii", "replace")
    except FileNotFoundError:
        return None


def own(root: str, mark: str) -> None:
    objects.write(root, OWNER, [mark.encode()])


def remove(root: str, name: str) -> None:
    """Raises `StoreAway`, `StoreFault`; one that is gone already is no fault."""
    store, path = objects.place(root, name)
    with suppress(FileNotFoundError):
        objects.asked(lambda: store.rm_file(path))


def _listed(root: str, folder: str) -> list[str]:
    store, path = objects.place(root, folder)
    try:
        found = objects.asked(lambda: cast("list[str]", store.ls(path, detail=False)))
    except FileNotFoundError:
        return []
    return sorted(one.rstrip("/").rpartition("/")[2] for one in found)


def _hour(name: str) -> int:
    written = datetime.strptime(name.split("/")[1], _FORM).replace(tzinfo=UTC)
    return int(written.timestamp()) // HOUR


def load(
    redis: Redis, root: str | None, names: Sequence[str], absence: Absence | None = None
) -> list[bytes | StoreError | None]:
    """The values of these keys, wherever they lie: a round trip, and one round of requests for those in packs.

    None for what has expired; in the place of what the store does not give, its error.
    """
    stored = cast("list[bytes | None]", redis.mget(names)) if names else []
    wanted = {n: place for n, value in enumerate(stored) if (place := located(value))}
    if not wanted:
        return [*stored]
    found = _had(root, list(wanted.values()), absence or Absence())
    if None in found:  # packed anew between the two, or gone
        stored = cast("list[bytes | None]", redis.mget(names))
        wanted = {n: place for n, value in enumerate(stored) if (place := located(value))}
        found = _had(root, list(wanted.values()), absence or Absence())
    told: list[bytes | StoreError | None] = [*stored]
    for n, value in zip(wanted, found, strict=True):
        told[n] = value
    return told


def _had(root: str | None, places: Sequence[Locator], absence: Absence) -> list[bytes | StoreError | None]:
    try:
        return [*absence.ask(lambda: _fetch(root, places))]
    except StoreError as error:
        return [error] * len(places)


def _fetch(root: str | None, places: Sequence[Locator]) -> list[bytes | None]:
    """What lies there, None for what the store has lost. Neighbours share a request, requests run side by side."""
    if root is None:
        raise StoreFault("The text lies in an object store: set WIREDESK_OBJECTS_URL here as where it was put there.")
    stretches = _stretches(places)
    store, _ = objects.place(root, FOLDER)
    paths = [objects.place(root, one[0].name)[1] for one in stretches]
    starts, ends = [one[0].start for one in stretches], [max(place.end for place in one) for one in stretches]
    read: dict[Locator, bytes] = {}
    told = objects.asked(lambda: cast("list[bytes | Exception]", store.cat_ranges(paths, starts, ends)))
    for stretch, data in zip(stretches, told, strict=True):
        if isinstance(data, FileNotFoundError):
            continue
        if isinstance(data, Exception):
            raise objects.told(data, objects.OURS) from data
        first = stretch[0].start
        read |= {place: data[place.start - first : place.end - first] for place in stretch}
    return [read.get(place) for place in places]


def _stretches(places: Iterable[Locator]) -> list[list[Locator]]:
    """The places in groups that one request reads."""
    groups: list[list[Locator]] = []
    for place in sorted(set(places)):
        last = groups[-1][-1] if groups else None
        if last and last[:2] == place[:2] and place.start - last.end <= GAP:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups
