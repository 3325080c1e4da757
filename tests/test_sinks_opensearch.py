"""The OpenSearch sink on a live index: osmem, a server by others that speaks OpenSearch's interface in memory."""

import base64
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event

import httpx
import msgspec
import pytest
from osmem_server import OsmemServer
from outputs import a_record, bare, publish

from sinks import opensearch
from sinks.base import Down, Target
from sinks.worker import Carrier
from wiredesk import keys
from wiredesk.readers import Reader
from wiredesk.settings import Settings
from workers import entries

INDEX = "wiredesk-articles"


@pytest.fixture(scope="module")
def cluster():
    with OsmemServer.start() as server:
        yield server.url
    server.process.stdout.close()  # which its own end leaves open


@pytest.fixture
def ask(cluster):
    """Ask the index; each test begins without one."""

    def request(path, body=None, method="POST"):
        return httpx.request(method, f"{cluster}/{INDEX}{path}", json=body).raise_for_status().json()

    yield request
    request("", method="DELETE")


@pytest.fixture
def carry(redis, cluster):
    """Publish records and carry all that waits, by a sink as it is started."""

    def run(*records):
        publish(redis, records)
        sink = opensearch.open_sink(Target(cluster, redis, Settings()))
        carrier = Carrier("search", Reader(redis, keys.sink("search"), name="1", batch=20), sink, Event())
        carrier.run(once=True)
        sink.close()

    return run


def _count(ask, query):
    ask("/_refresh", {})
    return ask("/_search", {"query": query, "size": 0})["hits"]["total"]["value"]


class Asked(BaseHTTPRequestHandler):
    """Notes what a request says of its sender, and is not ready."""

    def do_PUT(self):
        self.server.said = self.headers["authorization"]
        self.send_error(503)

    def log_message(self, *_):
        pass


class Server6(HTTPServer):
    address_family = socket.AF_INET6


def test_name_and_password_of_an_address_are_what_they_stand_for(redis):
    """Letters that an address cannot hold are unquoted in it; its host may be IPv6."""
    with Server6(("::1", 0), Asked) as server:
        asked = threading.Thread(target=server.handle_request)
        asked.start()
        sink = opensearch.open_sink(Target(f"http://m%40e:s%C3%A9%3A@[::1]:{server.server_port}", redis, Settings()))
        with pytest.raises(Down, match="503"):
            sink.write([])
        asked.join()
        sink.close()

    assert base64.b64decode(server.said.removeprefix("Basic ")).decode() == "m@e:sé:"


def test_every_article_is_one_document(redis, carry, ask):
    """Carried twice, each stands in the index once, with the whole record as it was published."""
    records = [*map(a_record, range(45)), bare(45), a_record(46, published="2026-03-02", published_precision="day")]
    carry(*records)
    redis.xgroup_destroy(keys.ARTICLES, keys.sink("search"))
    carry()

    assert _count(ask, {"match_all": {}}) == len(records)
    assert ask(f"/_doc/{bare(45).id}", method="GET")["_source"] == json.loads(msgspec.json.encode(bare(45)))


def test_the_latest_version_stays(carry, ask):
    """A version replaces the one before it; an older one that comes late does not."""
    carry(a_record(1), a_record(1, version=3, headline="Third"), a_record(1, version=2, headline="Second"))

    document = ask(f"/_doc/{a_record(1).id}", method="GET")

    assert (document["_version"], document["_source"]["headline"]) == (3, "Third")


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ({"match": {"headline": "dredge"}}, 2),
        ({"term": {"agencies": "Reuters"}}, 2),
        ({"term": {"file.source": "harbour-feed"}}, 2),
        ({"range": {"published": {"gte": "2026-03-02", "lt": "2026-03-03"}}}, 2),
        ({"term": {"headline.exact": "Board votes to dredge channel 1"}}, 1),
        ({"term": {"evidence.headline.rule": "doubled-headline"}}, 0),
    ],
)
def test_what_the_mapping_names_is_found(carry, ask, query, hits):
    """Words of texts, exact names, days; what it does not name is kept and not indexed."""
    carry(a_record(1), a_record(2))

    assert _count(ask, query) == hits


def test_a_document_that_the_index_refuses_is_put_aside(redis, carry, ask):
    """A number where the mapping has an object: the entries around it are taken."""
    broken = entries.published(a_record(2))
    broken["body"] = broken["body"].replace(b'"word_count":23', b'"word_count":"many"')
    publish(redis, [a_record(1)])
    redis.xadd(keys.ARTICLES, broken)
    carry(a_record(3))

    assert _count(ask, {"match_all": {}}) == 2
    assert [fields[b"id"].decode() for _, fields in redis.xrange(keys.dead("search"))] == [a_record(2).id]
