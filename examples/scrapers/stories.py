"""A spider that hands each story to the desk as it is scraped.

scrapy runspider examples/scrapers/stories.py -a site=http://127.0.0.1:8000/ -s WIREDESK_REDIS_URL=redis://127.0.0.1:6379/0
"""

from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.http import Response


class Stories(scrapy.Spider):
    name = "stories"
    custom_settings = {"ITEM_PIPELINES": {"producers.scrapy.DeskPipeline": 800}}  # noqa: RUF012  (Scrapy's way)

    def __init__(self, site: str, **more: Any) -> None:
        super().__init__(**more)
        self.start_urls = [site]

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:
        for link in response.css("a.story"):
            yield response.follow(link, self.parse_story)

    def parse_story(self, response: Response) -> Iterator[dict[str, Any]]:
        yield {
            "url": response.url,
            "headline": response.css("h1::text").get(),
            "body": "\n\n".join(response.css("article p::text").getall()),
            "byline": response.css(".byline::text").get(),
        }
