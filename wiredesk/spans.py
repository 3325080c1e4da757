"""Spans for OpenTelemetry, exported where the extra `otel` is installed and its own variables name a collector.

The ids are those of wiredesk/trace.py: spans that workers on many machines export make one trace a file, the
producer's own where it brought a header. A header that says "not sampled" is heeded.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from wiredesk import trace

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

try:
    from opentelemetry import trace as otel
    from opentelemetry.sdk.environment_variables import OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import IdGenerator

    INSTALLED = True
except ImportError:
    INSTALLED = False

#: A worker that stops is given ten seconds in all by most supervisors.
FLUSH_MILLISECONDS = 3_000


if INSTALLED:

    class _Named(IdGenerator):
        """Gives the ids that were set for the next span."""

        trace = span = 0

        def generate_trace_id(self) -> int:
            return self.trace

        def generate_span_id(self) -> int:
            return self.span


class Spans:
    """Exports finished work as spans through `exporter`."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._ids = _Named()
        self._provider = TracerProvider(id_generator=self._ids)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("wiredesk")

    def export(
        self, name: str, job: str, facts: Mapping[str, Any], began: int, ended: int, *, carried: str = ""
    ) -> None:
        """Times in nanoseconds since the epoch; `carried` is the header in the job's call."""
        self._ids.span = int(trace.span_id(job), 16)
        _, trace_id, span_id, flags = trace.above(job, carried).split("-")
        above = otel.SpanContext(
            int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=otel.TraceFlags(int(flags, 16))
        )
        context = otel.set_span_in_context(otel.NonRecordingSpan(above))
        attributes = {f"wiredesk.{key}": value for key, value in facts.items()}
        self._tracer.start_span(name, context, start_time=began, attributes=attributes).end(ended)

    def flush(self) -> None:
        """Send what waits to be sent; a collector that is away is given up after a while."""
        self._provider.force_flush(FLUSH_MILLISECONDS)


def wanted() -> bool:
    return _exporting() is not None


@lru_cache(maxsize=1)
def _exporting() -> Spans | None:
    """Made once a process, after its fork: the exporter has a thread."""
    if not INSTALLED:
        return None
    from os import environ  # noqa: PLC0415  (OpenTelemetry's own variables, read as its SDK does)

    if not (environ.get(OTEL_EXPORTER_OTLP_ENDPOINT) or environ.get(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)):
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  (heavy)

    return Spans(OTLPSpanExporter())


def export(name: str, job: str, facts: Mapping[str, Any], began: int, ended: int, *, carried: str = "") -> None:
    if spans := _exporting():
        spans.export(name, job, facts, began, ended, carried=carried)


def flush() -> None:
    """At a worker's end: the exporter's thread dies with the process, and a forked one runs no exit handlers."""
    if spans := _exporting():
        spans.flush()
