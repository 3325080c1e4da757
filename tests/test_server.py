"""The desk's own Redis: started in a moment, private, gone with the desk."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wiredesk import server
from wiredesk.connection import client, reach
from wiredesk.errors import NoRedisServer, RedisUnreachable


def test_private_redis_answers_and_goes():
    """It listens on a socket that only its owner can open, on no port, and leaves no folder behind."""
    with server.private() as url:
        redis = client(url)
        socket = Path(url.removeprefix("unix://"))
        port = redis.config_get("port")["port"]

        assert redis.ping()
        assert port == "0"
        assert socket.stat().st_mode & 0o077 == 0
    assert not socket.parent.exists()


def test_private_redis_ends_with_a_killed_desk():
    """A desk that is killed, and so can clean up nothing, does not leave its Redis running."""
    code = (
        "import time\nfrom wiredesk import server, connection\n"
        "with server.private() as url:\n"
        "    print(connection.client(url).info()['process_id'], flush=True)\n"
        "    time.sleep(60)\n"
    )
    desk = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(desk.stdout.readline())
    desk.send_signal(signal.SIGKILL)
    desk.wait()
    desk.stdout.close()

    assert _gone(pid, seconds=5)


def _gone(pid, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_server_that_cannot_start_says_why(tmp_path):
    """What the server says when it gives up reaches the person."""
    with pytest.raises(NoRedisServer, match="did not start"), server.private(("--maxmemory", "nonsense")):
        pass


@pytest.mark.parametrize("name", server.PROGRAMS)
def test_what_stands_on_path_comes_before_what_python_brought(tmp_path, monkeypatch, name):
    """A folder put in front of PATH chooses the server, Redis or Valkey, that the desk and the tests start."""
    program = tmp_path / name
    program.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert server.find() == program


def test_wrong_password_is_told_from_silence(redis, redis_url):
    """A Redis that refuses the password says so, and does not show it."""
    redis.config_set("requirepass", "right")
    try:
        with pytest.raises(RedisUnreachable, match="refuses the name or password") as caught:
            reach(client(redis_url.replace("unix://", "unix://:wrong@")), redis_url)
    finally:
        owner = client(redis_url.replace("unix://", "unix://:right@"))
        owner.config_set("requirepass", "")
        owner.close()
    assert "wrong" not in str(caught.value)
