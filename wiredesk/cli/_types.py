"""What options take beyond click's own types."""

from __future__ import annotations

from typing import Any

import click

from wiredesk.settings import LONGEST


class Number(click.FloatRange):
    """A number in a range, as seconds up to what clocks and Redis can count.

    FloatRange lets infinity pass where there is no most, and the one float that is neither less nor more than another.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found: float = super().convert(value, param, ctx)
        if not found <= LONGEST:
            self.fail(f"{value} is too large or no number.", param, ctx)
        return found
