"""`wiredesk backfill`: the stream's own verdicts, on processes and on a Ray of two; restartable, the index seeded."""

import importlib.util
import json
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from running import WIREDESK, command, environment

from wiredesk import server
from wiredesk.settings import Settings
from workers import claimants
from workers.desk import Desk

pytest.importorskip("pyarrow", reason="no Parquet here: pip install 'wiredesk[parquet]'")

import pyarrow.parquet as pq

from workers.backfill import groups

# Ray starts ten processes, each of which imports it: 60 s of a core, and of a busy machine's clock many times that.
pytestmark = pytest.mark.timeout(900)

#: What the stream and the backfill must say alike of an article.
VERDICT = ("id", "story", "relation", "duplicate_of", "similarity", "fingerprint", "headline", "body", "published")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Our example pages, twice, one of them edited the second time; and a file that gives nothing."""
    folder = tmp_path_factory.mktemp("archive") / "in"
    shutil.copytree(ROOT / "examples" / "pages", folder / "a")
    shutil.copytree(ROOT / "examples" / "pages", folder / "b")
    edited = next(path for path in sorted((folder / "b").iterdir()) if path.suffix == ".txt")
    edited.write_text(edited.read_text("utf-8").replace(" the ", " one "), "utf-8")
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 16)
    return folder


@pytest.fixture(scope="module")
def streamed(archive, tmp_path_factory):
    """What the stream says: one worker a stage, so that the order is the files'."""
    out = tmp_path_factory.mktemp("streamed") / "out.jsonl"
    with server.private() as url:
        command(url, "run", archive, "--out", out, "--workers", "1")
    return {record["id"]: verdict(record) for record in map(json.loads, out.read_text().splitlines())}


def verdict(record):
    return {name: record.get(name) for name in VERDICT}


def backfill(url, archive, to, *more, **extra):
    """The command as a program: its exit status, summary, and what it said."""
    words = [WIREDESK, "backfill", archive, "--to", to, "--processes", "2", "--json", *more]
    env = environment(WIREDESK_REDIS_URL=url, **extra)
    done = subprocess.run(words, capture_output=True, text=True, env=env, check=False)
    return done.returncode, json.loads(done.stdout or "null"), done.stderr


@pytest.fixture(scope="module")
def filled(archive, tmp_path_factory):
    """A backfill, run again after its judging was lost: the folder, both ends, and the desk's URL."""
    to = tmp_path_factory.mktemp("filled") / "out"
    with server.private() as url:
        first = backfill(url, archive, to)
        shutil.rmtree(to / "articles")
        read = {path: path.stat().st_mtime_ns for path in (to / "takes").iterdir()}
        again = backfill(url, archive, to, "--seed")
        assert read == {path: path.stat().st_mtime_ns for path in (to / "takes").iterdir()}
        yield to, first, again, url


def verdicts(to):
    """The verdicts that stand in a backfill's Parquet files."""
    asjson = ("similarity", "fingerprint")
    rows = [row for part in sorted(to.glob("articles/*.parquet")) for row in pq.read_table(part).to_pylist()]
    return {row["id"]: verdict(row | {n: row[n] and json.loads(row[n]) for n in asjson}) for row in rows}


def test_the_verdicts_are_the_streams(filled, streamed):
    """Every article has the story, relation and figures that the stream gives it on the same files in order."""
    assert verdicts(filled[0]) == streamed
    assert {one["relation"] for one in streamed.values()} >= {"original", "exact", "near"}


def test_a_second_run_goes_on(filled):
    """What was read is not read again, and the summary is the same; progress went to standard error."""
    _, (status, first, said), (_, again, _), _ = filled

    assert status == 1  # one file gave nothing
    assert again == {**first, "refused": 1, "seeded": first["originals"]}
    assert "reading: 1 of 1" in said


def test_the_index_is_seeded(filled):
    """A desk whose index was seeded knows every original."""
    _, _, (_, summary, _), url = filled
    desk = Desk.open(replace(Settings(), redis_url=url))
    known = claimants.index(desk).count()
    desk.close()

    assert known == summary["originals"] > 0


def test_another_archive_needs_another_folder(filled, archive):
    """A folder that holds one archive's backfill is not gone on with for another."""
    status, _, said = command(filled[3], "backfill", archive / "a", "--to", filled[0])

    assert status == 2
    assert "Name a new folder" in said


#: A Ray as `--ray local` starts one, for two backfills: its start takes longer than both. It tells its address.
RAY = """
import sys, ray
from workers.backfill.cluster import HERE, Cluster
with Cluster.started(HERE, 2):
    print(ray.get_runtime_context().gcs_address, flush=True)
    sys.stdin.read()
"""


#: Else Ray takes the loopback address for that of a network, where this Ray does not listen.
LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}


@pytest.fixture(scope="module")
def ray():
    """The address of a Ray of two processes, and where all that belongs to it listens."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("no Ray here: pip install 'wiredesk[ray]'")
    words = [sys.executable, "-c", RAY]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, env=environment(), **pipes) as program:
        address = program.stdout.readline().strip()
        yield address, listening(family(program.pid))
        program.stdin.close()


@pytest.fixture(scope="module")
def rayed(archive, ray, tmp_path_factory):
    """A backfill on Ray that was killed once it had read, and started again: folder, end."""
    to = tmp_path_factory.mktemp("rayed") / "out"
    address, _ = ray
    words = [WIREDESK, "backfill", archive, "--to", to, "--ray", address]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment(**LOOPBACK)) as program:
        assert "reading: 1 of 1\n" in iter(program.stderr.readline, "")
        program.kill()
    return to, backfill("", archive, to, "--ray", address, **LOOPBACK)


def family(pid):
    """It and all that it started and they started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def listening(pids):
    """The addresses, without ports, at which these processes wait for others."""
    lines = subprocess.run(["ss", "-ltnpH"], capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[3].rpartition(":")[0] for line in lines if any(f"pid={pid}," in line for pid in pids)}


def test_ray_gives_the_same_after_a_kill(rayed, streamed):
    """On a Ray of two processes, killed and started again, the verdicts are the stream's; nothing is read twice."""
    to, (status, summary, said) = rayed

    assert status == 1
    assert summary["articles"] == len(streamed)
    assert "reading: 0 of 1" not in said
    assert verdicts(to) == streamed


def test_a_ray_of_its_own_listens_on_loopback_alone(ray):
    """The Ray that a backfill starts is reached from this machine alone."""
    _, addresses = ray

    assert addresses <= {"127.0.0.1", "[::ffff:127.0.0.1]"}
    assert addresses


def test_a_ray_that_is_not_there_is_said(archive, tmp_path):
    """Nothing is waited for: the address, why, and what to look at."""
    status, _, said = command("", "backfill", archive, "--to", tmp_path / "out", "--ray", "127.0.0.1:1")

    assert status == 2
    assert "--ray 127.0.0.1:1: nothing answers there (Connection refused)." in said


def test_groups_are_joined_over_chains():
    """Articles linked through others are of one part, whatever the order of the links; articles that are not, apart."""
    pick = np.random.default_rng(5)
    chain = pick.permutation(1000).astype(np.int64)
    parts = groups.joined(np.stack((chain[:-1], chain[1:]))[:, pick.permutation(999)], 50 * groups.PART)

    assert len(set(parts.of(chain))) == 1
    assert len(set(parts.of(np.arange(1000, 2000)))) == 50
