"""Logging: structlog with one line per event, JSON unless a person watches a terminal. RQ's own lines go the same way.

Values are keys of the line, never part of the event's words; scraped text is not logged. The JSON renderer escapes
whatever a file name may hold, so no name can forge a line or move a terminal's cursor.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
import structlog

from wiredesk.plain import visible


def _dumps(event: dict[str, Any], **_: Any) -> str:
    return visible(orjson.dumps(event, default=repr).decode("utf-8", "replace"))


def _readable(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Lone surrogates of file names that are not UTF-8 would make orjson refuse the line."""
    for key, value in event.items():
        if isinstance(value, str) and not value.isascii():
            event[key] = value.encode("utf-8", "replace").decode("utf-8")
    return event


def _visible(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The pretty renderer prints values as they are: what steers a terminal is shown, not obeyed."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = visible(value) if key == "exception" else visible(value).replace("\n", "\\n")
    return event


def configure(form: str = "auto", level: str = "info") -> None:
    """Set up structlog and the standard library's loggers; lines go to standard error."""
    pretty = form == "pretty" or (form == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _readable,
    ]
    end: list[structlog.typing.Processor] = (
        [_visible, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
        if pretty
        else [structlog.processors.JSONRenderer(serializer=_dumps)]
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *end],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # RQ gives this logger a level of its own when it is imported.
    logging.getLogger("rq.worker").setLevel(level.upper())


def get(**values: Any) -> structlog.stdlib.BoundLogger:
    """A logger that adds `values` to each of its lines."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger("wiredesk")
    return logger.bind(**values)
