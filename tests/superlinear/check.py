"""Which patterns take super-linear time on their worst texts.

Two steps, for thousands of texts a pattern: a glance at one length, and the doubling test for those that took longer
for a character than any linear pattern does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.superlinear import clock
from tests.superlinear.bait import baits
from tests.superlinear.patterns import Found

#: Characters of the glance, and CPU seconds it may take: the dearest linear pattern takes 1.5 ms, a quadratic one 15 ms
#: and more (8 million steps). The doubling test begins at `MEASURED` characters.
GLANCE, SUSPICIOUS, MEASURED = 4_096, 0.006, 8_192


@dataclass(frozen=True)
class Finding:
    found: Found
    text: tuple[str, str, str]
    ratio: float

    def __str__(self) -> str:
        head, pump, tail = self.text
        said = f"{head!r} + {pump!r} * n + {tail!r}"
        return f"{self.found.where}: x{self.ratio:.1f} for twice the text of {said}: {self.found.pattern.pattern!r}"


def findings(patterns: Iterable[Found], *, pairs: bool = True) -> Iterator[Finding]:
    """The first bad text of each pattern that has one."""
    for found in patterns:
        for text in baits(found.pattern, pairs=pairs):
            run = partial(_run, found, text)
            if clock.once(run(GLANCE)) > SUSPICIOUS and (ratio := clock.growth(run, MEASURED)) >= clock.RATIO:
                yield Finding(found, text, ratio)
                break


def _run(found: Found, text: tuple[str, str, str], size: int) -> Callable[[], object]:
    """What is timed: the pattern on `size` characters, at the start or all through, as the code uses it."""
    head, pump, tail = text
    subject: Any = head + pump * (size // len(pump)) + tail
    pattern: Any = found.pattern
    if isinstance(pattern.pattern, bytes):
        subject = subject.encode("utf-8", "replace")
    if found.anchored:
        return lambda: [getattr(pattern, method)(subject) for method in found.methods]
    return lambda: sum(1 for _ in pattern.finditer(subject))
