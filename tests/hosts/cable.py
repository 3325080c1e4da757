"""The kernel's own cable: a pair of interfaces whose packets netem delays, loses at random, or loses all of.

Many machines' kernels are built without netem; then wire.py carries the frames, and `sh tests/hosts/netem.sh` runs the
trial in a kernel of its own that has it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


def do(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


def has_netem() -> bool:
    """Whether this kernel has it and lets us: tried in a namespace of its own."""
    tried = "ip link set lo up && tc qdisc add dev lo root netem delay 1ms"
    return subprocess.run(["unshare", "--net", "sh", "-c", tried], capture_output=True, check=False).returncode == 0


class Cable:
    """Two ends, (namespace, interface) each: what leaves one of them is late or lost."""

    def __init__(self, *ends: tuple[str, str]) -> None:
        self._ends = ends

    def shape(self, delay: float = 0.0, loss: float = 0.0, *, cut: bool = False) -> None:
        """`delay` in seconds, give or take a quarter, `loss` a share of the packets, each way; `cut` loses all."""
        late, about, lost = f"{delay * 1000:.3f}ms", f"{delay * 250:.3f}ms", f"{100.0 if cut else loss * 100:.3f}%"
        for space, name in self._ends:
            words = ("root", "netem", "delay", late, about, "loss", lost)
            do("tc", "-netns", space, "qdisc", "replace", "dev", name, *words)


@contextmanager
def cable(one: tuple[str, str], other: tuple[str, str]) -> Iterator[Cable]:
    """The pair, each end in its namespace. It goes with them."""
    do("ip", "link", "add", one[1], "netns", one[0], "type", "veth", "peer", "name", other[1], "netns", other[0])
    yield Cable(one, other)
