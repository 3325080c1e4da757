"""Large files in an object store (fsspec), so that Redis holds what is worked on and not what is read once.

A file lies at ``{objects_url}/{first two letters}/{sha256}``. Redis holds a marker in place of its first chunk, and no
address: where to look is each worker's own setting, so nobody who writes to Redis can make a worker open something
else. How long objects stay is the store's own rule (a bucket's lifecycle); it should be longer than `keep_files`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from producers import blobs, disk
from producers.deadline import waited_for
from producers.errors import Changed, NotAFile
from wiredesk.errors import DeskError, SettingError, StoreAway, StoreFault

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")

#: Stands in Redis in place of the first chunk of a file that lies in the store.
MARKER = b"o"
#: Seconds that a store may take to answer: it takes 10 to 50 ms. A library's own patience is minutes (s3fs's silent
#: requests end after six), and that of a file system is none.
ANSWER = 30.0
#: Bytes that pass in one request: within `ANSWER` at 300 KB a second. S3 takes 10,000 of 5 MB and more for an object.
BLOCK = 8 << 20
#: What the store of the setting is called in a sentence.
OURS = "The object store (WIREDESK_OBJECTS_URL)"
#: Errors of stores' own libraries (botocore, gcsfs, adlfs) that waiting does not mend: nobody has told them the keys.
NO_KEYS = frozenset(
    {"ClientAuthenticationError", "DefaultCredentialsError", "NoCredentialsError", "PartialCredentialsError",
     "RefreshError"}
)  # fmt: skip


class Stream(io.RawIOBase):
    """An object's bytes, read-only, seekable, with the store's errors in the desk's words (`told`).

    Who reads a file takes an OSError for its fault; that of a network in between is none.
    """

    def __init__(self, stream: BinaryIO, what: str = OURS) -> None:
        super().__init__()
        self._stream, self._what = stream, what

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return asked(lambda: self._stream.seek(offset, whence), self._what)

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        piece = asked(lambda: self._stream.read(len(view)), self._what)
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def put(root: str, sha256: str, size: int, stream: BinaryIO) -> None:
    """Copy a stream to its place, unless it is there.

    Raises `Changed` when it is not the content it was, `NotAFile` when it cannot be read; `StoreAway`, `StoreFault`.
    """
    store, path = place(root, _name(sha256))
    if asked(lambda: bool(store.exists(path) and store.size(path) == size)):
        return
    write(root, _name(sha256), _checked(stream, sha256))


def write(root: str, name: str, pieces: Iterable[bytes]) -> None:
    """Make an object of the pieces: whole, or not at all. Raises `StoreAway`, `StoreFault` and what `pieces` raise."""
    store, path = place(root, name)
    try:
        _transfer(store, path, pieces)
    except FileNotFoundError as error:
        raise StoreFault(f"{OURS} has no {path.rpartition('/')[0]!r}: make the bucket, or correct it.") from error


def _transfer(store: Any, path: str, pieces: Iterable[bytes]) -> None:
    """Each step within `ANSWER`; without `commit` nothing appears."""
    out = asked(lambda: _opened(store, path))
    try:
        for data in pieces:
            asked(partial(out.write, data))
        asked(out.close)
        asked(out.commit)
    except BaseException as error:
        with suppress(DeskError, OSError):
            asked(partial(_discard, out), within=1.0 if isinstance(error, StoreAway) else None)
        raise


def _opened(store: Any, path: str) -> Any:
    if getattr(store, "local_file", False):
        return disk.Object(path)
    # Buckets have no folders; asking for one would make the bucket of a misspelt setting.
    if path.startswith("/"):
        store.makedirs(path.rpartition("/")[0], exist_ok=True)
    out = store.open(path, "wb", block_size=BLOCK, autocommit=False)
    store.transaction.files.clear()  # the instance's next transaction would commit what hangs here
    return out


def _discard(out: Any) -> None:
    out.close()
    out.discard()


def get(root: str, sha256: str) -> BinaryIO:
    """A seekable stream of the content, to be read by `Stream`. Raises FileNotFoundError, `StoreAway`, `StoreFault`."""
    store, path = place(root, _name(sha256))
    return asked(lambda: cast("BinaryIO", store.open(path, "rb", block_size=BLOCK)))


def leave(root: str, folder: str) -> None:
    """Remove a folder of this machine if it is empty; buckets have none."""
    store, path = place(root, folder)
    if getattr(store, "local_file", False):
        with suppress(OSError):
            Path(path).rmdir()


def asked(ask: Callable[[], T], what: str = OURS, within: float | None = None) -> T:
    """What the store answers, its errors as `told` has them; `within` seconds (`ANSWER`), or it is away."""
    with _answering(what):
        return waited_for(ask, ANSWER if within is None else within)


def told(error: Exception, what: str) -> Exception:
    """A store's error in the desk's words: away for now, or a refusal. What is gone stays FileNotFoundError.

    Each store's library has errors of its own, few of them OSErrors. Those of Python itself are mistakes of a program
    and stay as they are.
    """
    kind = type(error)
    ours = isinstance(error, DeskError | FileNotFoundError)
    if ours or (kind.__module__ == "builtins" and not isinstance(error, OSError)):
        return error
    said = str(error).rstrip(".") or kind.__name__
    if isinstance(error, PermissionError) or kind.__name__ in NO_KEYS:
        return StoreFault(
            f"{what} refuses access: {said}. Check the keys that its library reads (for s3:// AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY)."
        )
    return StoreAway(f"{what} does not answer: {said}.")


@contextmanager
def _answering(what: str = OURS) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if (said := told(error, what)) is error:
            raise
        raise said from error


def _checked(stream: BinaryIO, sha256: str) -> Iterator[bytes]:
    """A stream's chunks from its start, the last only if all of them are the content that was announced."""
    seen = hashlib.sha256()
    try:
        for data in blobs.chunks(stream):
            seen.update(data)
            yield data
    except OSError as error:
        raise NotAFile(f"It cannot be read: {error.strerror}.") from error
    if seen.hexdigest() != sha256:
        raise Changed("The file was written to while it was read. Send it when it is complete.")


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def place(root: str, name: str) -> tuple[Any, str]:
    """The store that `root` names, as fsspec has it, and where in it `name` lies. Raises `SettingError`."""
    if not find_spec("fsspec"):
        raise SettingError("WIREDESK_OBJECTS_URL needs the extra for object stores: pip install 'wiredesk[objects]'")
    import fsspec  # noqa: PLC0415  (an extra)

    try:
        # fsspec keeps an instance a thread, which spares half a second of reading the store's own description; it must
        # remember no listing, as other processes put and expire objects.
        found: tuple[Any, str] = fsspec.core.url_to_fs(f"{root.rstrip('/')}/{name}", use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise SettingError(f"WIREDESK_OBJECTS_URL cannot be opened: {error}") from None
    return found
