"""Large files in an object store (fsspec), so that Redis holds what is worked on and not what is read once.

A file lies at ``{objects_url}/{first two letters}/{sha256}``. Redis holds a marker in place of its first chunk, and no
address: where to look is each worker's own setting, so nobody who writes to Redis can make a worker open something
else. How long objects stay is the store's own rule (a bucket's lifecycle); it should be longer than `keep_files`.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from typing import Any, BinaryIO, cast

from producers.blobs import CHUNK
from producers.errors import Changed
from wiredesk.errors import SettingError

#: Stands in Redis in place of the first chunk of a file that lies in the store.
MARKER = b"o"


def put(root: str, sha256: str, size: int, stream: BinaryIO) -> None:
    """Copy a stream to its place, unless it is there. Raises `Changed` when it is not the content it was; OSError."""
    store, path = _place(root, sha256)
    if store.exists(path) and store.size(path) == size:
        return
    store.makedirs(path.rpartition("/")[0], exist_ok=True)
    seen = hashlib.sha256()
    stream.seek(0)
    # Within a transaction the object appears whole at its end, or not at all.
    with store.transaction, store.open(path, "wb") as out:
        while data := stream.read(CHUNK):
            seen.update(data)
            out.write(data)
        if seen.hexdigest() != sha256:
            raise Changed("The file was written to while it was read. Send it when it is complete.")


def get(root: str, sha256: str) -> BinaryIO:
    """A seekable stream of the content. Raises FileNotFoundError."""
    store, path = _place(root, sha256)
    return cast("BinaryIO", store.open(path, "rb"))


def _place(root: str, sha256: str) -> tuple[Any, str]:
    if not find_spec("fsspec"):
        raise SettingError("WIREDESK_OBJECTS_URL needs the extra for object stores: pip install 'wiredesk[objects]'")
    import fsspec  # noqa: PLC0415  (an extra)

    try:
        # An instance of its own: fsspec shares them, and a transaction is the instance's.
        found: tuple[Any, str] = fsspec.core.url_to_fs(
            f"{root.rstrip('/')}/{sha256[:2]}/{sha256}", skip_instance_cache=True
        )
    except (ImportError, ValueError) as error:
        raise SettingError(f"WIREDESK_OBJECTS_URL cannot be opened: {error}") from None
    return found
