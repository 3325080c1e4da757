"""Being told at once that something happened in a directory. A hint only: what counts is what a scan finds."""

from __future__ import annotations

import threading
from importlib.util import find_spec
from pathlib import Path

from producers.watch.inbox import DONE, HOME, REJECTED
from wiredesk import log

#: Milliseconds over which events are gathered: a scan takes about as long for some thousand files.
GATHER = 50


class Wake:
    """An event that is set when the directory changes; never, where watchfiles is not installed (rescans do it)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._event = threading.Event()
        self._stop = threading.Event()
        if find_spec("watchfiles"):
            threading.Thread(target=self._run, name="wiredesk-wake", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Whether something happened since the last call, waiting for it up to `seconds`."""
        happened = self._event.wait(seconds)
        self._event.clear()
        return happened

    def set(self) -> None:
        self._event.set()

    def close(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        """Watchfiles gives up at a name that is not UTF-8 and when a folder vanishes: then it is started again."""
        while not self._stop.is_set():
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001  (its errors share no base; a hint is all that is lost)
                log.get().debug("directory events restarted", reason=repr(error))
                self._event.set()
                self._stop.wait(GATHER / 1000)

    def _listen(self) -> None:
        from watchfiles import watch  # noqa: PLC0415  (an extra)

        ours = tuple(f"{self._folder / name}/" for name in (HOME, DONE, REJECTED))
        for changes in watch(
            self._folder, watch_filter=None, debounce=10 * GATHER, step=GATHER, stop_event=self._stop,
            raise_interrupt=False, ignore_permission_denied=True,
        ):  # fmt: skip
            if any(not path.startswith(ours) for _, path in changes):
                self._event.set()
