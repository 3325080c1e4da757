"""A few lines of C that stand between Redis and the kernel, compiled where they are wanted."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def compiler() -> str | None:
    """A C compiler, if there is one."""
    return shutil.which("cc") or shutil.which("gcc")


def library(name: str, folder: Path) -> Path:
    """``name.c`` beside this file as a shared library in `folder`, for LD_PRELOAD."""
    made = folder / f"{name}.so"
    source = Path(__file__).with_name(f"{name}.c")
    subprocess.run([compiler() or "cc", "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made
