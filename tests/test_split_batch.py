"""The split stage over a batch: its small files are fetched and read together, and each ends as if it were alone."""

import itertools
from pathlib import Path

import pytest

from producers.desk import Desk as Producer
from producers.items import Item
from wiredesk import keys
from workers.stage import Call
from workers.stages import split

PAGES = Path(__file__).parent.parent / "examples" / "pages"
BROKEN = {"nothing.txt": b" \n", "junk.txt": bytes(range(256)) * 40, "menu.txt": b"Home\nWorld\nSport\n"}


@pytest.fixture
def calls(desk):
    """A call for each example page, with files among them that hold no article."""
    files = {page.name: page.read_bytes() for page in sorted(PAGES.iterdir())} | BROKEN
    items = [Item(data, name=name) for name, data in files.items()]
    receipts = Producer(settings=desk.settings).submit_many(items)
    return [Call(f"job-{at}", [receipt.file, 0, None]) for at, receipt in enumerate(receipts)]


def ends(results):
    """What became of each call, without the time that it took."""
    return [(one.value, one.rejections, one.jobs, [write.key for write in one.writes]) for one in results]


def test_a_batch_ends_as_its_files_alone(desk, calls):
    """Articles, rejections and next jobs are the same whether files come together or one by one."""
    alone = itertools.chain.from_iterable(split.run(desk, [call]) for call in calls)

    assert ends(split.run(desk, calls)) == ends(alone)


def test_files_that_hold_nothing_are_rejected_alone(desk, calls):
    """Each broken file of a batch is rejected with its own reason; all others give articles."""
    results = split.run(desk, calls)

    assert [len(one.rejections) for one in results] == [0] * (len(calls) - len(BROKEN)) + [1] * len(BROKEN)
    assert all(one.value["articles"] for one in results[: -len(BROKEN)])


def test_bytes_that_are_gone_are_that_files_matter(desk, calls, redis):
    """A file whose bytes are no longer stored is rejected as expired, the rest of its batch is split."""
    receipt = redis.hget(keys.file(calls[2].args[0]), "info")
    redis.delete(keys.blob(split._receipt(receipt).sha256, 0))
    results = split.run(desk, calls)

    assert results[2].rejections[0].kind == "expired"
    assert results[3].value["articles"]
