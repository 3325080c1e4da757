"""JSON for RQ, everywhere it takes a serializer: nothing that comes out of Redis can run code by being read."""

from __future__ import annotations

from typing import Any

import orjson


class JSONSerializer:
    """RQ's serializer protocol on orjson."""

    @staticmethod
    def dumps(obj: Any) -> bytes:
        return orjson.dumps(obj)

    @staticmethod
    def loads(data: bytes) -> Any:
        return orjson.loads(data)
