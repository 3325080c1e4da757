"""Licences of everything that wiredesk installs, by what the packages say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

#: Licences that allow use in any program; as SPDX names, trove classifiers and free words have them.
PERMISSIVE = re.compile(
    r"\b(?:MIT|BSD(?:-\d-Clause)?|0BSD|Apache(?:-2\.0| 2\.0)?|ISC|ISCL|PSF|Python Software Foundation|PSFL?-2\.0|HPND"
    r"|Zlib|Unlicense|CC0(?:-1\.0)?|ZPL(?:-2\.1)?|Zope Public)\b",
    re.IGNORECASE,
)
#: Copyleft that holds for the package's own files alone: used as they are, changed never.
WEAK = {
    "certifi": "MPL-2.0: a list of certificates",
    "charset-normalizer": "MIT",
    "tld": "MPL-1.1 as one of three; courlan of trafilatura brings it",
    "tqdm": "MPL-2.0 and MIT",
    "pathspec": "MPL-2.0",
    "hypothesis": "MPL-2.0, tests only",
}


def installed(root: str = "wiredesk") -> Iterator[Distribution]:
    """The package and all that it and its extras need, as installed here; what is not for this machine is left out."""
    seen: set[str] = set()
    waiting = [(root, frozenset(distribution(root).metadata.get_all("Provides-Extra") or []))]
    while waiting:
        name, extras = waiting.pop()
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        if canonicalize_name(name) not in seen:
            seen.add(canonicalize_name(name))
            yield found
            waiting += [(need.name, frozenset(need.extras)) for need in _needs(found, extras)]


def _needs(found: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for line in found.requires or []:
        need = Requirement(line)
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            yield need


def licence(found: Distribution) -> str:
    """What the package says: its SPDX expression, else its classifiers, else its own words' first line."""
    facts = found.metadata
    classes = [c.rpartition(" :: ")[2] for c in facts.get_all("Classifier") or [] if c.startswith("License ::")]
    words = (facts.get("License") or "").strip().split("\n")[0]
    return facts.get("License-Expression") or " AND ".join(classes) or words or "unknown"


def allowed(found: Distribution) -> bool:
    """Whether it may be part of a program under Apache-2.0 that anyone may use in any way."""
    said = licence(found)
    foreign = re.search(r"GPL|AGPL|SSPL|BUSL|Commons Clause|proprietary", said, re.IGNORECASE)
    either = re.search(r"\bOR\b", said) and PERMISSIVE.search(said)
    return canonicalize_name(found.name) in WEAK or bool(PERMISSIVE.search(said) and (either or not foreign))
