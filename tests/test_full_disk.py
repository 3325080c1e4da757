"""A disk without room under Redis and under a sink: everybody waits, says so, and goes on when there is room."""

import os
import subprocess
import threading

import pytest
from outputs import a_record, publish
from running import until

from producers.desk import Desk
from producers.errors import Busy
from producers.items import Item
from sinks import jsonl
from sinks.base import Target
from sinks.worker import Carrier
from tests.chaos.mortal import MortalRedis
from wiredesk import checks, keys
from wiredesk.connection import client
from wiredesk.readers import Reader
from wiredesk.settings import Settings

#: Records that take three megabytes: more than the disk holds.
RECORDS = 2_000


@pytest.fixture
def disk(tmp_path):
    """A disk of two megabytes; `disk.grow()` gives it room."""

    class Disk:
        folder = tmp_path / "small"

        def grow(self):
            subprocess.run(["mount", "-o", "remount,size=64m", self.folder], check=True)

    small = Disk()
    small.folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small.folder]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield small
    subprocess.run(["umount", "--lazy", small.folder], check=True)


def _fill(desk, receipts):
    """Hand files in, which cannot be packed, until the desk refuses one."""
    while len(receipts) < 1_000:
        receipts += desk.submit_many([Item(os.urandom(10_000), name=f"{len(receipts)}.txt")], wait=False)


def test_a_full_disk_under_redis_loses_no_receipt(disk):
    """Files are refused, doctor names the disk; with room again all goes on, and what had a receipt survives a kill."""
    receipts = []
    with MortalRedis(disk.folder) as mortal:
        redis = client(mortal.url)
        with Desk(mortal.url, settings=Settings()) as desk:
            with pytest.raises(Busy, match="no room"):
                _fill(desk, receipts)
            told = checks._disk(redis, redis.info("persistence"))
            disk.grow()
            until(lambda: checks._disk(redis, redis.info("persistence")).state == "ok")
            receipts.append(desk.submit(b"with room again", name="last.txt"))
        mortal.kill()
        kept = {file.decode() for file in client(mortal.url).zrange(keys.OPEN, 0, -1)}

    assert (told.state, bool(told.fix)) == ("bad", True)
    assert {receipt.file for receipt in receipts} <= kept


def test_a_full_disk_under_a_sink_delays_and_drops_nothing(disk, redis, monkeypatch):
    """JSON Lines: what has no room waits in Redis, and stands in the file once when there is some."""
    monkeypatch.setattr("sinks.worker.FIRST_PAUSE", 0.01)
    publish(redis, map(a_record, range(RECORDS)))
    sink = jsonl.open_sink(Target(str(disk.folder), redis, Settings()))
    reader = Reader(redis, keys.sink("small"), name="1", batch=50)
    carrier = Carrier("small", reader, sink, threading.Event())
    work = threading.Thread(target=carrier.run, kwargs={"once": True})
    work.start()
    until(lambda: 0 < carrier.carried < RECORDS and redis.xpending(keys.ARTICLES, keys.sink("small"))["pending"])
    disk.grow()
    work.join()
    sink.close()
    lines = [line for path in disk.folder.glob("*.jsonl*") for line in path.read_text().splitlines()]

    assert len(lines) == len(set(lines)) == RECORDS
