"""A desk that runs, for tests of producers: a Redis of its own and real workers for all stages."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wiredesk import server
from wiredesk.errors import NoRedisServer

BIN = Path(sys.executable).parent
WIREDESK = BIN / "wiredesk"
#: Longer than anything here takes on a machine that is busy with other things.
SECONDS = 60


def environment(**extra):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("WIREDESK_")}
    return clean | {"PATH": f"{BIN}:{clean['PATH']}", "WIREDESK_LOG_LEVEL": "warning"} | extra


@pytest.fixture(scope="session")
def running():
    """The URL of the desk's Redis."""
    try:
        with server.private() as url:
            workers = subprocess.Popen([WIREDESK, "work"], env=environment(WIREDESK_REDIS_URL=url))
            yield url
            workers.terminate()
            workers.wait(SECONDS)
    except NoRedisServer as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


def until(true, seconds=SECONDS):
    """Wait until `true()` gives something true, and give it; fail after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not true within {seconds} s")


def page(subject):
    """A page of news that is about `subject`, and no copy of another one."""
    return (
        f"Council of {subject} votes for new harbour wall\n\nBy Ann Writer\n\n"
        f"{subject.upper()} (Reuters) - The council of {subject} voted on Monday for a wall around its harbour, which "
        f"fishermen of {subject} had asked for since the storm of last year.\n\n"
        f"The mayor of {subject} said that work would begin in spring and that {subject} would pay for a third of it.\n"
    )
