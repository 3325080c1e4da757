"""A spider that hands over pages as they were fetched: the desk separates the stories in them.

scrapy runspider examples/scrapers/pages.py -a site=http://127.0.0.1:8000/ -s WIREDESK_REDIS_URL=redis://127.0.0.1:6379/0
"""

from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.http import Response


class Pages(scrapy.Spider):
    name = "pages"
    custom_settings = {"ITEM_PIPELINES": {"producers.scrapy.DeskPipeline": 800}}  # noqa: RUF012  (Scrapy's way)

    def __init__(self, site: str, **more: Any) -> None:
        super().__init__(**more)
        self.start_urls = [site]

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:
        for link in response.css("a.story"):
            yield response.follow(link, self.parse_page)

    def parse_page(self, response: Response) -> Iterator[dict[str, Any]]:
        yield {"url": response.url, "name": response.url.rpartition("/")[2], "html": response.body}
