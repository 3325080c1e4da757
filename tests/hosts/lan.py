"""A network of one machine: a namespace with a bridge and Redis, and one for each host on a cable of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.hosts.cable import Cable, cable, do, has_netem
from tests.hosts.wire import Wire, wire
from wiredesk import server

WIREDESK = Path(sys.executable).with_name("wiredesk")
#: Seconds that anything here may take to stop.
SECONDS = 30


def missing() -> str:
    """Why this machine can have no such network, '' when it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "network namespaces want Linux and root"
    lacking = [name for name in ("ip", "unshare") if not shutil.which(name)]
    if lacking:
        return f"no {lacking[0]} here: apt install iproute2 util-linux"
    probe = subprocess.run(["unshare", "--net", "--uts", "true"], capture_output=True, check=False)
    if probe.returncode:
        return "this machine allows no namespaces"
    return "" if Path("/dev/net/tun").exists() else "no /dev/net/tun here"


def means() -> str:
    """What delays and loses packets here: `netem` where the kernel has it, else `wire`."""
    return "netem" if not missing() and has_netem() else "wire"


@dataclass
class Host:
    """A machine with workers. `name` is what RQ sees as its host name, `cable` its way to the others."""

    name: str
    space: str
    cable: Cable | Wire
    process: subprocess.Popen[bytes] | None = None

    def work(self, url: str, settings: Mapping[str, str]) -> None:
        """Start workers of all stages here."""
        inside = f"hostname {self.name}; ip link set lo up; exec {WIREDESK} work"
        clean = {k: v for k, v in os.environ.items() if not k.startswith("WIREDESK_")}
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.space, "unshare", "--uts", "sh", "-c", inside],
            env={**clean, "WIREDESK_REDIS_URL": url, "WIREDESK_LOG_LEVEL": "error", **settings},
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(SECONDS)
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(SECONDS)


@dataclass
class Lan:
    """`url` is Redis as the hosts reach it, `socket` as this process does, without the network."""

    url: str
    socket: str
    hosts: list[Host] = field(default_factory=list)


@contextmanager
def lan(count: int, folder: Path, by: str) -> Iterator[Lan]:
    """`count` hosts and a Redis; all of it is gone at the end. `folder`: for the Redis; `by`: see `means`."""
    tag = f"wd{os.getpid() % 100_000}"
    switch = f"{tag}s"
    spaces = [f"{tag}h{n}" for n in range(count)]
    try:
        for space in (switch, *spaces):
            do("ip", "netns", "add", space)
        do("ip", "-n", switch, "link", "add", "br0", "type", "bridge")
        do("ip", "-n", switch, "addr", "add", "10.77.0.1/24", "dev", "br0")
        do("ip", "-n", switch, "link", "set", "br0", "up")
        with ExitStack() as stack:
            hosts = [_host(stack, switch, space, n, by) for n, space in enumerate(spaces, 1)]
            socket = stack.enter_context(_redis(switch, folder))
            try:
                yield Lan("redis://10.77.0.1:6379/0", f"unix://{socket}", hosts)
            finally:
                for host in hosts:
                    host.cable.shape()
                    host.stop()
    finally:
        for space in (*spaces, switch):
            subprocess.run(["ip", "netns", "delete", space], capture_output=True, check=False)


def _host(stack: ExitStack, switch: str, space: str, number: int, by: str) -> Host:
    port, card = f"{space}p", f"{space}c"
    laid = stack.enter_context({"netem": cable, "wire": wire}[by]((switch, port), (space, card)))
    do("ip", "-n", switch, "link", "set", port, "master", "br0", "up")
    do("ip", "-n", space, "addr", "add", f"10.77.0.{number + 1}/24", "dev", card)
    do("ip", "-n", space, "link", "set", card, "up")
    return Host(f"host{number}", space, laid)


@contextmanager
def _redis(switch: str, folder: Path) -> Iterator[Path]:
    socket = folder / "redis.sock"
    words = (
        "--port",
        "6379",
        "--bind",
        "10.77.0.1",
        "--protected-mode",
        "no",
        "--unixsocket",
        str(socket),
        "--save",
        "",
    )
    process = subprocess.Popen(
        ["ip", "netns", "exec", switch, server.find(), *words, "--dir", str(folder)], stdout=subprocess.DEVNULL
    )
    try:
        yield socket
    finally:
        process.terminate()
        process.wait(SECONDS)
