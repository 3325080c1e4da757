"""What options take beyond click's own types."""

from __future__ import annotations

import math
from typing import Any

import click

from wiredesk.settings import LONGEST


class Number(click.FloatRange):
    """A number between two. FloatRange lets the one float pass that is neither less nor more than any other."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found: float = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value} is no number.", param, ctx)
        return found


def seconds(least: float = 0.0) -> Number:
    """So many seconds, up to what clocks and Redis can count."""
    return Number(least, LONGEST)
