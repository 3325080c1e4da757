"""Who takes what is published and is none of the desk's programs: a reader of one's own, and a webhook's receiver."""

from __future__ import annotations

import http.server
import os
import random
from pathlib import Path

from wiredesk.readers import Reader

#: A member that is silent for so long has died: short, so that others take over within the storm.
IDLE = 5.0
#: Of the requests, the share that the receiver is not ready for.
NOT_READY = 0.02


def reader(url: str, name: str, out: Path) -> None:
    """As examples/consumer.py: a line for each article, then the next message acknowledges it."""
    with (
        out.open("ab", buffering=0) as lines,
        Reader(url, "storm", ["articles", "copies"], name=name, idle=IDLE) as own,
    ):
        for message in own:
            lines.write(f"{message.id}\n".encode())


def receiver(port: int, out: Path) -> None:
    """Notes each webhook's id before it answers, in one write."""
    lines = os.open(out, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            ready = random.random() >= NOT_READY
            if ready:
                os.write(lines, f"{self.headers['webhook-id']}\n".encode())
            self.send_response(204 if ready else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A sender that was killed in mid-request: it sends again."""

    Server(("127.0.0.1", port), Handler).serve_forever()
