"""A served desk and a real browser, for the tests of what people see."""

from __future__ import annotations

import os
import shutil
import threading
import time
from contextlib import contextmanager

import httpx
import pytest
from selenium import webdriver

from wiredesk.desk import app, guard, serve

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900",
    "--disable-extensions", "--hide-scrollbars",
)  # fmt: skip


@contextmanager
def serving(desk, **rules):
    """The desk's own server on a free port, in a thread; yields its address without the last slash."""
    with serve.listen("127.0.0.1", 0) as socket:
        server = serve.server(app.create(desk, guard.Rules(**rules)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield serve.address("127.0.0.1", socket).rstrip("/")
        finally:
            server.should_exit = True
            thread.join(10)


def ask(url, method="GET", body=None, **headers):
    """An answer, whatever its status; header names are written with underscores."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request(method, url, content=body, headers=names, timeout=10)


class Browser:
    """A page at a time; remembers what the browser complained about."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, url, ready="return document.readyState === 'complete'"):
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
    if not CHROMIUM or not DRIVER:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium: .ci/run installs it")
        pytest.skip("no Chromium here: apt install chromium chromium-driver")
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
