"""`wiredesk plan`: what it prints follows from the costs and the settings."""

import json
import re
from dataclasses import replace

import pytest
from click import BadParameter
from conftest import ROOT
from running import command

from wiredesk import capacity
from wiredesk.settings import Settings
from workers.table import NAMES

DAYS = 86_400


def test_every_stage_has_a_cost():
    """A stage that is new has been measured, too."""
    assert tuple(capacity.MEASURED.stages) == tuple(capacity.WEB.stages) == NAMES


@pytest.mark.parametrize("articles", [1, 100_000, 5_000_000])
def test_processes_carry_the_busiest_hour(articles):
    """The cores of each stage, as far as they may be planned for, suffice for its work in that hour."""
    made = capacity.plan(articles, Settings(), peak=4.0)
    for stage, us in capacity.MEASURED.stages.items():
        assert made.processes[stage] * capacity.BUSY >= 4.0 * articles / DAYS * us / 1e6


def test_what_is_kept_longer_takes_more():
    """Twice the days of texts are twice their bytes; the index follows its window."""
    once, twice = (
        capacity.plan(1_000_000, replace(Settings(), keep_texts=days * DAYS, near_window=days * DAYS)).memory
        for days in (3, 6)
    )

    assert twice["texts"] == pytest.approx(2 * once["texts"], abs=1)
    assert twice["index"] == pytest.approx(2 * once["index"], abs=1)
    assert twice["receipts"] == once["receipts"]


def test_an_object_store_takes_texts_out_of_the_plan():
    """What is kept for days leaves locators; what is not kept so long that it moves stays what it was."""
    stored = replace(Settings(), objects_url="s3://news", objects_after=3600)
    redis, store = (capacity.plan(5_000_000, settings).memory for settings in (Settings(), stored))
    short = capacity.plan(5_000_000, replace(stored, objects_after=30 * DAYS)).memory

    assert store["texts"] < 0.08 * redis["texts"]
    assert store["files"] < 0.1 * redis["files"]
    assert short == redis


def test_the_setting_holds_the_window():
    """The index remembers every article of its window."""
    made = capacity.plan(2_000_000, Settings())

    assert int(made.settings["WIREDESK_INDEX_ARTICLES"]) == 2_000_000 * 3


def test_a_large_desk_is_told_what_to_split_first():
    """A small one has nothing to split; a large one is told of its largest part, then of another Redis."""
    assert capacity.plan(10_000, Settings()).notes == []
    first, *rest = capacity.plan(50_000_000, Settings()).notes
    assert "WIREDESK_KEEP_RECEIPTS" in first
    assert any("WIREDESK_INDEX_URL" in note for note in rest)


def test_the_command_prints_the_same_plan():
    """As JSON for programs, in words for a person; without a Redis."""
    status, printed, _ = command("", "plan", "--articles-per-day", "1_000_000".replace("_", ""), "--json")
    words = command("", "plan", "--articles-per-day", "1000000")[1]

    assert status in (0, None)
    assert json.loads(printed)["processes"].keys() == set(NAMES)
    assert "WIREDESK_INDEX_ARTICLES" in words


@pytest.mark.parametrize(("cores", "said"), [("1", "on 4 machines of 1 core,"), ("4", "on 1 machine of 4 cores,")])
def test_one_machine_is_one(cores, said):
    """The plan speaks of one machine and of many as people do."""
    assert said in command("", "plan", "--articles-per-day", "1000", "--cores", cores)[1]


@pytest.mark.parametrize("words", [("--peak", "nan"), ("--peak", "inf"), ("--cores", "0")])
def test_a_number_that_is_none_is_refused(words):
    """With the option's name, and without a plan."""
    with pytest.raises(BadParameter) as refused:
        command("", "plan", "--articles-per-day", "1000", *words)

    assert words[0] in refused.value.format_message()


def test_each_part_names_what_it_follows(monkeypatch):
    """Beside the memory of each part of Redis stands the setting that makes it smaller, as it is set."""
    monkeypatch.setenv("WIREDESK_KEEP_RECEIPTS", "2d")
    lines = command("", "plan", "--articles-per-day", "5000000")[1].splitlines()

    rows = {line.split()[0]: line.split()[-1] for line in lines if "=" in line}
    assert rows.keys() == capacity.SMALLER.keys()
    assert rows["texts"] == "WIREDESK_KEEP_TEXTS=96h"
    assert rows["receipts"] == "WIREDESK_KEEP_RECEIPTS=172800"


def test_web_pages_cost_what_web_pages_cost():
    """The plan for whole pages has the processes that splitting them takes, and keeps their bytes."""
    text, web = (
        json.loads(command("", "plan", "--articles-per-day", "5000000", "--json", *words)[1])
        for words in ([], ["--web"])
    )

    assert web["processes"]["split"] > 10 * text["processes"]["split"]
    assert web["memory"]["files"] > 10 * text["memory"]["files"]


SCALING = (ROOT / "deploy" / "SCALING.md").read_text()


def test_the_model_that_is_written_is_the_one_that_plans():
    """The table of costs has what the plan counts with, for text and for web pages."""
    model = SCALING.partition("## The model")[2].partition("\n## ")[0]
    rows = [line.split("|")[2:4] for line in model.splitlines() if line.startswith("| ")]
    numbers = [
        [[float(n.replace(",", "")) for n in re.findall(r"[\d.,]*\d", cell)] for cell in row] for row in rows[1:]
    ]
    for column, costs in enumerate((capacity.MEASURED, capacity.WEB)):
        stages, redis, *kept = (row[column] for row in numbers)
        assert stages == [us / 1000 for us in costs.stages.values()]
        assert redis[0] == costs.redis_us / 1000
        assert [n for (n,) in kept] == [
            costs.take_bytes, costs.take_left, costs.file_bytes, costs.file_left, costs.entry_bytes,
            costs.receipt_bytes, costs.index_bytes,
        ]  # fmt: skip


def test_the_worlds_news_are_planned_as_written():
    """Processes and gigabytes of the page are those that the plan gives for five million articles a day."""
    kept = replace(Settings(), keep_files=DAYS // 4, keep_receipts=3 * DAYS)
    web, less = (capacity.plan(5_000_000, settings, capacity.WEB) for settings in (Settings(), kept))
    text = capacity.plan(5_000_000, Settings())

    assert (web.processes["split"], sum(web.processes.values()), web.machines) == (15, 18, 3)
    stored = replace(Settings(), objects_url="s3://news", objects_after=3600, keep_receipts=3 * DAYS)
    packed = capacity.plan(5_000_000, stored, capacity.WEB)
    for made in (web, less, text, packed):
        assert f"{int(made.settings['maxmemory'].removesuffix('gb')):,} GB" in SCALING
