"""A desk's Redis as a release leaves it midway: what the next release's workers will find on their queues.

    git worktree add /tmp/then COMMIT
    PYTHONPATH=/tmp/then python tests/upgrade/midway.py tests/data/midway-NAME.json.gz

Run by the code of that release: some files done, some split, jobs waiting for every stage, a long file whose next part
waits with its cursor, and a batch in the hands of a worker that died. Every key goes into the file, as commands.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
import sys
from pathlib import Path

from producers import Desk as Producer
from producers import Item
from wiredesk import server
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.runner import BatchWorker
from workers.table import STAGES

PAGES = Path(__file__).parent.parent.parent / "examples" / "pages"
#: More rows than a part holds.
ROWS = 300
WORDS = (
    "harbour council winter bridge teacher railway market doctor forest election budget village storm engine library "
    "farmer museum border island summer factory student airport river festival minister hospital captain theatre"
).split()


def rows() -> bytes:
    """A long file: each row an article of its own."""
    pick = random.Random(11)
    return b"".join(
        json.dumps({"title": f"Row {n}", "text": " ".join(pick.choices(WORDS, k=24)) + f" in {n}."}).encode() + b"\n"
        for n in range(ROWS)
    )


def midway(url: str) -> None:
    """Take the steps that leave something everywhere."""
    desk = Desk.open(Settings(redis_url=url, batch=4, index_articles=1000, keep_jobs=60, lease=1.0))
    hands = {stage.name: BatchWorker(stage, desk, STAGES) for stage in STAGES}
    for worker in hands.values():
        worker._begin()
    pages = sorted(path for path in PAGES.iterdir() if path.suffix == ".txt")
    producer = Producer(url)
    producer.submit_many(Item(page) for page in pages[:3])
    for stage, batches in zip(STAGES, (3, 2, 2, 1), strict=True):  # some come to their ends, others stay on the way
        for _ in range(batches):
            hands[stage.name]._claim_and_run()
    producer.submit_many([Item(rows(), name="rows.jsonl"), *(Item(page) for page in pages[3:])])
    hands["split"]._claim_and_run()
    hands["fingerprint"]._claim_and_run()
    assert hands["fingerprint"]._claimer.claim(4).jobs  # never to be finished
    for worker in hands.values():
        worker.pubsub_thread.stop()  # no farewell: nothing is given back


def kept(redis) -> list[list[str]]:
    """Commands, base64 by word, that write every key again."""
    readers = {
        b"string": lambda key: [["SET", key, redis.get(key)]],
        b"hash": lambda key: [["HSET", key, *(x for pair in redis.hgetall(key).items() for x in pair)]],
        b"list": lambda key: [["RPUSH", key, *redis.lrange(key, 0, -1)]],
        b"set": lambda key: [["SADD", key, *sorted(redis.smembers(key))]],
        b"zset": lambda key: [
            ["ZADD", key, *(x for m, s in redis.zrange(key, 0, -1, withscores=True) for x in (repr(s), m))]
        ],
        b"stream": lambda key: [
            ["XADD", key, i, *(x for pair in fields.items() for x in pair)] for i, fields in redis.xrange(key)
        ],
    }
    commands = [command for key in sorted(redis.keys()) for command in readers[redis.type(key)](key)]
    return [[base64.b64encode(_bytes(word)).decode() for word in command] for command in commands]


def _bytes(word: bytes | str) -> bytes:
    return word if isinstance(word, bytes) else word.encode()


def main() -> None:
    with server.private() as url:
        midway(url)
        redis = Desk.open(Settings(redis_url=url)).queues
        redis.delete(*redis.keys("wiredesk:index:*"))  # rebuilt from the streams where its make has changed
        Path(sys.argv[1]).write_bytes(gzip.compress(json.dumps(kept(redis)).encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
