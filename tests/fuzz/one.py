"""One target under atheris, in a process of its own: ``python -m tests.fuzz.one NAME [libFuzzer's options]``."""

from __future__ import annotations

import sys
import time

import atheris

with atheris.instrument_imports(include=["newstext", "producers", "wiredesk"]):
    from tests.fuzz.targets import TARGETS


#: CPU seconds that one input of some kilobytes may take, counted while every branch is traced.
CPU_SECONDS = 10


def main() -> None:
    target = TARGETS[sys.argv.pop(1)]

    def timed(data: bytes) -> None:
        began = time.process_time()
        target(data)
        spent = time.process_time() - began
        assert spent < CPU_SECONDS, f"{spent:.1f} s of CPU"

    atheris.Setup(sys.argv, timed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
