"""The producers' client: a file is accepted once, whole, with its job."""

import asyncio
import io
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from rq import Queue

from producers import BadItem, Busy, Desk, Item, NotAFile, Receipt, TooLarge, blobs
from producers.aio import AsyncDesk
from producers.buffer import Buffer
from producers.parcels import SMALL
from wiredesk import jobs, keys, server
from wiredesk.connection import client
from wiredesk.serializer import JSONSerializer
from workers.blobs import open_blob


@pytest.fixture
def producer(redis, settings):
    return Desk(settings=settings)


def test_a_file_is_accepted_with_its_job(redis, producer):
    """A submitted file is open, and RQ's queue `split` holds exactly its job."""
    receipt = producer.submit(b"some page", name="page.txt")
    queue = Queue("split", connection=redis, serializer=JSONSerializer)

    assert [f"split-{receipt.file}-0"] == queue.job_ids
    assert redis.zscore(keys.OPEN, receipt.file) is not None


def test_submitting_again_changes_nothing(redis, producer):
    """The same content under the same address is one file, however often it is sent."""
    first = producer.submit(b"some page", name="page.txt")
    again = producer.submit(b"some page", name="page.txt")

    assert (True, False, first.file) == (first.new, again.new, again.file)
    assert redis.llen(jobs.queue("split")) == 1


def test_another_address_is_another_sighting(redis, producer):
    """The same bytes from another address are another file; the bytes are stored once."""
    one = producer.submit(b"some page", url="https://a.example/1")
    two = producer.submit(b"some page", url="https://b.example/1")

    assert one.file != two.file
    assert len(redis.keys(f"{keys.PREFIX}blob:*")) == 1


def test_a_receipt_counts_sightings(redis, producer):
    """The receipt tells under how many addresses its content came."""
    counts = [producer.submit(b"some page", url=f"https://{n}.example/").sightings for n in "aab"]

    assert counts == [1, 1, 2]


def test_seeing_a_file_again_keeps_its_bytes(redis, producer):
    """Each sighting renews the time for which the content is kept."""
    receipt = producer.submit(b"some page", url="https://a.example/")
    (blob,) = redis.keys(f"{keys.BLOB}*")
    redis.expire(blob, 10)
    redis.expire(keys.file(receipt.file), 10)
    producer.submit(b"some page", url="https://a.example/")

    assert redis.ttl(blob) > 10
    assert redis.ttl(keys.file(receipt.file)) > 10


def test_a_large_file_is_sent_once(redis, producer, tmp_path):
    """A file beyond what is held in memory goes chunk by chunk; the same content is not sent a second time."""
    (tmp_path / "big").write_bytes(bytes(range(256)) * (SMALL // 256) + b"and more")
    receipt = producer.submit(tmp_path / "big")
    sent = redis.info("stats")["total_net_input_bytes"]
    producer.submit(tmp_path / "big", name="big under another name")

    assert receipt.bytes == SMALL + 8
    assert redis.info("stats")["total_net_input_bytes"] - sent < 10_000


def test_one_content_under_ever_new_names_is_remembered_so_often(redis, settings):
    """Each name has its receipt; of a thousand of them the content's own list keeps those that came first."""
    content = keys.content(blobs.digest(io.BytesIO(b"page"))[0])
    redis.sadd(content, *range(999))
    with Desk(settings=settings) as desk:
        files = [desk.submit(b"page", name=f"{n}.txt").file for n in range(3)]

    assert redis.scard(content) == 1000
    assert all(redis.exists(keys.file(file)) for file in files)


@pytest.mark.parametrize("way", ["sync", "async"])
def test_a_large_file_may_lie_in_an_object_store(redis, settings, tmp_path, way):
    """From a size on a file goes to the store, once; Redis holds a marker, and workers read it from the store."""
    there = replace(settings, objects_url=f"file://{tmp_path}/store", objects_from=SMALL)
    (tmp_path / "big").write_bytes(bytes(range(256)) * (SMALL // 256) + b"and more")

    async def submit():
        async with AsyncDesk(settings=there) as desk:
            return await desk.submit(tmp_path / "big")

    receipt = asyncio.run(submit()) if way == "async" else Desk(settings=there).submit(tmp_path / "big")
    sha256, size = blobs.digest(io.BytesIO((tmp_path / "big").read_bytes()))
    with open_blob(redis, sha256, size, there.objects_url) as stream:
        assert stream.read() == (tmp_path / "big").read_bytes()
    assert receipt.new
    assert redis.get(keys.blob(sha256, 0)) == b"o"
    assert [sha256] == [p.name for p in (tmp_path / "store").rglob("*") if p.is_file()]


def test_a_pipe_is_refused_at_once(producer, tmp_path):
    """What is no regular file is neither waited for nor read; the files beside it are taken."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "page").write_bytes(b"page")
    answers = producer.submit_each([Item(tmp_path / n) for n in ("pipe", "missing", "page")])

    assert [NotAFile, FileNotFoundError, Receipt] == [type(answer) for _, answer in answers]


@pytest.mark.parametrize("facts", [{"fetched_at": "yesterday"}, {"callback": "file:///etc/passwd"}])
def test_facts_that_cannot_be_read_are_refused(producer, facts):
    """A time or an address that would be of no use later is refused now."""
    with pytest.raises(BadItem):
        producer.submit(b"page", **facts)


def test_bytes_may_live_on_another_redis(redis, settings):
    """With a Redis of their own the bytes are there, and only there, before the file is accepted."""
    with server.private() as elsewhere:
        receipt = Desk(settings=replace(settings, texts_url=elsewhere)).submit(b"page", name="page.txt")
        texts = client(elsewhere)

        assert receipt.new
        assert (len(texts.keys(f"{keys.BLOB}*")), len(redis.keys(f"{keys.BLOB}*"))) == (1, 0)


def test_a_buffer_sends_what_gathers(redis, producer):
    """Files added one by one are all there when the block ends, each with its receipt."""
    with producer.buffer() as buffer:
        receipts = [buffer.add(Item(b"%d" % n, name=str(n))) for n in range(500)]

    assert [str(n) for n in range(500)] == [r.result().name for r in receipts]
    assert redis.zcard(keys.OPEN) == 500


def test_a_buffer_raises_what_went_wrong(producer, tmp_path):
    """One bad file does not stop the others, and is not passed over in silence."""
    buffer = producer.buffer()
    buffer.add(Item(tmp_path / "missing"))
    good = buffer.add(Item(b"page", name="page"))

    with pytest.raises(FileNotFoundError):
        buffer.close()
    assert good.result().new


def test_a_receipt_nobody_waits_for_stops_nothing(redis, producer):
    """Cancelling one receipt leaves its file and all that comes after it on their way."""
    with producer.buffer() as buffer:
        for n in range(200):
            receipt = buffer.add(Item(b"%d" % n, name=str(n)))
            if n % 3 == 0:
                receipt.cancel()

    assert redis.zcard(keys.OPEN) == 200


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_sender_that_broke_off_is_no_success():
    """A thread that ended with files in hand is told of at the end, however much still waits."""

    def breaking(_):
        raise SystemExit

    buffer = Buffer(breaking)
    buffer.add(Item(b"page", name="page"))

    with pytest.raises(RuntimeError, match="broke off"):
        buffer.close()


def test_coroutines_share_round_trips(redis, settings):
    """Many files submitted at the same time by asyncio are all accepted, in a fraction of as many calls."""

    async def submit():
        async with AsyncDesk(settings=settings) as desk:
            return await desk.submit_many(Item(b"%d" % n, name=str(n)) for n in range(500))

    redis.config_resetstat()
    receipts = asyncio.run(submit())

    assert [str(n) for n in range(500)] == [r.name for r in receipts]
    assert redis.info("commandstats")["cmdstat_evalsha"]["calls"] < 50


def test_status_of_a_file(producer):
    """A file can be asked for by its receipt; an unknown one is None."""
    receipt = producer.submit(b"page", name="page.txt")
    status = producer.status(receipt.file)

    assert (status.state, status.outcome, status.file.name) == ("open", None, "page.txt")
    assert producer.status("unknown") is None


def test_batches_keep_their_order(producer):
    """Receipts come in the order of the items, over more than one batch."""
    items = [Item(b"page %d" % n, name=f"{n}.txt") for n in range(150)]

    assert [f"{n}.txt" for n in range(150)] == [r.name for r in producer.submit_many(items)]


def test_full_desk_refuses_and_accepts_nothing(redis, settings):
    """Above the high-water mark a producer that does not wait is told, and owns the file still."""
    producer = Desk(settings=replace(settings, high_water=2))
    producer.submit_many([Item(b"1", name="1"), Item(b"2", name="2")])

    with pytest.raises(Busy, match="WIREDESK_HIGH_WATER"):
        producer.submit(b"3", name="3", wait=False)
    assert redis.zcard(keys.OPEN) == 2


def test_too_large_a_file_is_refused(settings, redis):
    """A file above the limit is refused before a byte is stored."""
    with pytest.raises(TooLarge, match="WIREDESK_MAX_FILE_BYTES"):
        Desk(settings=replace(settings, max_file_bytes=10)).submit(b"eleven bytes", name="big.txt")


def test_a_name_that_is_not_utf8_is_taken(producer):
    """A file name with bytes that are no UTF-8 does not stop its file."""
    receipt = producer.submit(b"page", name="caf\udce9.txt")

    assert receipt.new
    assert receipt.name == "caf?.txt"


@pytest.mark.parametrize("size", [0, 1, blobs.COMPRESS_FROM, blobs.CHUNK, 2 * blobs.CHUNK + 17])
def test_bytes_come_back_as_they_went_in(redis, producer, size):
    """A stored file reads back byte for byte, from any place in it."""
    data = bytes(range(256)) * (size // 256 + 1)
    receipt = producer.submit(data[:size], name="x")
    stream = open_blob(redis, blobs.digest(io.BytesIO(data[:size]))[0], receipt.bytes)

    assert data[:size] == stream.read()
    stream.seek(size // 2)
    assert data[size // 2 : size] == stream.read()


def test_the_client_is_light():
    """Importing what a scraper needs brings in no text libraries and no workers."""
    code = "import producers, sys; print([m for m in ('newstext', 'workers', 'numpy', 'lxml') if m in sys.modules])"

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
