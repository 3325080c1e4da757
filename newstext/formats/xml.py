"""XML without its dangers: no entities, no DTD, nothing fetched, no depth or size that libxml2 calls unusual.

Trees are built by lxml with its limits on (nesting to 256, text nodes to 10 MB) and its entities off. A document whose
entities refer to each other or to files is refused before that: both known attacks (billion laughs, XXE) need them.
"""

from __future__ import annotations

import re

from lxml import etree

from newstext.errors import Unreadable
from newstext.formats.well_formed import characters

_ENTITY = re.compile(r"""<!ENTITY\s+(?:%\s+)?\S{1,100}\s+(?:(SYSTEM|PUBLIC)\b|"([^"]*)"|'([^']*)')""", re.IGNORECASE)
#: A document type stands before the first element; this far is looked for entities.
ENTITY_CHARS = 100_000
_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]{0,300}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]{0,1000}(?:\[[^\]]{0,20000}\]\s*)?>", re.IGNORECASE)


def forbid_entities(text: str) -> None:
    """Refuse a document whose entities read files or grow: those that news needs are single characters."""
    for entity in _ENTITY.finditer(text[:ENTITY_CHARS]):
        value = entity[2] or entity[3] or ""
        if entity[1] or "&" in value.replace("&#", "") or len(value) > 100:
            raise Unreadable("entities", "the XML defines entities that fetch or multiply text: an attack, not news")


def tree_of(text: str) -> etree._Element:
    """The root of a document; `Unreadable` when it is hostile, or broken beyond its first elements."""
    forbid_entities(text)
    bare = characters(_DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1).strip())
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(bare.encode(), parser)
    except etree.XMLSyntaxError as problem:
        raise Unreadable("bad-xml", "the XML is broken from its start") from problem
    if root is None:
        raise Unreadable("bad-xml", "the XML is broken from its start")
    too_deep = next((error for error in parser.error_log if "depth" in error.message.lower()), None)
    if too_deep is not None:
        raise Unreadable("too-deep", "the XML is nested deeper than 256 elements")
    return root


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """The first element down a path of local names, in whatever namespaces."""
    for name in names:
        found = next((inner for inner in element if local(inner) == name), None)
        if found is None:
            return None
        element = found
    return element


def first(element: etree._Element, name: str) -> etree._Element | None:
    """The first descendant of a local name."""
    return next((inner for inner in element.iter() if local(inner) == name), None)


def every(element: etree._Element, name: str) -> list[etree._Element]:
    """All descendants of a local name, in the order of the document."""
    return [inner for inner in element.iter() if local(inner) == name]


def line(element: etree._Element | None) -> str | None:
    """The whole text below an element as one line."""
    text = " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""
    return text or None
