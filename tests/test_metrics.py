"""The metrics, read by a real Prometheus; the alarms by promtool; the dashboard's queries by both."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from desk_rig import ROOT, as_json, serving
from installed import needed
from prometheus_client.parser import text_string_to_metric_families

from wiredesk import keys, metrics
from workers.table import NAMES

DEPLOY = ROOT / "deploy" / "prometheus"
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "wiredesk.json").read_text("utf-8"))


def program(name):
    return needed(shutil.which(name), name, "prometheus")


def scrape(desk):
    """Samples by name and labels."""
    made = metrics.registry(metrics.DeskCollector(desk.queues, NAMES, lambda: (3, 10)))
    text = metrics.exposition(made, "text/plain")[0].decode()
    families = text_string_to_metric_families(text)
    return {(s.name, *sorted(s.labels.values())): s.value for family in families for s in family.samples}


def test_counts_are_those_of_the_streams(worked_desk):
    """Articles and files by outcome agree with the entries that were published, and every job is in the histogram."""
    seen = scrape(worked_desk)

    assert seen["wiredesk_articles_total", "article"] == worked_desk.queues.xlen(keys.ARTICLES)
    assert seen["wiredesk_articles_total", "copy"] == worked_desk.queues.xlen(keys.COPIES)
    for stage in NAMES:
        assert seen["wiredesk_job_seconds_count", stage] == seen["wiredesk_jobs_total", "done", stage]


def test_no_label_comes_from_outside(desk, redis):
    """What strangers write into the counters, and more groups than a desk has, make no new series."""
    redis.hset(keys.COUNTS, mapping={f"articles:<{n}>": 1 for n in range(500)})
    redis.xadd(keys.ARTICLES, {"body": "{}"})
    for n in range(metrics.GROUPS + 30):
        redis.xgroup_create(keys.ARTICLES, f"group{n}", "0")
    seen = scrape(desk)

    assert not any("<" in label for name in seen for label in name)
    assert sum(name[0] == "wiredesk_group_pending" for name in seen) == metrics.GROUPS


def test_a_group_is_behind_until_it_has_read(desk, redis):
    """The distance is between the newest entry and the last that was handed out."""
    redis.xadd(keys.ARTICLES, {"body": "{}"}, id="1000-0")
    redis.xgroup_create(keys.ARTICLES, "site", "$")
    redis.xadd(keys.ARTICLES, {"body": "{}"}, id="61000-0")
    behind = scrape(desk)["wiredesk_group_behind_seconds", "articles", "site"]
    redis.xreadgroup("site", "me", {keys.ARTICLES: ">"})
    after = scrape(desk)

    assert behind == 60
    assert after["wiredesk_group_behind_seconds", "articles", "site"] == 0
    assert after["wiredesk_group_pending", "articles", "site"] == 1


def test_a_redis_that_is_away_is_a_metric(desk, redis):
    """The scrape answers when Redis does not, and says so."""
    redis.set(keys.OPEN, "of another type")

    assert scrape(desk) == {("wiredesk_redis_up",): 0}


def test_rules_hold_by_promtool():
    """Each alarm fires when it should, stays silent on a healthy desk, and names the command that mends."""
    subprocess.run([program("promtool"), "test", "rules", DEPLOY / "wiredesk.rules.test.yml"], check=True, cwd=DEPLOY)
    rules = (DEPLOY / "wiredesk.rules.yml").read_text("utf-8")
    tests = (DEPLOY / "wiredesk.rules.test.yml").read_text("utf-8")
    alarms = [line.split()[-1] for line in rules.splitlines() if "- alert:" in line]

    assert [a for a in alarms if f"alertname: {a}" not in tests] == []


@pytest.fixture
def prometheus(desk, redis, redis_url, tmp_path):
    """A Prometheus that scrapes a served desk five times a second while real workers run the example pages."""
    with serving(desk) as url, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        config = (DEPLOY / "prometheus.yml").read_text("utf-8").replace("15s", "200ms")
        config = config.replace("127.0.0.1:8470", url.removeprefix("http://"))
        (tmp_path / "prometheus.yml").write_text(config)
        shutil.copy(DEPLOY / "wiredesk.rules.yml", tmp_path)
        command = [
            program("prometheus"), f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data",
            f"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
        ]  # fmt: skip
        process = subprocess.Popen(command)
        address = f"http://127.0.0.1:{port}"
        try:
            _until(lambda: _ready(address))
            _until(lambda: _ask(address, "wiredesk_open_files"))
            redis.xgroup_create(keys.ARTICLES, "site", "0", mkstream=True)
            run = [Path(sys.executable).with_name("wiredesk"), "run", ROOT / "examples" / "pages", "--workers", "1"]
            environ = os.environ | {"WIREDESK_REDIS_URL": redis_url}
            subprocess.run(run, env=environ, check=True, stderr=subprocess.DEVNULL)
            _until(lambda: _ask(address, "sum(wiredesk_articles_total) >= 6 and sum(wiredesk_open_files) == 0"))
            time.sleep(0.5)
            yield address
        finally:
            process.terminate()
            process.wait()


def _until(true, seconds=60):
    end = time.monotonic() + seconds
    while True:
        try:
            if true():
                return
        except OSError:
            pass
        assert time.monotonic() < end
        time.sleep(0.1)


def _ready(address):
    """Whether it answers queries: while it starts it says 503 to them."""
    try:
        return httpx.get(f"{address}/-/ready").is_success
    except httpx.HTTPError:
        return False


def _ask(address, query):
    try:
        answer = as_json(f"{address}/api/v1/query?{urlencode({'query': query})}")
    except httpx.HTTPError as error:
        raise OSError from error
    assert answer["status"] == "success", (query, answer)
    return answer["data"]["result"]


def test_panels_have_answers_and_a_good_run_raises_nothing(prometheus):
    """Asked of a Prometheus that watched a real run, each query of the dashboard gives numbers and no alarm fires."""
    queries = {t["expr"].replace("$__rate_interval", "1m") for p in DASHBOARD["panels"] for t in p["targets"]}
    queries.remove("wiredesk_redis_memory_limit_bytes > 0")  # a private Redis has no limit
    empty = [q for q in queries if not any(r["value"][1] != "NaN" for r in _ask(prometheus, q))]
    rules = as_json(f"{prometheus}/api/v1/rules")["data"]["groups"]

    assert len(queries) > 20
    assert empty == []
    assert [r["health"] for g in rules for r in g["rules"]] == ["ok"] * 10
    assert _ask(prometheus, 'ALERTS{alertstate="firing"}') == []
