"""Columns with odd names are told by a setting, for reading at the command line and for workers."""

import csv
import json

import pytest
from running import command

from newstext.formats.fields import NAMES
from wiredesk.errors import SettingError
from wiredesk.files import FileInfo
from wiredesk.settings import ROW_FIELDS, Settings
from workers.blobs import source_of


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "export.csv"
    with path.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["kop", "broodtekst=kort", "bron"])
        rows.writerow(["Brug blijft open", "De raad stemde dinsdag voor de oude brug.", "De Haven"])
    return path


def test_odd_columns_are_read_by_the_setting(table, monkeypatch):
    """Without it the table is no table of articles; with it each column is what the setting says."""
    monkeypatch.setenv("WIREDESK_ROW_FIELDS", "kop=headline, broodtekst=kort=body,bron=publisher")
    status, out, _ = command("redis://unused", "read", str(table))

    article = json.loads(out)
    assert (status, article["file"]["format"], article["headline"]) == (0, "csv", "Brug blijft open")
    assert (article["body"], article["publisher"]) == ("De raad stemde dinsdag voor de oude brug.", "De Haven")


def test_workers_read_by_the_setting(desk, monkeypatch):
    """The split stage's sources carry the columns."""
    object.__setattr__(desk.settings, "row_fields", "kop=headline")
    file = FileInfo(id="a", name="a.csv", url=None, source=None, sha256="0" * 64, bytes=10)

    assert source_of(desk, file).fields == {"kop": "headline"}


@pytest.mark.parametrize("value", ["kop", "kop=", "=headline", "kop=heading"])
def test_a_column_without_a_field_is_an_error(value):
    """A setting that names no field says which fields there are."""
    with pytest.raises(SettingError, match=r"WIREDESK_ROW_FIELDS.*headline"):
        Settings.read({"WIREDESK_ROW_FIELDS": value})


def test_the_setting_knows_every_field():
    """What may be named in the setting is what rows are read by."""
    assert set(ROW_FIELDS) == set(NAMES)
