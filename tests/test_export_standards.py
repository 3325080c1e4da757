"""Exports against the standards that they claim."""

import json
import os
from datetime import date, datetime
from pathlib import Path

import msgspec
import msgspec_schemaorg.models as vocabulary
import pytest
from conftest import ROOT, SHARED
from jsonschema import Draft202012Validator
from outputs import a_record, bare

from wiredesk import export, keys
from wiredesk.connection import client
from wiredesk.records import Record

#: The official schema is IPTC's file; who has it names it here: http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json
OFFICIAL = Path(os.environ.get("NINJS_SCHEMA", SHARED / "standards" / "ninjs-schema_3.1.json"))
OWN = ROOT / "tests" / "data" / "ninjs-3.1.json"


def _official_or_skip():
    if not OFFICIAL.exists():
        pytest.skip("the official ninjs 3.1 schema is not here: NINJS_SCHEMA names it")
    return json.loads(OFFICIAL.read_text())


@pytest.fixture(scope="module")
def records(produced):
    """Articles of a real run, one with every field filled, one that is only text, and awkward values."""
    redis = client(produced)
    bodies = [fields[b"body"] for s in (keys.ARTICLES, keys.COPIES) for _, fields in redis.xrange(s)]
    redis.close()
    awkward = [
        a_record(1, published="2026-03-02", updated=None, published_precision="day"),
        a_record(2, published="2026-03-02T21:30:00", updated=None),
        a_record(3, url="https://example.org/наука/a b?q=ü&x=%20"),
        a_record(4, url="https://münchen.example/a"),
        a_record(5, url="not an address"),
        a_record(6, url="http://[broken"),
        a_record(7, relation="near", story=a_record().id, duplicate_of=a_record().id),
    ]
    return [*(msgspec.json.decode(body, type=Record) for body in bodies), a_record(), bare(), *awkward]


@pytest.mark.parametrize("schema", ["own", "official"])
def test_ninjs_is_valid(records, schema):
    """Every article passes the schema of ninjs 3.1, formats included."""
    rules = json.loads(OWN.read_text()) if schema == "own" else _official_or_skip()
    check = Draft202012Validator(rules, format_checker=Draft202012Validator.FORMAT_CHECKER)

    assert [(r.id, e.message) for r in records for e in check.iter_errors(export.SHAPES["ninjs"](r))] == []


@pytest.mark.parametrize(
    "wrong", [{"uri": "no uri"}, {"firstCreated": "2026-03-02"}, {"headline": "x"}, {"type": "news"}]
)
def test_the_ninjs_check_refuses_what_the_standard_refuses(wrong):
    """A bad URI, a date without a time, a property of older versions, an unknown type."""
    check = Draft202012Validator(json.loads(OWN.read_text()), format_checker=Draft202012Validator.FORMAT_CHECKER)

    assert not check.is_valid(export.SHAPES["ninjs"](a_record()) | wrong)


def _strangers(node):
    """Types and properties of a JSON-LD node that schema.org does not have, or not there."""
    kind = getattr(vocabulary, node["@type"], None)
    if kind is None:
        return [node["@type"]]
    found = []
    for name, value in node.items():
        if name.startswith("@"):
            continue
        if name not in kind.__struct_fields__:
            found.append(f"{node['@type']}.{name}")
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                found += _strangers(part) + _misplaced(kind, name, part["@type"])
    return found


def _misplaced(kind, name, held):
    """schema.org lists the types that a property takes: one of them must be the held type or above it."""
    taken = next(str(k.__annotations__[name]) for k in kind.__mro__ if name in k.__annotations__)
    above = [k.__name__ for k in getattr(vocabulary, held).__mro__]
    return [] if any(f"'{k}'" in taken or f"{k} " in taken for k in above) else [f"{kind.__name__}.{name}: {held}"]


def test_newsarticle_uses_the_vocabulary(records):
    """Each type and property is schema.org's, where schema.org has it."""
    assert [s for r in records for s in _strangers(export.SHAPES["newsarticle"](r))] == []


@pytest.mark.parametrize(
    "node",
    [
        {"@type": "NewsStory"},
        {"@type": "NewsArticle", "body": "x"},
        {"@type": "NewsArticle", "author": {"@type": "Place"}},
    ],
)
def test_the_vocabulary_check_refuses_strangers(node):
    """An unknown type, an unknown property, a type where it does not belong."""
    assert _strangers(node) != []


def test_newsarticle_dates_are_dates(records):
    """`datePublished` is a Date or DateTime of ISO 8601, whatever the precision."""
    for node in map(export.SHAPES["newsarticle"], records):
        for name in {"datePublished", "dateModified"} & set(node):
            text = node[name]

            assert date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def test_dolma_and_passim_documents_have_what_the_tools_ask_for(records):
    """`id` and `text` always; Dolma a source, Passim a series; all of them text."""
    for record in records:
        dolma, passim = export.SHAPES["dolma"](record), export.SHAPES["passim"](record)

        assert {"id", "text", "source"} <= set(dolma)
        assert {"id", "text", "series"} <= set(passim)
        assert all(isinstance(value, str) for value in passim.values())


def test_the_record_is_the_record():
    """Exported as a record, an article is what was published."""
    assert msgspec.convert(export.SHAPES["record"](a_record()), Record) == a_record()
