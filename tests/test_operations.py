"""docs/operations.md tells of every fault that the desk can report, and of no other."""

import re
from pathlib import Path

import pytest

from wiredesk import checks
from wiredesk.checks import all_checks

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")


def told(pattern):
    return set(re.findall(pattern, "\n".join(line for line in PAGE.splitlines() if line.startswith("Told by:"))))


def test_every_alert_has_its_section():
    """The alerts of the rules and those that the page names are the same."""
    rules = (ROOT / "deploy" / "prometheus" / "wiredesk.rules.yml").read_text("utf-8")

    assert set(re.findall(r"alert: (\w+)", rules)) == told(r"`(Wiredesk\w+)`")


def test_every_check_of_doctor_has_its_section(monkeypatch, redis, redis_url):
    """The checks that doctor makes on a running desk and those that the page names are the same."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)

    assert {check.name for check in all_checks()} == told(r"doctor `([a-z ]+)`")


def test_every_section_says_what_tells_of_it():
    """Each heading is followed by the line that ties it to a command or an alert, and by what to do."""
    sections = PAGE.split("\n## ")[1:]

    assert all(section.split("\n")[2].startswith("Told by: ") for section in sections)
    assert all(len(section.split()) > 15 for section in sections)


@pytest.mark.parametrize(
    ("info", "state"),
    [({"aof_last_write_status": "err"}, "bad"), ({"rdb_last_bgsave_status": "err"}, "bad"), ({}, "ok")],
)
def test_a_disk_that_refuses_is_told(redis, info, state):
    """A Redis whose last write failed is a fault, with what to free."""
    seen = checks._disk(redis, info)

    assert seen.state == state
    assert bool(seen.fix) == (state == "bad")


def test_a_full_redis_is_told_before_it_refuses(monkeypatch, redis, redis_url):
    """Near its limit the check is bad and its command mends it."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    redis.config_set("maxmemory", int(redis.info("memory")["used_memory"] * 1.05))
    try:
        seen = next(check for check in all_checks() if check.name == "memory")
        redis.execute_command(*seen.fix.removeprefix("redis-cli ").split())
        mended = next(check for check in all_checks() if check.name == "memory")
    finally:
        redis.config_set("maxmemory", 0)

    assert (seen.state, mended.state) == ("bad", "ok")
