"""deploy/compose.yaml: valid to Compose itself, a service for each stage, secrets of the roles that exist."""

import os
import shutil
import subprocess

import pytest
import yaml
from conftest import ROOT
from installed import needed
from redis_rig import DEPLOY

from wiredesk.settings import Settings
from workers.table import NAMES

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]


@pytest.fixture
def resolved(tmp_path):
    """The file as Compose reads it, profiles included."""
    docker = shutil.which("docker")
    new = docker and not subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode
    command = [docker, "compose"] if new else [shutil.which("docker-compose")]
    needed(command[0], "Compose", "docker-compose")
    words = ("-f", DEPLOY / "compose.yaml", "--profile", "inbox", "--profile", "admin", "config")
    done = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)


def test_compose_accepts_it(resolved):
    """Compose's own schema and its reading of links between services, volumes and secrets."""
    assert set(resolved["services"]) == set(SERVICES)


def test_each_stage_is_a_service():
    """Started as its Procfile line says, under the worker's role, with the time that a batch takes to end."""
    for stage in NAMES:
        assert SERVICES[stage]["entrypoint"] == ["with-role.sh", "worker", "work", stage]
        assert int(SERVICES[stage]["stop_grace_period"].removesuffix("s")) >= Settings().grace + 5


def test_a_stage_may_be_run_many_times():
    """Nothing in a stage's service can be there only once: `--scale` makes as many as are asked for."""
    for stage in NAMES:
        assert not SERVICES[stage].keys() & {"container_name", "hostname", "ports"}, stage


def test_who_stands_is_asked_whether_it_works():
    """Each service that others depend on or that does the work has a check of its health."""
    assert {name for name, service in SERVICES.items() if "healthcheck" in service} == {
        *NAMES,
        "gateway",
        "desk",
        "redis",
    }


def test_services_are_locked_down():
    """No root of their own, no rights, a read-only system."""
    for name, service in SERVICES.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name  # noqa: PT018  (one thought)


def test_a_role_gets_its_own_secret_alone():
    """Whoever runs as a role is given that role's password and no other; Redis has them all."""
    for name, service in SERVICES.items():
        if name != "redis":
            assert service["secrets"] == [f"redis_{service['entrypoint'][1]}"]
    assert set(SERVICES["redis"]["secrets"]) == set(COMPOSE["secrets"])


def test_passwords_are_made_once(tmp_path):
    """secrets.sh gives each role a password of its own and leaves those alone that are there."""
    made = []
    for _ in range(2):
        subprocess.run([DEPLOY / "secrets.sh", tmp_path / "secrets"], check=True, capture_output=True)
        made.append({one.name: one.read_text() for one in (tmp_path / "secrets").iterdir()})

    assert made[0] == made[1]
    assert set(made[0]) == set(COMPOSE["secrets"])
    assert len({*made[0].values()}) == len(made[0])
    assert min(map(len, made[0].values())) == 48


def test_a_role_logs_in_with_its_secret(tmp_path):
    """with-role.sh puts the password into the address and runs the command."""
    script = (DEPLOY / "with-role.sh").read_text().replace("/run/secrets", str(tmp_path))
    (tmp_path / "redis_worker").write_text("s3cret")
    (tmp_path / "wiredesk").write_text('#!/bin/sh\necho "$WIREDESK_REDIS_URL $*"\n')
    (tmp_path / "wiredesk").chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", script, "with-role.sh", "worker", "work", "split"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout == "redis://worker:s3cret@redis:6379/0 work split\n"


def test_one_table_everywhere():
    """Stage table, Procfile, compose, systemd and the pages name the same stages."""
    procfile = [line.split(": ") for line in (ROOT / "Procfile").read_text().splitlines() if not line.startswith("#")]

    assert [tuple(line) for line in procfile] == [(stage, f"wiredesk work {stage}") for stage in NAMES]
    assert [name for name in SERVICES if name in NAMES] == list(NAMES)
    for page in ("README.md", "ARCHITECTURE.md", "docs/deploy.md"):
        text = (ROOT / page).read_text()
        assert all(stage in text for stage in NAMES), page
