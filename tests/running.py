"""A desk that runs, for tests of producers: a Redis of its own and real workers for all stages."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from wiredesk import server
from wiredesk.cli import group
from wiredesk.errors import DeskError, NoRedisServer

BIN = Path(sys.executable).parent
WIREDESK = BIN / "wiredesk"
#: Longer than anything here takes on a machine that is busy with other things.
SECONDS = 90


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


def command(url, *words, stdin=b""):
    """A command in this process, which spares its start: exit status, standard output and error as text."""
    words = [str(word) for word in words]
    done = CliRunner().invoke(group, words, input=stdin, env={"WIREDESK_REDIS_URL": url}, standalone_mode=False)
    if isinstance(done.exception, DeskError):
        return done.exception.status, done.stdout, f"{done.stderr}{done.exception}"
    if done.exception:
        raise done.exception
    return done.return_value, done.stdout, done.stderr


def until(true, seconds=SECONDS):
    """Wait until `true()` gives something true, and give it; fail after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not true within {seconds} s")


#: Enough that no two pages made of them share three words in a row by more than chance.
WORDS = (
    "harbour council winter bridge teacher railway market doctor forest election budget village storm engine "
    "library farmer museum border island summer factory student airport river festival minister hospital captain "
    "theatre valley product journey morning evening window garden lawyer painter record signal station supply "
    "tunnel tower weather worker yacht"
).split()


def page(subject):
    """A page of news that is about `subject`, and no copy of another one."""
    pick = random.Random(subject)

    def sentence():
        return f"The {' '.join(pick.choices(WORDS, k=14))} of {subject}."

    paragraphs = "\n\n".join(" ".join(sentence() for _ in range(3)) for _ in range(4))
    headline = f"{' '.join(pick.choices(WORDS, k=5)).capitalize()} in {subject}"
    return f"{headline}\n\nBy Ann Writer\n\n{subject.upper()} (Reuters) - {paragraphs}\n"
