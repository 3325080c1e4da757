"""Nothing that stands in Redis runs: no module of ours can unpickle, and a Redis full of pickles stays text."""

import ast
import json
import os
import pickle
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from running import command, until

from wiredesk import server
from wiredesk.connection import client
from wiredesk.settings import Settings
from workers.fleet import Fleet
from workers.table import NAMES

ROOT = Path(__file__).parent.parent
PACKAGES = ("newstext", "producers", "sinks", "workers", "wiredesk")
#: Modules and calls that turn data into code or objects of any class.
FORBIDDEN = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle", "yaml"}
CALLS = {"eval", "exec", "compile", "__import__"}


def sources():
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def test_no_module_of_ours_can_turn_data_into_code():
    """No import of a pickler, no eval or exec; NumPy's files are read without objects."""
    found = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            bad = [name for name in names if name.split(".")[0] in FORBIDDEN]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                bad.append(node.func.id)
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and node.value.value is not False:
                bad.append("allow_pickle")
            found += [(str(path), name) for name in bad]

    assert found == []


def test_rqs_default_serializer_is_never_used():
    """Every RQ object that this code makes is handed our JSON serializer."""
    made = {"Queue", "Worker", "SimpleWorker", "Job.fetch", "Job.fetch_many", "Job.create", "Job"}
    found = []
    for path in sources():
        text = path.read_text("utf-8")
        if "rq" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in made and "from rq" in text:
                handed = {keyword.arg for keyword in node.keywords}
                found += [f"{path}:{node.lineno}"] if not handed & {"serializer", None} else []

    assert found == []


class Bomb:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def poison(redis, payload):
    """Pickles wherever RQ or this code keeps something, under the names that both look at."""
    task = json.dumps(["workers.tasks.split", None, ["x", 0], {}])
    for number, data in enumerate([payload, zlib.compress(payload), task]):
        redis.hset(
            f"rq:job:bomb{number}",
            mapping={
                "data": data, "meta": payload, "result": payload, "exc_info": payload, "status": "queued",
                "origin": "split", "description": "x", "created_at": "2026-01-01T00:00:00.000000Z",
                "worker_name": payload, "dependency_id": payload, "success_callback_name": payload,
            },
        )  # fmt: skip
        for stage in NAMES:
            redis.rpush(f"rq:queue:{stage}", f"bomb{number}")
            for registry in ("wip", "failed", "finished", "deferred", "scheduled", "canceled"):
                redis.zadd(f"rq:{registry}:{stage}", {f"bomb{number}": 1})
        redis.xadd(f"rq:results:bomb{number}", {"type": "1", "return_value": payload, "created_at": "1"})
        redis.sadd("rq:workers", f"rq:worker:bomb{number}")
        redis.hset(f"rq:worker:bomb{number}", mapping={"state": payload, "queues": "split", "birth": payload})
    redis.sadd("rq:queues", *[f"rq:queue:{stage}" for stage in NAMES])
    redis.hset("wiredesk:file:" + "a" * 16, mapping={"info": payload, "state": payload})
    redis.zadd("wiredesk:open", {"a" * 16: 1, payload: 1})
    redis.xadd("wiredesk:rejected", {"id": "x", "body": payload})
    redis.hset("wiredesk:counts", mapping={"jobs:split:done": 1})


class Watch:
    """Notes each class that an unpickler looks up in this process and in those forked from it, while `path` is set."""

    def __init__(self):
        self.path = None
        sys.addaudithook(self.hear)  # for the rest of the process's life: there is no way to take it back

    def hear(self, event, _):
        if event == "pickle.find_class" and self.path:
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY))


@pytest.fixture(scope="module")
def watch():
    return Watch()


@pytest.fixture
def unpickled(watch, tmp_path):
    """The file that an unpickler leaves."""
    watch.path = str(tmp_path / "unpickled")
    yield Path(watch.path)
    watch.path = None


def test_the_watch_hears_an_unpickler(unpickled):
    """The test below can fail: a process that unpickles is noticed."""
    pickle.loads(pickle.dumps(Bomb))  # noqa: S301  (the very thing that is watched for)

    assert unpickled.exists()


def test_workers_and_commands_live_with_a_redis_full_of_pickles(unpickled, tmp_path):
    """Workers put the jobs aside, commands show what is there, and no process unpickles or runs anything."""
    with server.private() as url:
        redis = client(url)
        poison(redis, pickle.dumps(Bomb(tmp_path / "ran"), 2))
        with Fleet(replace(Settings(), redis_url=url, log_level="critical"), dict.fromkeys(NAMES, 1)) as fleet:
            until(lambda: not any(redis.llen(f"rq:queue:{stage}") for stage in NAMES))
            for words in (["status"], ["tail", "rejected"], ["rejected", "list"], ["doctor"], ["status", "--json"]):
                command(url, *words)
            fleet.tend()
            deaths = fleet.deaths
        redis.close()

    assert deaths == 0
    assert not (tmp_path / "ran").exists()
    assert not unpickled.exists()
