"""What a sink is, and what it may say of its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from redis import Redis

from wiredesk.errors import UsageError
from wiredesk.hosts import is_host
from wiredesk.readers import Message
from wiredesk.settings import Settings, count, hidden


class Down(Exception):  # noqa: N818  (the target is down: a state, not a fault)
    """The target does not take anything just now. The same messages are tried again; `wait` seconds if it said so."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Refused(Exception):  # noqa: N818
    """The target will never take one of these messages. Tried one by one, so that it stops no other."""


class Sink(Protocol):
    """`write` returns when the target has kept all messages; it may be called again with the same ones.

    Raises `Down` or `Refused`.
    """

    def write(self, messages: Sequence[Message]) -> None: ...
    def close(self) -> None: ...


def server(url: str, schemes: Sequence[str], example: str, host: str = "") -> SplitResult:
    """The parts of a server's address; `host` where it may name none. Raises `UsageError` for any other text."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and parts.port != 0 and is_host(parts.hostname or host)
    except ValueError:
        good = False
    if not good:
        raise UsageError(f"--to is {hidden(url)!r}, but must be an address such as {example}")
    return parts


@dataclass
class Target:
    """Where a sink carries to: its address or path, what it was told besides, and what it may use of the desk."""

    to: str
    redis: Redis
    settings: Settings
    options: Mapping[str, str] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    def option(self, name: str, default: str) -> str:
        self._asked.add(name)
        return self.options.get(name, default)

    def number(self, name: str, default: int) -> int:
        """A whole number, 1 or more. Raises `UsageError`."""
        text = self.option(name, str(default))
        try:
            return count(text)
        except ValueError as error:
            raise UsageError(f"-o {name}={text} must be {error}.") from None

    def check(self) -> None:
        """Raises `UsageError` when an option was given that the sink did not ask for: a typo must not go unseen."""
        if unknown := sorted(set(self.options) - self._asked):
            known = ", ".join(sorted(self._asked)) or "none"
            raise UsageError(f"-o {unknown[0]}: this sink's options are {known}.")
