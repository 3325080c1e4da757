"""deploy/systemd: systemd's own verifier accepts the units, and judges them locked down."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from installed import needed

from wiredesk.settings import Settings

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
#: systemd's own measure from 0 (nothing reachable) to 10; an ordinary service has 9.6. Ours needs the network.
EXPOSED = 20


@pytest.fixture
def systemd_analyze():
    return needed(shutil.which("systemd-analyze"), "systemd-analyze", "systemd")


@pytest.fixture
def installed(tmp_path):
    """The units as on a machine whose wiredesk is this one."""
    here = Path(sys.executable).with_name("wiredesk")
    for unit in (*UNITS, ROOT / "deploy" / "systemd" / "wiredesk.target"):
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/wiredesk/bin/wiredesk", str(here)))
    return tmp_path


def test_the_verifier_has_nothing_to_say(installed, systemd_analyze):
    """No unknown directive, no missing program, no dangling link between units."""
    named = [str(installed / unit.name) for unit in UNITS]
    done = subprocess.run([systemd_analyze, "verify", "--man=no", *named], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "wiredesk" in line]

    assert (done.returncode, ours) == (0, []), done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_locked_down(unit, systemd_analyze):
    """systemd's own measure of what a service could reach stays low."""
    command = [systemd_analyze, "security", "--offline=true", f"--threshold={EXPOSED}", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_stopping_unit_has_its_grace(unit):
    """systemd waits for longer than a worker may take to finish its batch."""
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit.read_text())[1]) >= Settings().grace + 5


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_that_exists(unit):
    """The words behind the program are a command's."""
    (words,) = re.findall(r"ExecStart=/opt/wiredesk/bin/wiredesk (\w+)", unit.read_text())

    assert (ROOT / "wiredesk" / "cli" / f"{words}.py").exists()


def test_the_guide_puts_the_program_where_units_look():
    """Whole and by itself: a copied environment names its old place, an editable one the checkout that made it."""
    guide = (ROOT / "docs" / "deploy.md").read_text()
    (made,) = re.findall(r"^UV_PROJECT_ENVIRONMENT=(\S+) uv sync (.*)$", guide, re.MULTILINE)

    assert all(f"ExecStart={made[0]}/bin/wiredesk " in unit.read_text() for unit in UNITS)
    assert {"--frozen", "--no-dev", "--no-editable"} <= set(made[1].split())
