"""Templates with everything escaped, and how numbers, times and sizes are said on a page."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from wiredesk import __version__
from wiredesk.desk import links
from wiredesk.desk.catalogue import order
from wiredesk.desk.guard import nonce
from wiredesk.health import said_age
from wiredesk.jobs import human_size

#: Languages whose text runs from right to left, by their first subtag.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "dv", "ckb"})


def ago(at: int) -> str:
    """How long ago an entry was written, by its `at`."""
    return said_age(max(0.0, time.time() - at / 1e9)) + " ago"


def moment(at: int) -> str:
    """The instant of an entry, ISO 8601."""
    return datetime.fromtimestamp(at / 1e9, UTC).isoformat(timespec="seconds")


def direction(language: str | None) -> str:
    return "rtl" if (language or "").partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def printed(published: str | None) -> str:
    """A published time as a person reads it: no T, no seconds."""
    return (published or "").replace("T", " ")[:16]


def number(value: float) -> str:
    """Thousands with a thin space, so that they never wrap."""
    return f"{value:,}".replace(",", "\u202f") if isinstance(value, int) else f"{value:,.1f}".replace(",", "\u202f")


def curve(values: list[float], width: int = 120, height: int = 28) -> str:
    """The points of a small curve, the newest on the right."""
    top = max([*values, 1e-9])
    step = width / max(1, len(values) - 1)
    return " ".join(f"{n * step:.1f},{height - 2 - (height - 4) * v / top:.1f}" for n, v in enumerate(values))


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("wiredesk.desk"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.globals |= {"links": links, "version": __version__, "curve": curve}
    made.filters |= {
        "ago": ago, "moment": moment, "direction": direction, "printed": printed, "number": number,
        "size": human_size, "age": said_age, "order": order,
    }  # fmt: skip
    return made


_TEMPLATES = _environment()


def page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The template `name`.html filled; scripts in it carry this answer's nonce."""
    rules = request.app.state.rules
    shared = {"nonce": nonce(request.scope), "read_only": rules.read_only, "here": request.url.path}
    html = _TEMPLATES.get_template(f"{name}.html").render(shared | values)
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})
