"""Every regular expression of the code, found by listening: who calls `re` while all modules are imported and used.

Patterns that are put together at run time are found like literal ones. How a pattern is used (at the start of a text,
or searched through it) is read off the source: `_NAME.match(` somewhere, `_NAME.sub(` elsewhere.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PACKAGES = ("newstext", "producers", "sinks", "workers", "wiredesk")
#: Methods that try a pattern at one place alone; all others try it at each.
ANCHORED = {"match", "fullmatch"}


@dataclass(frozen=True)
class Found:
    """A pattern, where it was compiled, and the methods it is used by (empty: not known)."""

    pattern: re.Pattern[str] | re.Pattern[bytes]
    where: str
    methods: frozenset[str]

    @property
    def anchored(self) -> bool:
        return bool(self.methods) and self.methods <= ANCHORED


@contextmanager
def listening() -> Iterator[dict[tuple[object, int], str]]:
    """While this is open, each pattern that our code has compiled is noted: (pattern, flags) -> file and line."""
    heard: dict[tuple[object, int], str] = {}
    compiler = re._compile  # type: ignore[attr-defined]

    def hear(pattern: object, flags: int) -> object:
        if place := _ours(sys._getframe(1)):
            heard.setdefault((getattr(pattern, "pattern", pattern), int(flags)), place)
        return compiler(pattern, flags)

    re._compile = hear  # type: ignore[attr-defined]
    try:
        yield heard
    finally:
        re._compile = compiler  # type: ignore[attr-defined]


def _ours(frame: object) -> str:
    """File and line of the first frame outside of `re`, when it is ours."""
    while frame is not None and frame.f_code.co_filename == re.__file__:  # type: ignore[attr-defined]
        frame = frame.f_back  # type: ignore[attr-defined]
    path = Path(frame.f_code.co_filename) if frame else Path()  # type: ignore[attr-defined]
    inside = path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in PACKAGES
    return f"{path.relative_to(ROOT)}:{frame.f_lineno}" if inside else ""  # type: ignore[attr-defined]


def modules() -> Iterator[ModuleType]:
    """Every module of every package; one whose extra is not installed is left out."""
    for package in PACKAGES:
        root = importlib.import_module(package)
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if not found.name.endswith("__main__"):
                with suppress(ImportError):
                    yield importlib.import_module(found.name)


#: Patterns that only ever see a text of bounded length, by where they stand and why; they are tried at that length.
BOUNDED = {
    "newstext.split.datelines._FORMS": "matched at the start of the first REACH characters of a paragraph",
}


def all_of_them() -> list[Found]:
    """Every pattern but the bounded ones."""
    with listening() as heard:
        list(modules())
    return [found for found in collected(heard) if found.where not in BOUNDED]


def collected(heard: dict[tuple[object, int], str]) -> list[Found]:
    """What was heard, and what stands in the modules' names, tuples and tables; each pattern once."""
    uses = used()
    found: dict[tuple[object, int], Found] = {}
    for module in list(modules()):
        for name, value in vars(module).items():
            for pattern, key in _patterns(value, f"{module.__name__}.{name}", 0):
                where = f"{module.__name__}.{name}"
                found[pattern.pattern, pattern.flags] = Found(pattern, where, frozenset(uses.get(key, ())))
    for (source, flags), where in heard.items():
        pattern = re.compile(source, flags)  # type: ignore[call-overload]
        found.setdefault((pattern.pattern, pattern.flags), Found(pattern, where, frozenset()))
    return sorted(found.values(), key=lambda one: one.where)


def _patterns(value: object, key: str, depth: int) -> Iterator[tuple[re.Pattern[str], str]]:
    """Patterns held by a value, each with the module and name that our code calls it by."""
    if isinstance(value, re.Pattern):
        yield value, key
    elif depth < 3 and isinstance(value, dict):
        for held in [*value, *value.values()]:
            yield from _patterns(held, "", depth + 1)
    elif depth < 3 and isinstance(value, list | tuple | set | frozenset):
        for held in value:
            yield from _patterns(held, "", depth + 1)
    elif depth < 3 and type(value).__module__.split(".")[0] in PACKAGES and hasattr(value, "__dict__"):
        for name, held in vars(value).items():
            yield from _patterns(held, f"{type(value).__module__}.{name}", depth + 1)


def used() -> dict[str, set[str]]:
    """By module and name of each constant: the methods called on it there, and whether it is handed on."""
    uses: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            for name, method in [*_methods(tree), *((name, "passed on") for name in _passed(tree))]:
                uses[f"{module}.{name}"].add(method)
    return uses


def _methods(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (name := _constant(node.value)):
            yield name, node.attr


def _constant(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _passed(tree: ast.AST) -> Iterator[str]:
    """Constants handed to a function or kept in a table: what is done to them there is not known."""
    for node in ast.walk(tree):
        held: list[ast.expr] = []
        if isinstance(node, ast.Call):
            held = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Tuple | ast.List):
            held = node.elts
        elif isinstance(node, ast.Dict):
            held = node.values
        yield from filter(None, map(_constant, held))
