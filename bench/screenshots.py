"""Take the screenshots of docs/images: a real desk with real workers, photographed in Chromium.

usage: uv run python bench/screenshots.py [--to docs/images]

Needs Debian's chromium and chromium-driver. The stories are those of examples/pages, and plain ones made up here.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from selenium import webdriver

from wiredesk import keys, server
from wiredesk.desk import app, guard, serve
from wiredesk.settings import Settings
from wiredesk.web import address, listen
from workers.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--disable-dev-shm-usage",
)  # fmt: skip
WIDE, PHONE = (1280, 860), (430, 930)
TOWNS = ("Porto", "Ghent", "Bergen", "Split", "Malmö", "Trieste", "Cork", "Gdańsk", "Varna", "Cádiz")
THINGS = ("ferry", "tram", "library", "fish market", "lighthouse", "orchestra", "ice rink", "harbour wall")


def story(number: int) -> str:
    """A page of its own: a headline, a dateline and some paragraphs that no other has."""
    dice = random.Random(number)
    town, thing, cost = dice.choice(TOWNS), dice.choice(THINGS), dice.randint(11, 990)
    said = [
        f"The {dice.choice(THINGS)} beside it will move in {dice.randint(2027, 2040)}, after {dice.randint(3, 40)} "
        f"years, and {dice.randint(20, 900)} people work there today, the council said."
        for _ in range(6)
    ]
    first = f"{town.upper()} - The {thing} of {town} gets {cost} million, case {number}."
    return "\n\n".join([f"{town} votes {cost} million for its {thing}, number {number}", first, *said]) + "\n"


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    with listen("127.0.0.1", 0) as socket:
        web = serve.server(app.create(desk, guard.Rules()))
        thread = threading.Thread(target=web.run, kwargs={"sockets": [socket]})
        thread.start()
        while not web.started:
            time.sleep(0.01)
        try:
            yield address("127.0.0.1", socket).rstrip("/")
        finally:
            web.should_exit = True
            thread.join()


class Camera:
    def __init__(self, url: str, to: Path) -> None:
        self._url, self._to = url, to
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or sys.exit("apt install chromium chromium-driver")
        for flag in (*FLAGS, f"--user-data-dir={tempfile.mkdtemp()}"):
            options.add_argument(flag)
        self._driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))

    def take(self, name: str, page: str, *, size: tuple[int, int] = WIDE, dark: bool = False, ready: str = "1") -> None:
        """One picture of one page, once `ready` holds in it."""
        width, height = size
        self._do(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._do("Emulation.setEmulatedMedia", features=[scheme])
        self._driver.get(self._url + page)
        end = time.monotonic() + 60
        while not self._driver.execute_script(f"return Boolean({ready})") and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(2.2 if page == "/" else 0.4)
        picture = self._to / f"{name}.png"
        self._driver.save_screenshot(str(picture))
        print(f"{picture}  {picture.stat().st_size / 1024:.0f} KB")

    def _do(self, command: str, **values: object) -> None:
        self._driver.execute_cdp_cmd(command, values)

    def close(self) -> None:
        self._driver.quit()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images")
    to: Path = parser.parse_args().to
    to.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        url = stack.enter_context(server.private())
        inbox = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        desk = Desk.at(url, Settings())
        stack.callback(desk.close)
        wiredesk = Path(sys.executable).with_name("wiredesk")
        run = lambda *words: [wiredesk, *map(str, words)]  # noqa: E731
        environ = os.environ | {"WIREDESK_REDIS_URL": url}
        (inbox / "scan-0413.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(80))
        (inbox / "empty.txt").write_bytes(b"")
        subprocess.run(run("run", inbox), env=environ, check=False, stderr=subprocess.DEVNULL)
        subprocess.run(run("run", ROOT / "examples" / "pages"), env=environ, check=True, stderr=subprocess.DEVNULL)
        address = stack.enter_context(serving(desk))
        camera = Camera(address, to)
        stack.callback(camera.close)
        pages(camera, desk)
        for number in range(400):
            (inbox / f"council-{number:03}.txt").write_text(story(number))
        for stages in (("split", "fingerprint"), ("publish",)):
            busy = subprocess.Popen(run("work", *stages), env=environ, stderr=subprocess.DEVNULL)
            stack.callback(busy.wait)
            stack.callback(busy.terminate)
        subprocess.Popen(run("submit", inbox), env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait()
        camera.take("desk", "/", ready="document.querySelector('[data-stage=extract].stopped .big')?.textContent > 60")
        camera.take("desk-dark", "/", dark=True)
        camera.take("desk-phone", "/", size=PHONE)
        camera.take("rq", "/rq/", ready="document.querySelector('tr[data-role=queue]')")
        camera.take("workers", "/workers")


def pages(camera: Camera, desk: Desk) -> None:
    """The pages that show what was published."""
    copies = [{k: v.decode() for k, v in f.items() if k != b"body"} for _, f in desk.queues.xrange(keys.COPIES)]
    near = next(c for c in copies if c[b"relation"] == "near")
    camera.take("stories", "/stories")
    camera.take("story", f"/stories/{near[b'story']}")
    article = near[b"story"]
    camera.take("article", f"/articles/{article}")
    camera.take("file", f"/files/{near[b'id'].partition('-')[0]}")
    camera.take("rejected", "/rejected")
    camera.take("search", "/search?q=ferry")


if __name__ == "__main__":
    main()
