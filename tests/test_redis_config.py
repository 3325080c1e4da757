"""deploy/redis: the shipped settings on a real server, each with its reason; TLS with real certificates."""

import re
import subprocess
from dataclasses import replace

import pytest
from redis.exceptions import ConnectionError  # noqa: A004
from redis_rig import DEPLOY, guarded, tls_server
from running import command

from wiredesk.connection import client
from wiredesk.errors import RedisUnreachable
from wiredesk.settings import Settings
from workers.desk import Desk

REDIS = DEPLOY / "redis"
SIZES = {"kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30}


def directives(name):
    """(directive, value, whether a comment stands before it or before the group it continues)."""
    told = False
    for line in (REDIS / name).read_text().splitlines():
        told = line.startswith("#") or (told and bool(line))
        if line and not line.startswith("#"):
            yield *line.split(" ", 1), told


@pytest.mark.parametrize("name", ["redis.conf", "tls.conf", "sentinel.conf"])
def test_each_line_has_its_reason(name):
    """No directive stands without a sentence above it or above its group."""
    assert [word for word, _, told in directives(name) if not told and word != "include"] == []


def in_bytes(value):
    found = re.fullmatch(r"(\d+)(kb|mb|gb)", value)
    return str(int(found[1]) * SIZES[found[2]]) if found else value.strip('"')


def test_the_server_runs_with_what_the_file_says(tmp_path):
    """Every directive is in force on a server that start.sh started."""
    asked = {w: v for w, v, _ in directives("redis.conf") if not w.startswith(("client-output", "port"))}
    with guarded(tmp_path) as guard, guard.client("admin") as redis:
        got = {word: redis.config_get(word)[word] for word in asked}

    assert got == {word: in_bytes(value) for word, value in asked.items()}


def test_doctor_has_nothing_to_say_about_it(tmp_path):
    """Persistence, eviction and version are as `wiredesk doctor` wants them."""
    with guarded(tmp_path) as guard:
        _, printed, _ = command(guard.url("admin"), "doctor")

    for check in ("persistence", "eviction", "redis version"):
        assert re.search(rf"ok\s+{check}", printed), printed


def test_what_was_accepted_survives_a_kill(tmp_path):
    """The shipped settings bring a desk back with its queue after SIGKILL and a new start on the same folder."""
    with guarded(tmp_path) as guard:
        command(guard.url("producer"), "submit", str(DEPLOY.parent / "examples" / "pages"))
        guard.process.kill()
    (tmp_path / "again").mkdir()
    with guarded(tmp_path / "again", "--dir", str(tmp_path / "data")) as guard, guard.client("admin") as redis:
        assert redis.llen("rq:queue:split") == redis.zcard("wiredesk:open") > 0


def certificates(secrets):
    """A CA, and a server's certificate for this machine signed by it."""
    made = lambda *words: subprocess.run(["openssl", *words], cwd=secrets, check=True, capture_output=True)  # noqa: E731
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    made("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=desk CA")
    made("req", *key, "-keyout", "tls.key", "-out", "tls.csr", "-subj", "/CN=redis")
    (secrets / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    made("x509", "-req", "-in", "tls.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
         "-extfile", "names", "-out", "tls.crt")  # fmt: skip
    return f"?ssl_ca_certs={secrets}/ca.crt"


def test_a_desk_speaks_tls(tmp_path):
    """A submission over rediss:// with the CA's certificate arrives; without TLS, or without that CA, nothing does."""
    with guarded(tmp_path, config="tls.conf", program=tls_server(tmp_path), prepare=certificates) as guard:
        status, _, said = command(guard.url("producer"), "submit", str(DEPLOY.parent / "examples" / "pages"))
        worker = Desk.open(replace(Settings(), redis_url=guard.url("worker")))
        waiting = worker.queues.llen("rq:queue:split")
        worker.close()
        with pytest.raises(ConnectionError):
            client(guard.url("worker").replace("rediss", "redis").partition("?")[0]).ping()
        with pytest.raises(RedisUnreachable):
            Desk.open(replace(Settings(), redis_url=guard.url("worker").partition("?")[0]))

    assert (status, waiting) == (0, 6), said
