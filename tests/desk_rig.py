"""A served desk and a real browser, for the tests of what people see."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from installed import needed
from selenium import webdriver

from wiredesk import server
from wiredesk.desk import app, guard, serve
from wiredesk.settings import Settings
from wiredesk.web import address, listen
from workers.desk import Desk

ROOT = Path(__file__).parent.parent

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900",
    "--disable-extensions", "--hide-scrollbars",
)  # fmt: skip


#: What a scraped page may hold: markup and script in its headline, byline, caption and body.
HOSTILE = "<img class=hostile src=x onerror='window.hostile=1'><script>window.hostile=1</script>"
HOSTILE_PAGE = f"""Harbour talks {HOSTILE} end in accord

By Ada {HOSTILE} Moran

HARBOUR CITY, March 3 (Reuters) - The long talks over the harbour of the old city ended on Tuesday in an accord \
between the port and its workers, {HOSTILE} both sides said, after eleven nights of meetings in the customs house.

The accord raises pay by four per cent from April and keeps the night shift, the union said in a statement that was \
read out on the quay. The port's director, Ines Okafor, said ships would be unloaded again from Wednesday morning.

"We have lost two weeks and learned a lot," she told reporters. {HOSTILE} The union's members will vote on Friday.
"""


@contextmanager
def serving(desk, **rules):
    """The desk's own server on a free port, in a thread; yields its address without the last slash."""
    with listen("127.0.0.1", 0) as socket:
        web = serve.server(app.create(desk, guard.Rules(**rules)))
        thread = threading.Thread(target=web.run, kwargs={"sockets": [socket]})
        thread.start()
        while not web.started:
            time.sleep(0.005)
        try:
            yield address("127.0.0.1", socket).rstrip("/")
        finally:
            web.should_exit = True
            thread.join(10)


def ask(url, method="GET", body=None, **headers):
    """An answer, whatever its status; header names are written with underscores."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request(method, url, content=body, headers=names, timeout=10)


class Browser:
    """A page at a time; remembers what the browser complained about."""

    def __init__(self, driver):
        self.driver = driver
        self.host = ""

    def open(self, url, ready="return document.readyState === 'complete'"):
        host = url.split("/")[2]
        if host != self.host:
            # The page of a server that has stopped complains about that for as long as it is open.
            self.driver.get("about:blank")
            self.driver.get_log("browser")
            self.host = host
        self.driver.get(url)
        return self.until(ready)

    def until(self, script, seconds=8):
        """Run `script` until it gives something true."""
        end = time.monotonic() + seconds
        while not (found := self.driver.execute_script(script)):
            assert time.monotonic() < end, f"never true: {script}\n{self.text()}"
            time.sleep(0.02)
        return found

    def run(self, script):
        return self.driver.execute_script(script)

    def text(self):
        return self.driver.execute_script("return document.body.innerText")

    def complaints(self):
        """What the console said since the last call: errors, refused scripts, failed requests."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] != "INFO"]


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Debian's Chromium. Absent at home: skip; absent in CI: fail."""
    needed(CHROMIUM and DRIVER, "Chromium", "chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield Browser(driver)
    driver.quit()


def as_json(url, **headers):
    return ask(url, **headers).json()


@pytest.fixture(scope="session")
def worked_run(tmp_path_factory):
    """A desk that real workers have run the example pages and some odd files through: its URL, what they logged."""
    inbox = tmp_path_factory.mktemp("inbox")
    shutil.copytree(ROOT / "examples" / "pages", inbox / "pages")
    (inbox / "empty.txt").write_bytes(b"")
    (inbox / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (inbox / "hostile.txt").write_text(HOSTILE_PAGE)
    with server.private() as url:
        command = [Path(sys.executable).with_name("wiredesk"), "run", inbox, "--workers", "1"]
        environ = os.environ | {"WIREDESK_REDIS_URL": url, "WIREDESK_LOG": "json", "WIREDESK_LOG_LEVEL": "debug"}
        done = subprocess.run(command, env=environ, check=False, capture_output=True)
        yield url, done.stderr.decode()


@pytest.fixture(scope="session")
def worked(worked_run):
    return worked_run[0]


@pytest.fixture
def worked_desk(worked):
    opened = Desk.at(worked, Settings())
    yield opened
    opened.close()
