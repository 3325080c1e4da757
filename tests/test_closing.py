"""Closing lines and spans: what a worker says of each job, and how a file's way is put together again."""

import json
from collections import Counter

import pytest
from desk_rig import HOSTILE
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from wiredesk import keys, spans, trace
from workers.table import NAMES

FILE = "abcdefghijklmnop"


@pytest.fixture(scope="module")
def lines(worked_run):
    """What the workers of a whole run logged, one JSON object a line."""
    return [json.loads(line) for line in worked_run[1].splitlines() if line.startswith("{")]


def test_each_job_has_one_closing_line(lines, worked_desk):
    """As many lines as jobs were done, by stage, each with its worker, outcome and time."""
    closing = [line for line in lines if line["event"] in ("job done", "job failed")]
    counts = {k.decode(): int(n) for k, n in worked_desk.queues.hgetall(keys.COUNTS).items()}

    assert Counter(line["stage"] for line in closing) == {s: counts[f"jobs:{s}:done"] for s in NAMES}
    assert set(Counter(line["job"] for line in closing).values()) == {1}
    assert all({"worker", "outcome", "seconds", "file", "trace"} <= set(line) for line in closing)


def test_outcomes_are_those_of_the_streams(lines, worked_desk):
    """The publish stage's lines name the stream that each article went to."""
    said = Counter(line["outcome"] for line in lines if line["event"] == "job done")

    assert said["articles"] == worked_desk.queues.xlen(keys.ARTICLES)
    assert said["copies"] == worked_desk.queues.xlen(keys.COPIES)
    assert said["rejected"] == 2


def test_no_text_of_a_page_is_logged(worked_run):
    """Neither a headline nor a body of what was run stands in the log."""
    for words in (HOSTILE[:20], "Harbour talks", "Seagrass meadows", "Valletta agree"):
        assert words not in worked_run[1]


def test_a_file_is_one_trace():
    """Whoever holds an id can name the trace: the same for a file and all of its jobs, in W3C's form."""
    jobs = [f"split-{FILE}-0", f"extract-{FILE}-7"]

    assert [trace.file_of(job) for job in jobs] == [FILE, FILE]
    assert trace.traceparent(FILE) == f"00-{trace.trace_id(FILE)}-{trace.file_span(FILE)}-01"
    assert len({trace.span_id(job) for job in jobs}) == 2


def test_spans_continue_what_a_producer_brought():
    """The job's span stands in the producer's trace, under the producer's span; one not sampled is not exported."""
    exporter = InMemorySpanExporter()
    exporting = spans.Spans(exporter)
    exporting.export("extract", f"extract-{FILE}-7", {}, 1_000, 5_000, carried=f"00-{'5' * 32}-{'6' * 16}-01")
    exporting.export("extract", f"extract-{FILE}-8", {}, 1_000, 5_000, carried=f"00-{'5' * 32}-{'6' * 16}-00")
    exporting.flush()
    (span,) = exporter.get_finished_spans()

    assert f"{span.context.trace_id:032x}" == "5" * 32
    assert f"{span.parent.span_id:016x}" == "6" * 16


def test_spans_of_a_file_hang_together():
    """Exported spans carry the computed ids, their file's span above them, and the times of the work."""
    exporter = InMemorySpanExporter()
    exporting = spans.Spans(exporter)
    exporting.export("extract", f"extract-{FILE}-7", {"outcome": "handed on"}, 1_000, 5_000)
    exporting.flush()
    (span,) = exporter.get_finished_spans()

    assert f"{span.context.trace_id:032x}" == trace.trace_id(FILE)
    assert f"{span.context.span_id:016x}" == trace.span_id(f"extract-{FILE}-7")
    assert f"{span.parent.span_id:016x}" == trace.file_span(FILE)
    assert (span.start_time, span.end_time, span.attributes["wiredesk.outcome"]) == (1_000, 5_000, "handed on")
