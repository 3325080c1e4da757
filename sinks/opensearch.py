"""OpenSearch (and Elasticsearch 7 or 8) by the bulk interface. The mapping: opensearch.json, and docs/output.md.

A document's id is the article's; its version there is the article's (`external_gte`), so carrying a batch twice
changes nothing and an older version never replaces a newer one. Fields that the mapping does not name are kept in the
document, not indexed.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import orjson

from sinks.base import Down, Refused, Target, server
from wiredesk.errors import UsageError
from wiredesk.readers import Message

if TYPE_CHECKING:
    from urllib3 import PoolManager

#: Bytes of one bulk request: what the vendors advise is 5 to 15 MB.
LARGEST_BULK = 8 << 20
REPLY_SECONDS = 60.0

_NOT_READY = frozenset({408, 429, 502, 503, 504})
#: The document's own fault: malformed, or too large. What else is refused (a read-only index, no such index) is the
#: state of the cluster.
_WRONG = frozenset({400, 413})
_OLDER = 409
_INDEX = re.compile(r"[a-z0-9][a-z0-9._-]{0,254}")


class OpenSearch:
    """Creates its index when it first writes."""

    def __init__(self, url: str, index: str, login: str | None) -> None:
        import urllib3  # noqa: PLC0415  (an extra)

        self._url, self._index = url.rstrip("/"), index
        headers = {"authorization": f"Basic {b64encode(login.encode()).decode()}"} if login else {}
        timeout = urllib3.Timeout(connect=5.0, read=REPLY_SECONDS)
        self._http: PoolManager = urllib3.PoolManager(headers=headers, timeout=timeout, retries=False)
        self._made = False

    def write(self, messages: Sequence[Message]) -> None:
        if not self._made:
            self._make()
        for body in bulks(messages, self._index):
            status, reply = self._ask("POST", "/_bulk", body, "application/x-ndjson")
            if status >= 300:
                raise (Refused if status in _WRONG else Down)(f"the bulk request was answered with {status}")
            judge(reply)

    def _make(self) -> None:
        """Create the index with its mapping; one that exists is left as it is."""
        status, reply = self._ask("PUT", f"/{quote(self._index, safe='')}", mapping(), "application/json")
        kind = reply.get("error", {}).get("type", "") if isinstance(reply.get("error"), dict) else ""
        if status >= 300 and kind != "resource_already_exists_exception":
            raise Down(f"the index could not be created: {status} {kind}")
        self._made = True

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, dict[str, Any]]:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        try:
            headers = {**self._http.headers, "Content-Type": kind}
            reply = self._http.request(method, self._url + path, body=body, headers=headers, redirect=False)
        except HTTPError as error:
            raise Down(f"{type(error).__name__}: {self._url} does not answer") from error
        if reply.status in _NOT_READY:
            raise Down(f"{self._url} says {reply.status}")
        if reply.status in (401, 403):
            raise Down(f"{self._url} refuses the name or password ({reply.status}): see WIREDESK_SINK_PASSWORD")
        try:
            return reply.status, orjson.loads(reply.data)
        except orjson.JSONDecodeError as error:
            raise Down(f"{self._url} does not answer as OpenSearch does") from error

    def close(self) -> None:
        self._http.clear()


def bulks(messages: Sequence[Message], index: str) -> list[bytes]:
    """The messages as bodies of bulk requests: two lines each, action and document."""
    bodies, size = [[]], 0  # type: list[list[bytes]], int
    for message in messages:
        action = {
            "index": {"_index": index, "_id": message.id, "version": message.version, "version_type": "external_gte"}
        }
        pair = orjson.dumps(action) + b"\n" + message.body + b"\n"
        if size and size + len(pair) > LARGEST_BULK:
            bodies.append([])
            size = 0
        bodies[-1].append(pair)
        size += len(pair)
    return [b"".join(body) for body in bodies if body]


def judge(reply: dict[str, Any]) -> None:
    """What a bulk reply says of its items. An older version than the one there (409) is no fault.

    Raises `Down` when some could not be taken just now, else `Refused` when one never will.
    """
    if not reply.get("errors"):
        return
    failed = [item["index"] for item in reply["items"] if item["index"]["status"] >= 300]
    failed = [item for item in failed if item["status"] != _OLDER]
    said = [f"{item['status']} {item.get('error', {}).get('type', '')}" for item in failed]
    if any(item["status"] not in _WRONG for item in failed):
        raise Down(f"some documents could not be taken: {', '.join(sorted(set(said)))}")
    if failed:
        raise Refused(said[0])


def mapping() -> bytes:
    """The index's settings and mapping, as JSON."""
    return (files("sinks") / "opensearch.json").read_bytes()


def open_sink(target: Target) -> OpenSearch:
    """`to` is the cluster's address, with the user's name where it asks for one. Options: `index`."""
    parts = server(target.to, ("http", "https"), "https://user@host:9200")
    index = target.option("index", "wiredesk-articles")
    target.check()
    if not _INDEX.fullmatch(index):
        raise UsageError(f"-o index={index} must be of small letters, digits, '.', '_' and '-'.")
    password = target.settings.sink_password or unquote(parts.password or "")
    login = f"{unquote(parts.username)}:{password}" if parts.username else None
    return OpenSearch(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}", index, login)
