"""Passwords and secrets stay out of logs, of everything in Redis and of what commands print."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from running import command

from wiredesk import server
from wiredesk.connection import client
from wiredesk.settings import SECRETS

WIREDESK = Path(sys.executable).with_name("wiredesk")
PAGES = Path(__file__).parent.parent / "examples" / "pages" / "coastal-times.txt"
#: The secrets of a desk, each unmistakable.
GIVEN = {f"WIREDESK_{name.upper()}": f"whsec-hushhush-{number}" for number, name in enumerate(sorted(SECRETS))}
PASSWORD = "hushhush-redis"  # noqa: S105  (made up for this test)


@pytest.fixture(scope="module")
def guarded():
    """A desk behind a password that took in a page: the URL with it, the log, and everything that Redis holds."""
    with server.private() as url:
        redis = client(url)
        redis.config_set("requirepass", PASSWORD)
        redis = client(url, password=PASSWORD)
        own = url.replace("unix://", f"unix://:{PASSWORD}@")
        environ = (
            os.environ | GIVEN | {"WIREDESK_REDIS_URL": own, "WIREDESK_LOG": "json", "WIREDESK_LOG_LEVEL": "debug"}
        )
        done = subprocess.run([WIREDESK, "run", PAGES], env=environ, capture_output=True, check=False)
        kept = b"".join(redis.dump(key) or b"" for key in redis.scan_iter())
        yield own, done, kept
        redis.close()


def test_logs_and_redis_hold_no_secret(guarded):
    """Neither the log at its most talkative nor any key of Redis has a password or a secret in it."""
    _, done, kept = guarded

    assert done.returncode == 0, done.stderr
    assert b"hushhush" not in done.stdout + done.stderr
    assert kept
    assert b"hushhush" not in kept


@pytest.mark.parametrize("words", [["config"], ["config", "--json"], ["doctor"], ["status"], ["status", "--json"]])
def test_commands_show_no_secret(guarded, monkeypatch, words):
    """What is set is shown as set, not as what it is."""
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    _, out, err = command(guarded[0], *words)

    assert out
    assert "hushhush" not in out + err


def test_an_unreachable_redis_is_named_without_its_password():
    """The sentence for a Redis that does not answer keeps the password to itself."""
    _, out, err = command(f"redis://user:{PASSWORD}@127.0.0.1:1/0", "status")

    assert "does not answer" in err
    assert "hushhush" not in out + err
