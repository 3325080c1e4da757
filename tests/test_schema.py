"""Schemas: generated from the code, true of real entries, changed only with their version."""

import json

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from conftest import ROOT
from jsonschema import Draft202012Validator
from outputs import a_record, bare
from pydantic_asyncapi.v3 import AsyncAPI

from wiredesk import keys, schema
from wiredesk.connection import client
from wiredesk.readers.message import BODIES
from wiredesk.records import VERSION, Record
from workers import entries

PROMISED = ROOT / "docs" / "schema"


@pytest.fixture(scope="module")
def published(produced):
    """(stream, fields) of every entry that a real run left."""
    redis = client(produced)
    rows = [(stream, fields) for stream in keys.STREAMS for _, fields in redis.xrange(stream)]
    redis.close()
    return [(stream, {k.decode(): v.decode() for k, v in fields.items()}) for stream, fields in rows]


@pytest.mark.parametrize(("name", "shape"), [("records", schema.json_schema), ("asyncapi", schema.asyncapi)])
def test_a_shape_changes_with_its_version_only(name, shape):
    """What is generated is what docs/schema promises for this version.

    Changed a field on purpose? Raise `wiredesk.records.VERSION` and write the new version's files:
    wiredesk schema > docs/schema/records-N.json; wiredesk schema --asyncapi > docs/schema/asyncapi-N.json
    """
    assert shape() == json.loads((PROMISED / f"{name}-{VERSION}.json").read_text())


def test_the_json_schema_is_one():
    """It passes JSON Schema's own meta-schema."""
    Draft202012Validator.check_schema(schema.json_schema())

    assert set(schema.json_schema()["$defs"]) >= {"Record", "FileEvent", "Rejected"}


def test_the_asyncapi_document_is_one():
    """It is read by AsyncAPI 3 models, and each reference leads somewhere."""
    document = schema.asyncapi()
    read = AsyncAPI.model_validate(document)
    text = json.dumps(document)

    assert set(read.channels) == {"articles", "copies", "files", "rejected"}
    for part in text.split('"$ref": "#/')[1:]:
        place = document
        for step in part.partition('"')[0].split("/"):
            place = place[step]


def test_a_real_run_fills_every_stream(published):
    """The entries that the following tests check are of every kind."""
    assert {stream for stream, _ in published} == set(keys.STREAMS)


def test_real_entries_have_the_promised_shape(published):
    """Each body passes the JSON Schema of its stream's record."""
    checks = {s: Draft202012Validator(schema.record_schema(BODIES[s])) for s in keys.STREAMS}

    assert [e.message for s, f in published for e in checks[s].iter_errors(json.loads(f["body"]))] == []


def test_real_entries_carry_the_promised_fields(published):
    """Every header of the AsyncAPI document stands on each entry, and none besides."""
    for stream, fields in published:
        promised = schema.asyncapi()["channels"][stream.removeprefix(keys.PREFIX)]["messages"][BODIES[stream].__name__]

        assert set(fields) - {"body"} == set(promised["headers"]["required"])


def test_articles_have_every_field_of_the_record(published):
    """None is missing, whatever the article gave; the version stands only where it is not the first."""
    for stream, fields in published:
        if BODIES[stream] is Record:
            assert [*json.loads(fields["body"]), "version"] == list(Record.__struct_fields__)


def test_entries_are_cloud_events(published):
    """The SDK reads each as a CloudEvent 1.0, and no two are the same event."""
    events = [
        from_binary(
            HTTPMessage({**_attributes(f), "content-type": "application/json"}, f["body"].encode()), JSONFormat()
        )
        for _, f in published
    ]

    assert {e.get_type() for e in events} == {entries.PUBLISHED, entries.REJECTED, "wiredesk.file.done"}
    assert len({(e.get_source(), e.get_id()) for e in events}) == len(events)


def _attributes(fields):
    return {name: value for name, value in fields.items() if name.startswith("ce-")}


@pytest.mark.parametrize("record", [a_record(), bare()])
def test_a_changed_type_is_noticed(record):
    """The schema is strict enough to refuse a field of another type, and a missing one."""
    check = Draft202012Validator(schema.record_schema(Record))
    body = json.loads(entries.published(record)["body"])

    assert check.is_valid(body)
    assert not check.is_valid(body | {"bylines": "Mara Lindqvist"})
    assert not check.is_valid({name: value for name, value in body.items() if name != "story"})
