"""Callbacks: who hands in a file may name an address, and that is told the outcome."""

import base64
import functools
import hashlib
import hmac
import http.server
import json
import threading

import pytest
from running import page, until
from test_gateway import gateway

from producers.errors import BadItem
from producers.gateway.webhooks import _is_public
from producers.items import web_address
from wiredesk import keys
from wiredesk.connection import client

SECRET = "a secret of both"  # noqa: S105  (a test's)


class _Receiver(http.server.BaseHTTPRequestHandler):
    """Answers with the statuses it is given, in turn, then 200."""

    def __init__(self, calls, statuses, *args):
        self._calls, self._statuses = calls, statuses
        super().__init__(*args)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(self._statuses.pop(0) if self._statuses else 200)
        self.end_headers()
        self._calls.append((dict(self.headers), body))

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    calls, statuses = [], []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Receiver, calls, statuses))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/told", calls, statuses
    server.shutdown()
    server.server_close()


def test_the_outcome_is_told_signed_and_told_again(running, receiver):
    """A receiver that fails at first is called again with the same id; what it gets is signed."""
    url, calls, statuses = receiver
    statuses.append(500)
    with gateway(running, WIREDESK_CALLBACK_SECRET=SECRET, WIREDESK_CALLBACK_PRIVATE="yes") as http:
        file = http.post("/v1/files", json={"text": page("Callbury"), "callback": url}).json()["file"]
        until(lambda: len(calls) == 2)
    headers, body = calls[1]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()

    assert (file, "published") == (json.loads(body)["id"], json.loads(body)["outcome"])
    assert f"v1,{base64.b64encode(mac).decode()}" == headers["webhook-signature"]
    assert calls[0][0]["webhook-id"] == headers["webhook-id"]


@pytest.mark.parametrize("address", ["http://a..b/", "http://a b/", f"http://{'a' * 64}.org/", "http://./"])
def test_hosts_that_no_name_can_be(address):
    """An address whose host cannot be asked for is refused with the file."""
    with pytest.raises(BadItem):
        web_address(address)


@pytest.mark.parametrize("address", ["https://example.org./x", "http://[::1]:80/", "http://münchen.example/", ""])
def test_hosts_that_can_be_asked_for(address):
    """Names of all scripts, with a dot at the end or not, and numeric addresses are taken."""
    assert web_address(address or None) == address


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:4700::1111", True), ("64:ff9b::5db8:d70e", True),
        ("224.0.0.1", False), ("ff0e::1", False), ("64:ff9b::7f00:1", False), ("::ffff:127.0.0.1", False),
        ("fe80::1%eth0", False), ("10.0.0.1", False),
    ],
)  # fmt: skip
def test_public_addresses(address, public):
    """One host of the public network may be called; a group of hosts, or a private one behind NAT64, may not."""
    assert _is_public(address) is public


def test_callbacks_go_on_after_an_address_that_cannot_be_called(running, receiver):
    """An address that an older version took, and no resolver does, ends its own callback alone."""
    url, calls, _ = receiver
    redis = client(running)
    with gateway(running, WIREDESK_CALLBACK_SECRET=SECRET, WIREDESK_CALLBACK_PRIVATE="yes") as http:
        bad = http.post("/v1/files", json={"text": "soon told", "name": "bad"}).json()["file"]
        redis.hset(keys.file(bad), "callback", "http://a..b/")
        redis.zadd(keys.CALLBACKS, {f"{bad}:0-1": 0})
        said = until(lambda: redis.hget(keys.file(bad), "callback_said"))
        http.post("/v1/files", json={"text": page("Afterham"), "callback": url})
        until(lambda: calls)
    redis.close()

    assert b"not called" in said


def test_private_addresses_are_not_called(running, receiver):
    """A client cannot make the gateway call what only this machine reaches."""
    url, calls, _ = receiver
    redis = client(running)
    with gateway(running, WIREDESK_CALLBACK_SECRET=SECRET) as http:
        file = http.post("/v1/files", json={"text": page("Privateham"), "callback": url}).json()["file"]
        said = until(lambda: redis.hget(f"wiredesk:file:{file}", "callback_said"))

    assert b"private network" in said
    assert calls == []
