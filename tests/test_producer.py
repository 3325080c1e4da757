"""The producers' client: a file is accepted once, whole, with its job."""

import io
import subprocess
import sys
from dataclasses import replace

import pytest
from rq import Queue

from producers import Busy, Desk, Item, TooLarge, blobs
from wiredesk import jobs, keys
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
