"""Scrapy: items go to the desk one by one as they come, or as a feed when the spider ends.

    ITEM_PIPELINES = {"producers.scrapy.DeskPipeline": 800}

    FEED_STORAGES = {"wiredesk": "producers.scrapy.DeskFeedStorage"}
    FEEDS = {"wiredesk:///stories-%(time)s.jsonl": {"format": "jsonlines", "batch_item_count": 1000}}

The desk is `WIREDESK_REDIS_URL`, as Scrapy setting or in the environment; a feed may name another:
``wiredesk://host:6379/0/stories.jsonl``.
"""

from __future__ import annotations

import shutil
from concurrent.futures import Future
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem
from scrapy.extensions.feedexport import BlockingFeedStorage
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from producers import rows
from producers.desk import Desk
from producers.errors import Refused
from producers.items import Receipt
from wiredesk import log

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

SETTING = "WIREDESK_REDIS_URL"
#: A feed is handed over at the end, when nobody can send it again: Redis may be away for this many seconds. Then it
#: is kept as a file.
FEED_PATIENCE = 600.0


class DeskPipeline:
    """An item goes on down the pipeline once Redis has it. While the desk is full or away, items wait; none is lost.

    Items in flight share round trips. One that can never be accepted is dropped with the reason, as Scrapy drops.
    """

    def __init__(self, url: str | None, crawler: Crawler) -> None:
        self._url, self._crawler = url, crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.get(SETTING), crawler)

    def open_spider(self) -> None:
        self._desk = Desk(self._url, patience=None)
        self._buffer = self._desk.buffer()

    async def process_item(self, item: Any) -> Any:
        assert self._crawler.spider
        try:
            file = rows.from_fields(ItemAdapter(item).asdict(), self._crawler.spider.name)
            receipt = await maybe_deferred_to_future(_deferred(self._buffer.add(file)))
        except (Refused, OSError) as error:
            raise DropItem(str(error)) from error
        assert self._crawler.stats
        self._crawler.stats.inc_value("wiredesk/new" if receipt.new else "wiredesk/known")
        return item

    def close_spider(self) -> None:
        try:
            self._buffer.close()
        except (Refused, OSError):
            pass  # its item was dropped, and the reason logged
        finally:
            self._desk.close()


class DeskFeedStorage(BlockingFeedStorage):
    """A feed as one file of the desk. It is stored in a thread of Scrapy's when the spider, or the batch, ends."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:  # noqa: ARG002  (Scrapy's)
        parts = urlsplit(uri)
        database, _, name = parts.path.lstrip("/").partition("/")
        if not (parts.netloc and name):
            database, name = "0", parts.path.lstrip("/")
        self._name = name or "feed.jsonl"
        self._url = f"redis://{parts.netloc}/{database}" if parts.netloc else None

    @classmethod
    def from_crawler(cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None) -> Self:
        storage = cls(uri, feed_options=feed_options)
        storage._url = storage._url or crawler.settings.get(SETTING)
        return storage

    def _store_in_thread(self, file: IO[bytes]) -> None:
        try:
            file.flush()  # what it still buffers is read by its name below
            with Desk(self._url, patience=FEED_PATIENCE) as desk:
                desk.submit(Path(file.name), name=self._name)
        except Exception:
            kept = Path(f"unsent-{Path(self._name).name}").resolve()
            shutil.copyfile(file.name, kept)
            log.get().exception("feed not sent", kept=str(kept), send=f"wiredesk submit {kept}")
            raise
        finally:
            file.close()


def _deferred(receipt: Future[Receipt]) -> Deferred[Receipt]:
    """A thread's future in the reactor's terms, whichever reactor runs."""
    from twisted.internet import reactor  # noqa: PLC0415  (importing it installs one: not before Scrapy has)

    deferred: Deferred[Receipt] = Deferred()

    def settle(done: Future[Receipt]) -> None:
        error = done.exception()
        call, result = (deferred.errback, error) if error else (deferred.callback, done.result())
        reactor.callFromThread(call, result)

    receipt.add_done_callback(settle)
    return deferred
