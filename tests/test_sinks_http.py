"""Sinks that speak HTTP: webhooks to a real receiver; OpenSearch's requests and replies."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
from dataclasses import replace

import pytest
from outputs import a_record, publish

from sinks import opensearch, webhook
from sinks.base import Down, Refused, Target
from sinks.worker import Carrier
from wiredesk import keys
from wiredesk.errors import SettingError, UsageError
from wiredesk.readers import Message, Reader
from wiredesk.settings import Settings
from workers import entries

SECRET = base64.b64encode(b"a secret of the receiver").decode()


@pytest.fixture
def receiver():
    """An HTTP server that notes what it is sent and answers as `answers` says, 204 when that is used up."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append((dict(self.headers), body))
            always = self.server.always.get(json.loads(body)["id"])
            status, *extra = (always,) if always else self.server.answers.pop(0) if self.server.answers else (204,)
            self.send_response(status)
            for name, value in extra:
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.answers, server.always, server.daemon_threads = [], [], {}, True
    server.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _hook(redis, url):
    return webhook.open_sink(Target(url, redis, replace(Settings(), webhook_secret=f"whsec_{SECRET}")))


def _carry(redis, sink):
    Carrier("hook", Reader(redis, keys.sink("hook"), name="1", batch=3), sink, threading.Event()).run(once=True)
    sink.close()


def test_a_webhook_is_signed_and_says_what_it_is(redis, receiver):
    """The receiver can check the signature with the secret; CloudEvents attributes are headers."""
    publish(redis, [a_record()])
    _carry(redis, _hook(redis, receiver.url))

    ((headers, body),) = receiver.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(base64.b64decode(SECRET), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert headers["ce-type"] == "wiredesk.article.published"
    assert json.loads(body)["id"] == a_record().id


def test_entries_of_one_id_in_two_streams_are_two(redis, receiver):
    """One commit may publish a story and a copy in one millisecond: both streams number that entry alike."""
    for n, stream in enumerate((keys.ARTICLES, keys.COPIES)):
        redis.xadd(stream, entries.published(a_record(n)), id="5-0")
    reader = Reader(redis, keys.sink("hook"), ["articles", "copies"], name="1", batch=3)
    hook = _hook(redis, receiver.url)
    Carrier("hook", reader, hook, threading.Event()).run(once=True)
    hook.close()

    assert {json.loads(body)["id"] for _, body in receiver.got} == {a_record(n).id for n in range(2)}


def test_a_receiver_that_is_not_ready_is_waited_for(redis, receiver):
    """429 with Retry-After, 503, then well: all arrive in order, none is put aside."""
    publish(redis, map(a_record, range(4)))
    receiver.answers = [(204,), (429, ("Retry-After", "0")), (503,), (204,)]
    _carry(redis, _hook(redis, receiver.url))

    taken = [json.loads(body)["id"] for _, body in receiver.got]
    assert taken == [a_record(n).id for n in (0, 1, 1, 1, 2, 3)]
    assert redis.xlen(keys.dead("hook")) == 0


@pytest.mark.parametrize(("status", "tries"), [(400, 1), (500, webhook.ATTEMPTS), (302, 1)])
def test_what_a_receiver_refuses_is_put_aside(redis, receiver, monkeypatch, status, tries):
    """A 4xx or a redirect at once, a 5xx after some tries; the next entry goes on."""
    monkeypatch.setattr("sinks.worker.FIRST_PAUSE", 0.001)
    publish(redis, map(a_record, range(2)))
    receiver.always = {a_record(0).id: status}
    _carry(redis, _hook(redis, receiver.url))

    taken = [json.loads(body)["id"] for _, body in receiver.got]
    assert taken == [a_record(0).id] * (tries + 1) + [a_record(1).id]
    assert [fields[b"id"].decode() for _, fields in redis.xrange(keys.dead("hook"))] == [a_record(0).id]
    assert redis.xpending(keys.ARTICLES, keys.sink("hook"))["pending"] == 0


def test_a_receiver_that_is_away_is_down(redis):
    """Nothing listens: the sink says so, and keeps the entry."""
    hook = _hook(redis, "http://127.0.0.1:9/hook")

    with pytest.raises(Down, match="does not answer"):
        hook.write([_message()])


def test_a_receivers_secrets_stay_out_of_the_log(redis):
    """What is said of a receiver that is away names its host and port, not what else its address holds."""
    hook = _hook(redis, "http://user:pass@127.0.0.1:9/token?key=word")

    with pytest.raises(Down, match=r"http://127\.0\.0\.1:9 does") as raised:
        hook.write([_message()])
    assert not any(word in str(raised.value) for word in ("user", "pass", "token", "word"))


@pytest.mark.parametrize("secret", ["", "whsec_", "c2hvcnQ=", "no base64", "é"])
def test_webhooks_want_a_secret(redis, secret):
    """Webhooks that are not signed, or with what can be guessed, are not sent."""
    with pytest.raises(SettingError, match="WIREDESK_WEBHOOK_SECRET"):
        webhook.open_sink(Target("https://example.org/hook", redis, replace(Settings(), webhook_secret=secret)))


def _message(n=0, **changes):
    fields = entries.published(a_record(n, **changes))
    encoded = {k.encode(): v if isinstance(v, bytes) else v.encode() for k, v in fields.items()}
    return Message(keys.ARTICLES, f"{n + 1}-0", encoded)


def test_bulk_requests_are_pairs_of_lines():
    """Action and document, each on one line; the article's id and version decide which one stays."""
    (body,) = opensearch.bulks([_message(0), _message(1, version=3)], "stories")
    lines = [json.loads(line) for line in body.splitlines()]

    assert body.endswith(b"\n")
    assert lines[2]["index"] == {
        "_index": "stories", "_id": a_record(1).id, "version": 3, "version_type": "external_gte",
    }  # fmt: skip
    assert [line["headline"] for line in lines[1::2]] == [a_record(n).headline for n in range(2)]


def test_bulk_requests_have_a_largest_size():
    """A batch of long articles goes in several requests."""
    long = _message(0, body="x" * (opensearch.LARGEST_BULK - 100_000))

    assert len(opensearch.bulks([long, long, _message(1)], "stories")) == 2


def _reply(*statuses):
    items = [{"index": {"status": s, **({"error": {"type": "t"}} if s >= 300 else {})}} for s in statuses]
    return {"errors": any(s >= 300 for s in statuses), "items": items}


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((201, 200), None),
        ((201, 409), None),
        ((201, 429), Down),
        ((400, 503), Down),
        ((403,), Down),
        ((201, 400), Refused),
    ],
)
def test_bulk_replies_are_judged_item_by_item(statuses, outcome):
    """Older versions are no fault, an overloaded or blocked cluster is waited for, a malformed document is refused."""
    if outcome is None:
        assert opensearch.judge(_reply(*statuses)) is None
    else:
        with pytest.raises(outcome):
            opensearch.judge(_reply(*statuses))


def test_the_mapping_names_fields_of_the_record():
    """Every mapped field is one that is published, and no other is indexed."""
    mapping = json.loads(opensearch.mapping())["mappings"]

    assert set(mapping["properties"]) <= set(type(a_record()).__struct_fields__)
    assert mapping["dynamic"] is False


def test_a_cluster_that_is_away_is_down(redis):
    """Nothing listens: the sink says so, and keeps the entries."""
    with pytest.raises(Down, match="does not answer"):
        opensearch.open_sink(Target("http://127.0.0.1:9", redis, Settings())).write([_message()])


def test_an_address_that_is_none_is_refused(redis):
    """Before anything is read."""
    with pytest.raises(UsageError, match="address such as"):
        opensearch.open_sink(Target("localhost:9200", redis, Settings()))
