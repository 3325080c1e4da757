"""Giving memory back to the system: what large files leave behind in the allocator adds up over days."""

from __future__ import annotations

import ctypes

#: Bytes of a file behind which it is worth it: the call takes some milliseconds, and smaller ones leave little.
LARGE = 1_000_000


def release() -> bool:
    """Have the allocator give back what is free; whether there was any. Only glibc's knows how, others say no.

    Fifty hostile files left 233 MiB in a worker, 185 after this: beside a page of 100,000 lines that is the difference
    between more and less than the 400 MB that a worker may hold.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return bool(trim and trim(0))
