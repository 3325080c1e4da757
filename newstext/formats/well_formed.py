"""Making XML well-formed before it goes to a reader that is slow, or open to attack, on anything else.

feedparser reads well-formed feeds with a strict parser in linear time, all others with a loose one whose time grows
with the square of some inputs. libxml2 repairs in linear time; what it would lose is put right before: HTML's named
characters and prefixes that nobody declared.
"""

from __future__ import annotations

import html.entities
import re

from lxml import etree

from newstext.errors import Unreadable

#: What is repaired at most: the worst of a million characters (`<a <a <a ...`) takes three seconds.
REPAIR_CHARS = 1_000_000
#: Prefixes that are declared at most; a document that forgets more was not written by people.
_PREFIXES = 30

_NUMBERED = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{1,9})[0-9a-fA-F]*|0*([0-9]{1,12})[0-9]*);?")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_PREFIX = re.compile(r"</?([A-Za-z_][\w-]{0,30}):[A-Za-z_]|\s([A-Za-z_][\w-]{0,30}):[A-Za-z_][\w-]{0,40}=")
_ROOT = re.compile(r"<[A-Za-z_](?![^<>]{0,3000}</)[^\s<>/]{0,60}")
_XML_OWN = frozenset(["amp", "lt", "gt", "quot", "apos"])

#: What feeds mean by prefixes that they forget to declare.
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}


def well_formed(text: str) -> tuple[str, bool]:
    """The document, repaired where it has to be, and whether it had to be."""
    text = _declared(characters(text))
    if _parses(text, recover=False) is not None:
        return text, False
    if len(text) > REPAIR_CHARS:
        raise Unreadable(
            "bad-xml", f"the XML is not well-formed, and too long ({len(text):,} characters) to be repaired"
        )
    root = _parses(text, recover=True)
    return (etree.tostring(root, encoding="unicode") if root is not None else ""), True


def _parses(text: str, *, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        encoding="utf-8", recover=recover, resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False
    )
    try:
        return etree.fromstring(re.sub(r"\A\s*<\?xml[^<>]{0,300}\?>", "", text).strip().encode(), parser)
    except etree.XMLSyntaxError:
        return None


def characters(text: str) -> str:
    """Text whose named characters are written out; names and numbers that stand for nothing known are dropped."""
    return _NAMED.sub(_character, _NUMBERED.sub(_numbered, text))


def _character(named: re.Match[str]) -> str:
    return named[0] if named[1] in _XML_OWN else html.entities.html5.get(f"{named[1]};", "")


def _numbered(reference: re.Match[str]) -> str:
    """The reference as it stands; U+FFFD where its number is half a character or none: parsers break on it."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return "\ufffd" if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF else reference[0]


def _declared(text: str) -> str:
    """The document with every prefix declared at its root."""
    used = {found[1] or found[2] for found in _PREFIX.finditer(text)} - {"xml", "xmlns"}
    if len(used) > _PREFIXES:
        return text
    missing = sorted(prefix for prefix in used if f"xmlns:{prefix}" not in text)
    root = _ROOT.search(text)
    if not missing or not root:
        return text
    spaces = "".join(f' xmlns:{prefix}="{_NAMESPACES.get(prefix, f"urn:undeclared:{prefix}")}"' for prefix in missing)
    return text[: root.end()] + spaces + text[root.end() :]
