"""The README's format of one's own works as it stands there, installed as any package is."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

SECTION = (ROOT / "README.md").read_text("utf-8").partition("### A format of your own")[2].partition("\n## ")[0]
CODE, SETUP = (re.search(rf"```{kind}\n(.*?)```", SECTION, re.DOTALL)[1] for kind in ("python", "toml"))
STORIES = (
    "@@TITLE Bridge stays open\n@@BY Ann Lee\nThe harbour council voted on Tuesday to keep the old bridge open.\n\n"
    "@@TITLE Ferry runs again\n@@BY Ben Okoro\nThe ferry runs again after a long break.\n"
)


@pytest.fixture
def desk(tmp_path):
    """A folder that Python finds the package in, with the entry point that installing it writes."""
    (tmp_path / "our_desk").mkdir()
    (tmp_path / "our_desk/atex.py").write_text(CODE)
    (tmp_path / "our_desk-1.dist-info").mkdir()
    (tmp_path / "our_desk-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: our-desk\nVersion: 1\n")
    name, target = re.search(r'(\w+) = "([\w.:]+)"', SETUP).groups()
    (tmp_path / "our_desk-1.dist-info/entry_points.txt").write_text(f"[wiredesk.formats]\n{name} = {target}\n")
    (tmp_path / "stories.dat").write_text(STORIES)
    return tmp_path


def test_the_readmes_format_reads_its_files(desk):
    """Told by content, split, with the fields that it states; told in no more than thirty lines."""
    command = [Path(sys.executable).with_name("wiredesk"), "read", str(desk / "stories.dat")]
    done = subprocess.run(command, capture_output=True, check=True, env=os.environ | {"PYTHONPATH": str(desk)})
    articles = [json.loads(line) for line in done.stdout.splitlines()]

    assert [(a["headline"], a["bylines"]) for a in articles] == [
        ("Bridge stays open", ["Ann Lee"]),
        ("Ferry runs again", ["Ben Okoro"]),
    ]
    assert {a["file"]["format"] for a in articles} == {"atex"}
    assert len(f"{CODE}{SETUP}".splitlines()) <= 30
