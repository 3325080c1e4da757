"""What is written in several places says the same in each."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from wiredesk import keys
from wiredesk.cli import group
from wiredesk.settings import Settings
from workers import tasks
from workers.table import NAMES

ROOT = Path(__file__).parent.parent


def test_procfile_has_a_line_for_each_stage():
    """The Procfile starts exactly the stages of the table, in their order."""
    lines = [line for line in (ROOT / "Procfile").read_text().splitlines() if line and not line.startswith("#")]

    assert [f"{name}: wiredesk work {name}" for name in NAMES] == lines


def test_every_stage_has_its_task():
    """The name that a stage's jobs carry is that of a function which a plain worker can call."""
    assert all(callable(getattr(tasks, name)) for name in NAMES)


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md"])
def test_documents_name_only_what_exists(document):
    """Every command and setting that a document names is one."""
    text = (ROOT / document).read_text("utf-8")
    commands = set(group.list_commands(None))
    named = set(re.findall(r"(?:^|[`/ ])wiredesk ([a-z]+)(?=[ `\n]|$)", text, re.MULTILINE))
    settings = {name.upper() for name in Settings.__dataclass_fields__}
    variables = set(re.findall(r"WIREDESK_([A-Z_]+)", text))

    assert named <= commands
    assert variables <= settings


def test_documents_name_files_that_exist():
    """A path that ARCHITECTURE.md gives in code quotes is there."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    paths = set(re.findall(r"`((?:newstext|producers|workers|wiredesk|examples|bench|tests)/[\w./]*)`", text))

    assert paths
    assert [p for p in paths if not (ROOT / p).exists()] == []


def test_every_key_is_on_the_keys_page():
    """Each function and constant of wiredesk.keys stands in its table."""
    table = keys.__doc__ or ""
    names = [s.removeprefix(keys.PREFIX) for s in (*keys.STREAMS, keys.OPEN, keys.SWEEP)]

    assert [n for n in names if not re.search(rf"\b{n}\b", table)] == []


@pytest.mark.parametrize("command", group.list_commands(None))
def test_every_command_explains_itself(command):
    """`--help` of each command names its arguments and what it does; the index has a line for it."""
    shown = CliRunner().invoke(group, [command, "--help"])

    assert shown.exit_code == 0
    assert command in CliRunner().invoke(group, ["--help"]).output
