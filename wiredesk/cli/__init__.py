"""The command line. One module a command; the module's name is the command's name."""

from __future__ import annotations


def main() -> None:
    raise NotImplementedError
