"""docs/output.md says what the program does."""

import re

import pytest
from click.testing import CliRunner
from conftest import ROOT

from sinks.table import SINKS
from wiredesk import cli, export
from wiredesk.settings import Settings

PAGE = (ROOT / "docs" / "output.md").read_text()


@pytest.mark.parametrize("page", ["README.md", "docs/output.md"])
def test_the_consumer_on_the_page_is_the_example(page):
    """Letter by letter; test_readers.py kills it as it stands in the README."""
    shown = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)

    assert (ROOT / "examples" / "consumer.py").read_text() in shown


def test_every_sink_and_shape_is_on_the_page():
    """None is added without its line."""
    assert [kind for kind in SINKS if f"| `{kind}` |" not in PAGE] == []
    assert [shape for shape in export.SHAPES if f"--format {shape}" not in PAGE and shape != "record"] == []


def test_settings_and_commands_on_the_page_exist():
    """A name that was changed in the program is changed here too."""
    settings = {name.removeprefix("WIREDESK_").lower() for name in re.findall(r"WIREDESK_[A-Z_]+", PAGE)}
    commands = set(re.findall(r"`wiredesk (\w+)", PAGE))

    assert settings <= set(Settings.__dataclass_fields__)
    for command in commands:
        assert CliRunner().invoke(cli.group, [command, "--help"]).exit_code == 0
