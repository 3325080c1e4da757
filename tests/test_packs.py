"""Texts and files that leave Redis for an object store in packs, and are read as if they had not."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from index_kit import prose
from outputs import drain, submitted
from running import SECONDS, WIREDESK, command, environment, page, until
from s3_server import BUCKET

from newstext.errors import Unreadable
from producers import Desk as Producer
from wiredesk import keys, server
from wiredesk.checks import all_checks
from wiredesk.connection import client
from wiredesk.errors import SettingError, StoreAway, StoreFault
from wiredesk.files import FileInfo
from wiredesk.health import look
from wiredesk.settings import Settings
from workers import packs
from workers import take as takes
from workers.absence import Absence
from workers.blobs import source_of
from workers.desk import Desk
from workers.packer import LARGEST, Packer
from workers.runner import BatchWorker
from workers.table import STAGES

STORY = prose(300)
#: A story, a near copy, an exact one, one that holds it all, one that it holds, and another story.
TEXTS = [STORY, STORY[:250] + prose(50, 2), STORY, STORY + prose(90, 4), STORY[:200], prose(300, 3)]


@pytest.fixture
def packed(settings, tmp_path):
    """Settings with a store on this machine's disk; what was published is packed at the next step."""
    return replace(settings, objects_url=f"file://{tmp_path}", objects_after=0)


@contextmanager
def packer(settings):
    desk = Desk.open(settings)
    yield Packer(desk, "test")
    desk.close()


def pack(settings):
    """All that is there."""
    with packer(settings) as one:
        while not one.step():
            pass
        one._queues.delete(keys.PACKING)


def objects(tmp_path):
    return [path for path in tmp_path.rglob("packs/*/*") if path.is_file()]


def published(redis):
    """Each article's record, by its id, in the order in which they came. None is there twice."""
    rows = [row for stream in (keys.ARTICLES, keys.COPIES) for row in redis.xrange(stream)]
    records = sorted((json.loads(fields[b"body"]) for _, fields in rows), key=lambda r: r["file"]["received_at"])
    found = {record["id"]: record for record in records}
    assert len(found) == len(rows)
    return found


def taken(settings, articles):
    desk = Desk.open(settings)
    try:
        return takes.load(desk, list(articles))
    finally:
        desk.close()


def row(words):
    return json.dumps({"text": " ".join(words)}).encode()


def test_redis_keeps_locators(redis, packed, tmp_path):
    """Texts and files are one object each, some bytes in Redis, and read as they were; their lives go on."""
    file = submitted(packed, "rows.jsonl", b"\n".join(map(row, TEXTS)))
    drain(packed)
    articles = list(published(redis))
    before = taken(packed, articles)
    pack(packed)

    stored = redis.keys("wiredesk:take:*") + redis.keys("wiredesk:blob:*")
    assert {redis.strlen(key) for key in stored} == {packs.SIZE}
    assert all(0 < redis.ttl(key) <= packed.keep_files for key in stored)
    assert len(objects(tmp_path)) == 3  # of articles, copies and files
    assert taken(packed, articles) == before
    with packer(packed) as one:
        info = json.loads(redis.hget(keys.file(file), "info"))
        assert source_of(Desk.open(packed), FileInfo(**info)).whole() == b"\n".join(map(row, TEXTS))
        assert one.step() > 0  # nothing is left to do


def verdicts(redis, settings, between):
    redis.flushall()
    for number, words in enumerate(TEXTS):
        submitted(settings, f"{number}.jsonl", row(words))
        drain(settings)
        between()
    return [(r["id"], r["relation"], r["duplicate_of"], r["similarity"]) for r in published(redis).values()]


def test_verdicts_are_those_of_texts_in_redis(redis, settings, packed):
    """Copies are judged on packed texts as on any."""
    here = verdicts(redis, settings, lambda: None)
    there = verdicts(redis, packed, lambda: pack(packed))

    assert there == here
    assert {relation for _, relation, _, _ in there} >= {"original", "exact", "contained"}


def test_people_read_packs_too(redis, packed, monkeypatch):
    """`explain`, `story` and `replay` say of packed texts and files what they said before."""
    monkeypatch.setenv("WIREDESK_OBJECTS_URL", packed.objects_url)
    files = [submitted(packed, f"{n}.jsonl", row(words)) for n, words in enumerate(TEXTS[:2])]
    drain(packed)
    first, second = published(redis)
    asked = (("explain", second, first), ("explain", second), ("story", first), ("replay", *files))

    def said():
        return [command(packed.redis_url, words[0], "--json", *words[1:]) for words in asked]

    before = said()
    pack(packed)
    after = said()

    assert not any(status for status, _, _ in before)
    assert after == before


def test_killed_before_the_locators_stand(redis, packed, tmp_path, monkeypatch):
    """The next step packs again what Redis still has; the first pack goes with its hour."""
    submitted(packed, "rows.jsonl", b"\n".join(map(row, TEXTS)))
    drain(packed)
    before = taken(packed, published(redis))
    with packer(packed) as one, monkeypatch.context() as patch:
        patch.setattr(one, "_swap", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            one.step()
    assert len(objects(tmp_path)) == 1
    submitted(packed, "late.jsonl", row(prose(200, 9)))
    drain(packed)
    redis.delete(keys.PACKING)
    pack(packed)

    assert taken(packed, published(redis))[:-1] == before
    assert len(objects(tmp_path)) == 4


def test_what_is_written_meanwhile_stays(redis, packed):
    """A text that a replay renews between the read and the locator is the one that is read."""
    submitted(packed, "rows.jsonl", row(STORY))
    drain(packed)
    (article,) = published(redis)
    with packer(packed) as one:
        held = one._read([keys.take(article)])
        redis.set(keys.take(article), b"another")
        one._move(held)

    assert redis.get(keys.take(article)) == b"another"


def test_a_pack_ends_with_its_hour(redis, packed, tmp_path):
    """What is still looked for moves to a new pack; the old one and those that nobody names are gone."""
    hour = int(time.time()) // packs.HOUR - 2
    seen, gone = packs.write(packed.objects_url, hour, [(b"seen", b"again"), (b"gone", b"over")])
    packs.write(packed.objects_url, hour - 30, [(b"orphan", b"of a kill")])
    redis.set("seen", seen, ex=9_000)
    redis.set("other", gone)
    pack(packed)

    assert packs.load(redis, packed.objects_url, ["seen", "other"]) == [b"again", None]
    assert len(objects(tmp_path)) == 1


def test_an_object_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """Its bytes are synced, then it appears, then each folder that was made for it is synced."""
    synced, sync = [], os.fsync

    def spied(opened):
        named = [path for path in objects(tmp_path) if not path.name.startswith(".")]
        synced.append((Path(f"/proc/self/fd/{opened}").readlink(), bool(named)))
        sync(opened)

    monkeypatch.setattr(os, "fsync", spied)
    packs.write(f"file://{tmp_path}/store", 500_000, [(b"key", b"value")])

    ((first, named), *folders), (pack,) = synced, objects(tmp_path)
    assert (first.parent, first.name[:17], named) == (pack.parent, f".{pack.name}", False)
    assert {path for path, named in folders if named} == set(list(pack.parents)[:4])


def test_a_kill_leaves_half_a_pack_that_goes_with_its_hour(packed, redis, tmp_path):
    """It never has a pack's name, and neither it nor the folder of its hour stays."""
    hour = int(time.time()) // packs.HOUR - 2
    name = packs.Locator(hour, b"12345678", 0, 0).name
    killed = (
        "import os; from producers import objects; pieces = (os.kill(os.getpid(), 9) if n else b'x' * (1 << 20) "
        f"for n in range(2)); objects.write({packed.objects_url!r}, {name!r}, pieces)"
    )
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -signal.SIGKILL
    (half,) = objects(tmp_path)
    assert (half.parent.name, half.name != "12345678") == (name.split("/")[1], True)
    pack(packed)

    assert [path.name for path in (tmp_path / "packs").iterdir()] == ["desk"]


def test_a_pack_that_cannot_be_read_keeps_no_other(redis, packed, tmp_path, capfd):
    """Cut short by a power failure, or another's: it stays, with a warning; the packs behind it go with their hour."""
    hour = int(time.time()) // packs.HOUR
    for back in (3, 2, 1):
        packs.write(packed.objects_url, hour - back, [(b"key", b"value" * 20)])
    first = min(objects(tmp_path))
    first.write_bytes(b"")
    pack(packed)

    assert objects(tmp_path) == [first]
    assert first.name in "".join(capfd.readouterr())


def test_packing_makes_room_in_a_full_redis(redis, packed):
    """Redis that has filled while the store was away refuses new files, and nothing of what relieves it."""
    submitted(packed, "rows.jsonl", b"\n".join(map(row, TEXTS)))
    drain(packed)
    articles = list(published(redis))
    before = taken(packed, articles)
    redis.config_set("maxmemory", 1)
    try:
        pack(packed)
    finally:
        redis.config_set("maxmemory", 0)

    assert {redis.strlen(key) for key in redis.keys("wiredesk:take:*")} == {packs.SIZE}
    assert redis.hlen(keys.PACKED) >= 3
    assert taken(packed, articles) == before


def test_no_stream_waits_for_another(redis, packed):
    """One step goes through articles, copies and files, however much of one comes in meanwhile."""
    submitted(packed, "rows.jsonl", b"\n".join(map(row, TEXTS)))
    drain(packed)
    with packer(packed) as one:
        rests = one.step()

    assert rests > 0
    assert set(redis.hkeys(keys.PACKED)) >= {keys.ARTICLES.encode(), keys.COPIES.encode(), keys.FILES.encode()}


def test_a_strangers_object_stops_nothing(redis, packed, tmp_path, monkeypatch):
    """What lies among the packs and is none is told of again and again, and texts are packed all the same."""
    strange = tmp_path / "packs" / "2020010100" / "notes"
    strange.parent.mkdir(parents=True)
    strange.write_text("nobody's pack")
    steps = []
    monkeypatch.setattr("workers.packer.PAUSE", 0.05)
    with packer(packed) as one:
        step = one.step
        monkeypatch.setattr(one, "step", lambda: (steps.append(one), step())[1])
        one.start()
        until(lambda: len(steps) > 1)
        submitted(packed, "rows.jsonl", row(STORY))
        drain(packed)
        until(lambda: not unpacked(redis))
        one.end()

    assert strange.exists()


def test_a_lost_pack_is_an_expired_text(redis, packed, tmp_path):
    """A copy of it is judged by the index alone, and says so."""
    submitted(packed, "0.jsonl", row(TEXTS[0]))
    drain(packed)
    pack(packed)
    for path in objects(tmp_path):
        path.unlink()
    submitted(packed, "1.jsonl", row(TEXTS[1]))
    drain(packed)

    first, second = published(redis).values()
    assert isinstance(taken(packed, [first["id"]])[0], Unreadable)
    assert (second["duplicate_of"], second["similarity"]["estimated"]) == (first["id"], True)


def test_neighbours_share_a_request():
    """Values of one pack that lie side by side are read as one stretch, those far apart or elsewhere are not."""
    near = [packs.Locator(1, b"a" * 8, 100 * n, 100) for n in range(5)]
    far = packs.Locator(1, b"a" * 8, 10 * packs.GAP, 100)
    other = packs.Locator(1, b"b" * 8, 500, 100)

    assert packs._stretches([other, *near[::-1], far, *near]) == [near, [far], [other]]


def test_what_a_full_stream_will_trim_is_packed_before(redis, packed):
    """A stream's length may be over long before the hour is: the older half of what it may hold is packed by then."""
    full = replace(packed, objects_after=3600, keep_stream_entries=20)
    rows = [row(prose(40, n)) for n in range(15)]
    for some in rows[:8], rows[8:]:
        submitted(full, "rows.jsonl", b"\n".join(some))
        drain(full)
        pack(full)

    assert 2 <= sum(redis.strlen(key) == packs.SIZE for key in redis.keys("wiredesk:take:*")) <= 10


def test_a_large_backlog_goes_in_packs(redis, packed, tmp_path):
    """Packs have a size; a file with more bytes than one goes in several."""
    noise = [os.urandom(600_000).hex() for _ in range(3)]
    rows = [json.dumps({"text": " ".join(prose(60, n)), "blob": blob}) for n, blob in enumerate(noise * 2)]
    submitted(replace(packed, objects_url=None), "rows.jsonl", "\n".join(rows).encode())
    drain(packed)
    pack(packed)

    assert max(path.stat().st_size for path in objects(tmp_path)) < 1.3 * LARGEST
    assert {redis.strlen(key) for key in redis.keys("wiredesk:blob:*")} == {packs.SIZE}


def test_without_the_store_the_setting_is_named(redis, settings, packed):
    """A reader that was not told of the store says what it lacks, and takes nothing for expired."""
    submitted(packed, "rows.jsonl", row(STORY))
    drain(packed)
    pack(packed)

    with pytest.raises(StoreFault, match="WIREDESK_OBJECTS_URL"):
        taken(settings, published(redis))
    with pytest.raises(SettingError, match="WIREDESK_OBJECTS_URL"):
        Settings.read({"WIREDESK_OBJECTS_AFTER": "1h"})


def store_check(monkeypatch, **environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return next(check for check in all_checks() if check.name == "object store")


def test_doctor_tells_of_what_waits_for_the_store(monkeypatch, redis, redis_url, packed):
    """What should have been packed half an hour ago is a warning, until it is packed."""
    settings = {"WIREDESK_OBJECTS_URL": packed.objects_url, "WIREDESK_OBJECTS_AFTER": "1h"}
    assert store_check(monkeypatch, WIREDESK_REDIS_URL=redis_url, **settings).state == "ok"
    redis.xadd(keys.COPIES, {"id": "x"}, id=f"{int(time.time() - 5400) * 1000}-0")

    late = store_check(monkeypatch)
    redis.hset(keys.PACKED, keys.COPIES, redis.xinfo_stream(keys.COPIES)["last-generated-id"])

    assert (late.state, "30 minutes" in late.seen, store_check(monkeypatch).state) == ("warn", True, "ok")


def test_two_desks_of_one_store_remove_nothing_of_each_other(monkeypatch, redis, redis_url, packed, tmp_path):
    """The first says that the packs are its own; the second leaves them there, and doctor says what to do."""
    pack(packed)
    packs.write(packed.objects_url, int(time.time()) // packs.HOUR - 2, [(b"key", b"of the first")])
    settings = {"WIREDESK_OBJECTS_URL": packed.objects_url, "WIREDESK_OBJECTS_AFTER": "1h"}
    own = store_check(monkeypatch, WIREDESK_REDIS_URL=redis_url, **settings)
    with server.private() as url:
        pack(replace(packed, redis_url=url))
        other = store_check(monkeypatch, WIREDESK_REDIS_URL=url)

    assert (own.state, other.state, len(objects(tmp_path))) == ("ok", "bad", 1)
    assert "prefix of its own" in other.fix


def test_doctor_tells_of_a_store_that_is_away(monkeypatch, redis, redis_url, s3):
    """A store that answers, one without that bucket, one that is down."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    here = store_check(monkeypatch, WIREDESK_OBJECTS_URL=f"s3://{BUCKET}/texts")
    other = store_check(monkeypatch, WIREDESK_OBJECTS_URL="s3://misspelt/texts")
    s3.kill()
    try:
        away = store_check(monkeypatch, WIREDESK_OBJECTS_URL=f"s3://{BUCKET}/texts")
    finally:
        s3.start()

    assert (here.state, other.state, away.state) == ("ok", "bad", "bad")
    assert "'misspelt'" in other.seen
    assert "does not answer" in away.seen


@contextmanager
def fleet(url, s3):
    """Workers that pack after a second, in a group that can be killed as one."""
    settings = environment(
        WIREDESK_REDIS_URL=url, WIREDESK_OBJECTS_URL=f"s3://{BUCKET}/texts", WIREDESK_OBJECTS_AFTER="1s",
        **s3.environment(),
    )  # fmt: skip
    process = subprocess.Popen([WIREDESK, "work"], env=settings, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(SECONDS)


def unpacked(redis):
    return [k for k in redis.keys("wiredesk:take:*") + redis.keys("wiredesk:blob:*") if redis.strlen(k) != packs.SIZE]


def test_only_what_needs_the_store_waits_for_it(redis, settings, s3):
    """A copy of a packed text waits, which costs it no try, and nobody else does; it goes on when the store is back."""
    packed = replace(settings, objects_url=f"s3://{BUCKET}/texts", objects_after=0)
    submitted(packed, "first.txt", page("packed").encode())
    drain(packed)
    pack(packed)
    s3.kill()
    copy = submitted(packed, "copy.txt", page("packed").encode() + b"\nA last word.\n")
    for n in range(5):
        submitted(packed, f"{n}.txt", page(f"other {n}").encode())
    drain(packed)

    (waiting,) = redis.zrange("rq:scheduled:fingerprint", 0, -1)
    assert (redis.xlen(keys.ARTICLES), redis.xlen(keys.COPIES), redis.xlen(keys.REJECTED)) == (6, 0, 0)
    assert redis.hmget(b"rq:job:" + waiting, "status", "retries_left") == [b"scheduled", b"3"]
    assert "1 waiting for the object store" in " ".join(look(redis, ["fingerprint"]).problems)
    s3.start()
    worker = next(stage for stage in STAGES if stage.name == "fingerprint")
    worker = BatchWorker(worker, Desk.open(packed), STAGES)
    assert copy in set(worker._sweep._worked_on())
    redis.zadd("rq:scheduled:fingerprint", {waiting: 1})
    worker._ticker.tick()
    drain(packed)
    assert (redis.xlen(keys.COPIES), redis.exists("rq:scheduled:fingerprint")) == (1, 0)


def test_an_absent_store_is_asked_ever_less_often():
    """While it is left alone nobody waits for its silence, and its first answer ends that."""
    absence, asked = Absence(), []
    pauses = []

    def away():
        asked.append(1)
        raise StoreAway("silent")

    for _ in range(6):
        for _ in range(3):
            with pytest.raises(StoreAway, match="silent"):
                absence.ask(away)
        pauses.append(round(absence.left))
        absence._until = 0.0
    absence.ask(lambda: None)

    assert (len(asked), pauses, absence.left) == (6, [5, 10, 20, 40, 60, 60], 5)


def test_workers_and_the_store_are_killed(s3):
    """Nothing is lost or told twice; while the store is away copies wait for it, and are judged on the texts."""
    with server.private() as url, client(url) as redis, Producer(url) as producer:
        settings = replace(Settings(), redis_url=url, objects_url=f"s3://{BUCKET}/texts")
        pages = [page(f"packed {n}") for n in range(20)]
        for some in (pages[:10], pages[10:]):
            with fleet(url, s3):
                files = [producer.submit(text.encode(), name="page.txt").file for text in some]
                until(lambda: redis.hlen(keys.PACKED) and not redis.zcard(keys.OPEN))
                s3.kill()
                producer.outcomes(files, timeout=SECONDS)
            s3.start()
        with fleet(url, s3):
            until(lambda: not unpacked(redis))
            before = published(redis)
            bodies = {take.id: take.body for take in taken(settings, before)}
            s3.kill()
            copies = [producer.submit(f"{text}\n\nA last word.\n".encode(), name="copy.txt").file for text in pages[:5]]
            until(lambda: redis.llen("rq:queue:split") == 0)
            assert not any(status.done for status in producer.statuses(copies))
            s3.start()
            assert len(list(producer.outcomes(copies, timeout=2 * SECONDS))) == len(copies)
        after = [record for article, record in published(redis).items() if article not in before]

    assert bodies == {article: record["body"] for article, record in before.items()}
    assert len(before) == 20
    assert len(after) == 5
    assert all(r["similarity"]["jaccard"] > 0.9 and not r["similarity"].get("estimated") for r in after)
