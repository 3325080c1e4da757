"""Spans reach a collector: real workers, OTLP over HTTP."""

import gzip
import http.server
import subprocess
import threading
from collections import Counter

import pytest
from conftest import ROOT
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from running import WIREDESK, environment


@pytest.fixture
def collector():
    """Its address, and the spans that it was sent."""
    spans = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            request = ExportTraceServiceRequest.FromString(gzip.decompress(body) if packed else body)
            spans.extend(s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", spans
    server.shutdown()
    thread.join()
    server.server_close()


def test_short_lived_workers_lose_no_span(collector):
    """A run that ends at once has sent a span for each of its jobs, in one trace a file."""
    address, spans = collector
    pages = ROOT / "examples" / "pages"
    words = [WIREDESK, "run", pages / "harbour-gazette.txt", pages / "coastal-times.txt", "--workers", "1"]
    subprocess.run(words, env=environment(OTEL_EXPORTER_OTLP_ENDPOINT=address), check=True, capture_output=True)

    assert Counter(span.name for span in spans) == {"split": 2, "fingerprint": 3, "extract": 3, "publish": 3}
    assert len({span.trace_id for span in spans}) == 2
