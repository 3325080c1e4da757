"""The RQ dashboard: every tab with every kind of job in a real browser, and nothing that a job contains runs."""

import base64
import zlib

import pytest
from desk_rig import as_json, ask, serving
from rq import Queue
from rq.registry import FailedJobRegistry

from wiredesk import dashboard, jobs
from wiredesk.dashboard import mends, reading, templates
from wiredesk.errors import DeskError
from wiredesk.serializer import JSONSerializer

#: Runs in markup, in an attribute, in a script between quotes; leaves an element that a test can look for.
HOSTILE = (
    "<img class=hostile src=x onerror='window.hostile=1'>\"><script>window.hostile=1</script>');window.hostile=1//"
)
#: 20 MB of nothing in 20 KB, as a job's call and as its exception.
BOMB = zlib.compress(bytes(20_000_000), 1)
STATES = ("queued", *reading.REGISTRIES)


@pytest.fixture
def hostile(redis):
    """A queue whose jobs are in every state and hostile in every field, and records that no program should trust."""
    for state in STATES:
        job = f"split-{state}-0"
        redis.hset(jobs.key(job), items=jobs.fields("split", [1], "x", retries=3, keep=500, at=jobs.instant()))
        redis.hset(
            jobs.key(job),
            mapping={
                "description": HOSTILE,
                "meta": f'{{"note": "{HOSTILE[:40]}"}}',
                "status": state,
                "ended_at": jobs.instant(),
            },
        )
        redis.xadd(f"rq:results:{job}", _outcome(state))
        _put(redis, state, job)
    for job, record in _odd_records().items():
        _write(redis, job, record)
        _put(redis, "queued", job)
    redis.rpush(jobs.queue("split"), b"\xff\xfe-not-text", "a-job-without-a-record")
    redis.sadd(jobs.QUEUES, jobs.queue("split"), jobs.queue(HOSTILE.replace("/", "")))
    redis.hset(f"rq:worker:{HOSTILE}", mapping={"state": "busy", "queues": HOSTILE, "pid": "x", "birth": "never"})
    redis.sadd(f"rq:worker:{HOSTILE}:executions", "split-started-0:e1")
    redis.sadd("rq:workers", f"rq:worker:{HOSTILE}")
    return redis


def _outcome(state):
    if state == "failed":
        return {"type": 2, "exc_string": base64.b64encode(zlib.compress(HOSTILE.encode()))}
    return {"type": 1, "return_value": base64.b64encode(b'{"text": "<img class=hostile src=x>"}')}


def _odd_records():
    return {
        "pickled": {"data": b"\x80\x05cos\nsystem\n", "meta": b"\x80\x04}", "result": b"\x80\x04}", "description": "p"},
        "bomb": {"data": BOMB, "exc_info": BOMB},
        "odd": {"status": "no such status", "created_at": "yesterday", "description": b"\xff\xfe", "timeout": "x"},
        "dependent": {"description": "waits", "dependency_ids": '["split-failed-0", "long gone"]', "origin": "split"},
        "stringly": "not a hash",
        "<img class=hostile src=x>": {"description": "its id is markup"},
    }


def _write(redis, job, record):
    if isinstance(record, str):
        redis.set(jobs.key(job), record)
    else:
        redis.hset(jobs.key(job), mapping=record)


def _put(redis, state, job):
    if state == "queued":
        redis.rpush(jobs.queue("split"), job)
    else:
        redis.zadd(f"rq:{reading.REGISTRIES[state]}:split", {f"{job}:e1" if state == "started" else job: 9e9})


PAGES = {
    "/rq/": "return document.querySelectorAll('tr[data-role=queue]').length",
    "/rq/0/view/workers": "return document.querySelectorAll('tr[data-role=worker]').length",
    **{
        f"/rq/0/view/jobs/split/{state}/50/{order}/1": "return document.querySelectorAll('tr[data-role=job]').length"
        for state, order in zip(STATES, ["asc", "dsc"] * 4, strict=False)
    },
    **{
        f"/rq/0/view/job/{job}": "return document.querySelector('#job-data').innerText.includes('Created')"
        for job in ("split-failed-0", "split-finished-0", "pickled", "bomb", "odd", "dependent", "stringly")
    },
}


def test_every_page_shows_hostile_jobs_as_text(hostile, desk, browser):
    """Each page comes up with its rows in Chromium, and neither markup nor script out of a job gets anywhere."""
    seen = {}
    with serving(desk) as url:
        for page, ready in PAGES.items():
            browser.open(url + page, ready)
            ran, made = browser.run("return [!!window.hostile, document.querySelectorAll('.hostile').length]")
            seen[page] = (ran, made, browser.complaints())

    assert seen == dict.fromkeys(PAGES, (False, 0, []))


def test_a_queue_name_in_the_address_is_no_program(redis, desk, browser):
    """The jobs page of a queue that is named by an attacker's link runs nothing of the name."""
    with serving(desk) as url:
        browser.open(url + "/rq/0/view/jobs/');window.hostile=1;('/queued/8/asc/1")

        assert not browser.run("return window.hostile")
        assert browser.complaints() == []


@pytest.mark.parametrize(("held", "said"), [(1, "split a.txt"), (3, "split a.txt and 2 more")])
def test_a_worker_shows_its_batch(redis, held, said):
    """One job of what a worker has in hand, and how many there are with it."""
    redis.hset(jobs.key("split-a-0"), mapping={"description": "split a.txt"})
    redis.hset("rq:worker:w", mapping={"state": "busy", "queues": "split"})
    redis.sadd("rq:worker:w:executions", *(f"split-a-0:e{n}" for n in range(held)))
    redis.sadd("rq:workers", "rq:worker:w")
    (worker,) = reading.workers(redis)

    assert worker["current_job"]["call_string"] == said


def test_hostile_text_is_shown_as_it_is(hostile, desk):
    """What a job contains arrives whole: it is escaped in the page, not censored."""
    with serving(desk) as url:
        job = as_json(f"{url}/rq/0/data/job/split-failed-0.json")

    assert (job["description"], job["exc_info"], job["status"]) == (HOSTILE, HOSTILE, "failed")


def test_looking_changes_nothing(hostile, desk):
    """Opening every page leaves Redis as it was; rq itself would drop ids whose records are odd."""
    before = _contents(hostile)
    with serving(desk) as url:
        for page in PAGES:
            ask(url + page)
        for state in STATES:
            ask(f"{url}/rq/0/data/jobs/split/{state}/50/asc/1.json")
        ask(f"{url}/rq/0/data/workers.json")

    assert before == _contents(hostile)


def _contents(redis):
    """Every key with its value, in a form that does not depend on how Redis keeps it."""
    read = {
        b"hash": redis.hgetall, b"set": redis.smembers, b"string": redis.get, b"stream": redis.xrange,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"zset": lambda key: redis.zrange(key, 0, -1, withscores=True),
    }  # fmt: skip
    return {key: read[redis.type(key)](key) for key in redis.keys("*")}


def test_pages_of_a_long_queue(redis, desk):
    """Ten jobs a page, from either end, each once."""
    redis.rpush(jobs.queue("split"), *(f"j{n}" for n in range(25)))
    redis.zadd("rq:finished:split", {f"j{n}": n for n in range(25)})

    with serving(desk) as url:
        for state in ("queued", "finished"):
            got = [as_json(f"{url}/rq/0/data/jobs/split/{state}/10/asc/{n}.json")["jobs"] for n in (1, 2, 3)]
            newest = as_json(f"{url}/rq/0/data/jobs/split/{state}/10/dsc/1.json")["jobs"]
            assert [j["id"] for page in got for j in page] == [f"j{n}" for n in range(25)]
            assert [j["id"] for j in newest] == [f"j{n}" for n in range(24, 14, -1)]


def test_a_job_leads_to_its_file_and_article(redis, desk):
    """The page of one of our jobs links to what it works on; another program's job links nowhere."""
    for job in ("split-abcdefghijklmnop-0", "extract-abcdefghijklmnop-7", "other"):
        redis.hset(jobs.key(job), mapping={"description": "d"})

    with serving(desk) as url:
        pages = [
            ask(f"{url}/rq/0/view/job/{j}").text
            for j in ("split-abcdefghijklmnop-0", "extract-abcdefghijklmnop-7", "other")
        ]

    assert 'href="/files/abcdefghijklmnop"' in pages[0]
    assert 'href="/articles/abcdefghijklmnop-7"' in pages[1]
    assert "desk-link" not in pages[2]


ACTIONS = ("job/split-failed-0/requeue", "job/split-failed-0/delete", "requeue/split", "queue/split/queued/empty")


def test_nothing_changes_by_a_link_or_another_site(hostile, desk):
    """A state-changing address answers neither to GET nor to a POST that another site's page sends."""
    before = _contents(hostile)
    with serving(desk) as url:
        links = {ask(f"{url}/rq/{action}").status_code for action in ACTIONS}
        posts = {
            ask(f"{url}/rq/{action}", "POST", b"", Origin="https://evil.example").status_code for action in ACTIONS
        }

    assert (links, posts) == ({405}, {403})
    assert before == _contents(hostile)


def test_read_only_changes_nothing(hostile, desk):
    """A read-only desk refuses its own pages too, and hides the buttons."""
    with serving(desk, read_only=True) as url:
        refused = ask(f"{url}/rq/job/split-failed-0/requeue", "POST", b"", Sec_Fetch_Site="same-origin")
        page = ask(f"{url}/rq/0/view/jobs/split/failed/8/asc/1").text

    assert refused.status_code == 403
    assert not any(button in page for button in ('id="empty-btn"', 'id="requeue-all-btn"', "Delete</a>"))


def test_failed_jobs_are_requeued(redis, desk):
    """The button puts RQ's failed job back on its queue."""
    job = Queue("split", connection=redis, serializer=JSONSerializer).enqueue("workers.tasks.split", "f", 0, None)
    FailedJobRegistry("split", connection=redis, serializer=JSONSerializer).add(job, ttl=60)
    redis.delete(jobs.queue("split"))

    with serving(desk) as url:
        answer = ask(f"{url}/rq/requeue/split", "POST", b"", Sec_Fetch_Site="same-origin")

    assert '"count":1' in answer.text.replace(" ", "")
    assert redis.lrange(jobs.queue("split"), 0, -1) == [job.id.encode()]


def test_any_record_can_be_deleted(hostile, desk):
    """A record that rq cannot read goes from its queue and from Redis all the same."""
    bad = ["pickled", "bomb", "odd", "stringly", "split-queued-0"]
    with serving(desk) as url:
        answers = [ask(f"{url}/rq/job/{job}/delete", "POST", b"", Sec_Fetch_Site="same-origin").text for job in bad]

    assert all("OK" in answer for answer in answers)
    assert not hostile.exists(*map(jobs.key, bad))
    assert not {job.encode() for job in bad} & set(hostile.lrange(jobs.queue("split"), 0, -1))


def test_odd_addresses_are_not_found(redis, desk):
    """What does not exist is 404, never an error page of the program."""
    odd = ("view/job/none", "data/jobs/split/no-state/8/asc/1.json", "data/jobs/split/queued/0/asc/x.json")
    with serving(desk) as url:
        assert {ask(f"{url}/rq/0/{page}").status_code for page in odd} == {404}
        assert ask(f"{url}/rq/7/view/queues").status_code == 404


def test_every_raw_interpolation_is_mended():
    """Each page of the installed rq-dashboard loses all of its raw interpolations, and there were some."""
    loader = templates.MendedLoader()
    theirs = loader._theirs
    sources = [theirs.get_source(None, name)[0] for name in theirs.list_templates() if name.endswith((".html", ".js"))]

    assert sum(source.count("<%=") for source in sources) > 50
    assert not any("<%=" in templates.mend(source) for source in sources)
    assert all(any(found in source for source in sources) for found, _ in templates.RULES)


def test_other_versions_are_refused(monkeypatch):
    """The mends were checked against two exact versions; others have to be looked at first."""
    mends.check_versions()
    monkeypatch.setattr(mends, "RQ_VERSION", "3.1.0")

    with pytest.raises(DeskError, match=r"rq 3\.1\.0"):
        dashboard.create("redis://localhost")
