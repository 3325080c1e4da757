"""deploy/redis/users.acl: each role does its work on a real Redis, and nothing else."""

import json
import re
import sys
from dataclasses import replace

import httpx
import pytest
from redis.exceptions import NoPermissionError
from redis_rig import DEPLOY, ROLES, free_port, guarded, standing
from running import command, page, until

from wiredesk import keys, server
from wiredesk.connection import client
from wiredesk.errors import RedisUnreachable
from wiredesk.settings import Settings
from workers.desk import Desk


@pytest.fixture(scope="module")
def guard(tmp_path_factory):
    """A guarded Redis whose producer and worker roles took small pages and a large file, twice each, to their end."""
    many = tmp_path_factory.mktemp("large") / "many.jsonl"
    many.write_text(
        "".join(json.dumps({"id": str(n), "text": page(f"row {n}")}) + "\n" for n in range(9)) + " " * 3_000_000
    )
    with guarded(tmp_path_factory.mktemp("guarded")) as one, one.client("admin") as admin:
        with standing("work", WIREDESK_REDIS_URL=one.url("worker")):
            for _ in range(2):
                command(one.url("producer"), "submit", DEPLOY.parent / "examples" / "pages", many)
            until(lambda: admin.exists(keys.SWEEP) and not admin.zcard(keys.OPEN))
        one.denied = refusals(admin)
        yield one


def refusals(admin):
    """Who was refused what since the last look; a client's name for itself, which older servers do not know, aside."""
    log = admin.acl_log()
    admin.acl_log_reset()
    return {(entry["username"], entry["object"]) for entry in log if not entry["object"].startswith("client")}


@pytest.fixture
def denied(guard):
    with guard.client("admin") as admin:
        refusals(admin)
        yield lambda: refusals(admin)


def test_producers_and_workers_are_refused_nothing(guard):
    """Files known before and a large one, a sweep and a stop: published, and not one command was refused."""
    with guard.client("reader") as redis:
        assert redis.xlen(keys.ARTICLES) >= 4
    assert guard.denied == set()


def test_files_are_watched_waited_for_and_drained(guard, denied, tmp_path):
    """`watch` and `submit --wait` under their role, `drain` of another Redis's list as a producer, texts packed by
    workers: nothing refused.
    """
    packing = {"WIREDESK_OBJECTS_URL": f"file://{tmp_path}/store", "WIREDESK_OBJECTS_AFTER": "1s"}
    (tmp_path / "page.txt").write_text(page("a watched file"))
    with server.private() as elsewhere, client(elsewhere) as lists:
        lists.rpush("spider:items", json.dumps({"url": "https://a.example/1", "text": page("a drained item")}))
        drained = command(guard.url("producer"), "drain", "--once", "--from", elsewhere)[0]
        left = lists.llen("spider:items")
    with (
        standing("work", WIREDESK_REDIS_URL=guard.url("worker"), **packing),
        standing("watch", tmp_path, "--settle", "0", "--sure", "0", WIREDESK_REDIS_URL=guard.url("watch")),
    ):
        until(lambda: list((tmp_path / "done").rglob("page.txt")))
        waited = command(guard.url("watch"), "submit", "--wait", DEPLOY.parent / "examples" / "pages")[0]

        until(lambda: list((tmp_path / "store").rglob("packs/*/*")))

    assert (drained or 0, left, waited or 0) == (0, 0, 0)
    assert denied() == set()


def test_a_sink_carries_under_the_workers_role(guard, denied, tmp_path):
    """Everything that is published comes into its folder: nothing refused."""
    status, *_ = command(guard.url("worker"), "sink", "jsonl", "--to", tmp_path / "out", "--once")

    assert status in (0, None)
    assert sum(path.read_text().count("\n") for path in (tmp_path / "out").rglob("*.jsonl*")) >= 4
    assert denied() == set()


def test_the_gateway_serves_under_its_role(guard, denied):
    """A file posted, its state asked for, and the callbacks' group made: nothing refused."""
    made = command(guard.url("admin"), "gateway", "key", "add", "tests")[1].strip()
    port = free_port()
    settings = {"WIREDESK_REDIS_URL": guard.url("gateway"), "WIREDESK_CALLBACK_SECRET": "whsec_" + "c2VjcmV0" * 5}
    http = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {made}"})
    with standing("gateway", "--port", str(port), **settings), http:
        until(lambda: answers(http, "/health"))
        receipt = http.post("/v1/files?name=posted.txt", content=page("a posted file")).json()
        seen = http.get(f"/v1/files/{receipt['file']}")
        with guard.client("admin") as admin:
            until(lambda: admin.xinfo_groups(keys.FILES))

    assert seen.json()["id"] == receipt["file"]
    assert denied() == set()


def answers(http, path):
    try:
        return http.get(path).is_success
    except httpx.TransportError:
        return False


def test_readers_read_alone_and_as_a_group(guard, denied):
    """`tail`, `tail --group` and `export` under the reader role: every article, nothing refused."""
    alone = command(guard.url("reader"), "tail", "articles")[1]
    grouped = command(guard.url("reader"), "tail", "articles", "--group", "tests")[1]

    assert alone.count("\n") == grouped.count("\n") >= 4
    assert denied() == set()


def test_the_dashboard_shows_everything(guard, denied):
    """The desk page, the RQ dashboard, the metrics and `status` under the dashboard role: nothing refused."""
    port = free_port()
    settings = {"WIREDESK_REDIS_URL": guard.url("dashboard"), "WIREDESK_DESK_READ_ONLY": "yes"}
    with standing("desk", "--port", str(port), **settings), httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        until(lambda: answers(http, "/metrics"))
        with guard.client("reader") as redis:
            article = redis.xrange(keys.ARTICLES, count=1)[0][1][b"id"].decode()
        own = ("/", "/stories", "/rejected", "/workers", "/metrics", f"/articles/{article}", f"/files/{article[:-2]}")
        pages = (*own, "/rq/", "/rq/0/view/jobs/split/queued/8/asc/1", "/rq/0/data/workers.json")
        statuses = {path: http.get(path, follow_redirects=True).status_code for path in pages}
    command(guard.url("dashboard"), "status")

    assert set(statuses.values()) == {200}, statuses
    assert denied() == set()


def test_the_admin_does_a_persons_work(guard, denied, tmp_path):
    """`doctor`, `rejected`, `backup` and roles under the admin role."""
    for words in (("doctor",), ("rejected", "list"), ("backup", tmp_path / "desk.backup")):
        assert command(guard.url("admin"), *words)[0] in (0, None), words
    with guard.client("admin") as redis:
        assert set(redis.acl_users()) == {"default", *ROLES}
    assert denied() == set()


ANYONE = ["FLUSHALL", "CONFIG GET *", "KEYS *", "ACL LIST", "SHUTDOWN NOSAVE", "SET elsewhere 1", "SCRIPT FLUSH"]
FORBIDDEN = {
    "producer": [
        *ANYONE,
        "XADD wiredesk:articles * a b",
        "RPUSH rq:queue:publish x",
        "GET wiredesk:blob:a:0",
        "DEL wiredesk:open",
        "HGETALL wiredesk:apikeys",
        "XRANGE wiredesk:articles - +",
        "MONITOR",
        "LPOP rq:queue:split",
        "SETBIT wiredesk:file:a:published 0 1",
        "PUBLISH rq:pubsub:x stop",
    ],
    "watch": [
        *ANYONE,
        "XADD wiredesk:files * a b",
        "XTRIM wiredesk:files MAXLEN 0",
        "XRANGE wiredesk:articles - +",
        "RPUSH rq:queue:publish x",
        "GET wiredesk:blob:a:0",
        "DEL wiredesk:open",
        "HGETALL wiredesk:apikeys",
        "LPOP rq:queue:split",
        "XREADGROUP GROUP g n STREAMS wiredesk:files >",
    ],
    "gateway": [
        *ANYONE,
        "XADD wiredesk:articles * a b",
        "RPUSH rq:queue:publish x",
        "XTRIM wiredesk:files MAXLEN 0",
        "DEL wiredesk:apikeys",
        "XGROUP DESTROY wiredesk:files g",
        "GET wiredesk:take:x",
    ],
    "worker": [
        *ANYONE,
        "HGETALL wiredesk:apikeys",
        "HSET wiredesk:apikeys a b",
        "ZADD wiredesk:callbacks 1 x",
        "DEBUG SLEEP 0",
        "REPLICAOF NO ONE",
        "CLIENT KILL TYPE normal",
        "PUBLISH rq:pubsub:x stop",
        "SUBSCRIBE x",
    ],
    "reader": [
        *ANYONE,
        "XADD wiredesk:articles * a b",
        "XDEL wiredesk:articles 0-1",
        "XTRIM wiredesk:articles MAXLEN 0",
        "XGROUP DESTROY wiredesk:articles g",
        "DEL wiredesk:articles",
        "GET wiredesk:take:x",
        "LRANGE rq:queue:split 0 -1",
        "XSETID wiredesk:articles 0-0",
    ],
    "dashboard": [
        *ANYONE,
        "SET rq:suspended 1",
        "DEL rq:queue:split",
        "HSET rq:job:a b c",
        "HGETALL wiredesk:apikeys",
        "XADD wiredesk:articles * a b",
        "XREADGROUP GROUP g n STREAMS wiredesk:articles >",
        "EXPIRE rq:queues 1",
    ],
    "replica": [
        *ANYONE,
        "GET rq:queues",
        "LRANGE rq:queue:split 0 -1",
    ],
    "sentinel": [
        *[words for words in ANYONE if not words.startswith("CONFIG")],
        "GET rq:queues",
        "LRANGE rq:queue:split 0 -1",
    ],
}


@pytest.mark.parametrize("role", FORBIDDEN)
def test_a_role_does_nothing_else(guard, role):
    """Each command is refused for lack of permission, alone and inside a script."""
    with guard.client(role) as redis:
        for words in FORBIDDEN[role]:
            with pytest.raises(NoPermissionError):
                redis.execute_command(*words.split())


@pytest.mark.parametrize("role", ["producer", "watch", "gateway", "worker", "reader", "dashboard"])
def test_a_script_gives_no_more_than_its_role(guard, role):
    """What a role may not do it cannot do from Lua either."""
    words = [w for w in FORBIDDEN[role] if w.split()[0] in ("XADD", "DEL", "SET", "HSET", "HGETALL", "GET")]
    with guard.client(role) as redis:
        for word in words:
            call = ", ".join(f"'{part}'" for part in word.split())
            answer = redis.eval(f"return redis.pcall({call}).err or 'allowed'", 0)
            assert re.search(b"can't run this command|can't access|No permissions|NOPERM|permission", answer), answer


def test_a_role_without_its_secret_stays_out(guard):
    """Neither nobody, nor a role with a wrong password, comes in."""
    with guard.client("admin") as admin:
        users = {line.split()[1]: line for line in admin.acl_list()}
    with pytest.raises(RedisUnreachable, match="refuses the name"):
        Desk.open(replace(Settings(), redis_url=f"redis://127.0.0.1:{guard.port}/0")).close()

    assert " off " in users["default"]
    assert not any("nopass" in line for name, line in users.items() if name != "default")


def test_the_password_is_in_no_argument(guard):
    """What `ps` shows of the server holds no password."""
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    with open(f"/proc/{guard.process.pid}/cmdline", "rb") as shown:  # noqa: PTH123  (no file to speak of)
        assert b"of-this-test" not in shown.read()
