"""Four small stages that do what the real ones do to Redis, for tests of the runner: no text is read.

A file's name says what shall happen to it: ``5.txt`` has five articles in parts of three; a word in front does harm at
the second article: ``fail-5.txt`` raises, ``hopeless-5.txt`` raises `Unreadable`, ``kill-5.txt`` kills its worker,
``slow-5.txt`` takes `SLOW` seconds.
"""

from __future__ import annotations

import os
import random
import signal
import time

import orjson

from newstext.errors import Unreadable
from wiredesk import ids, keys
from workers.effects import Effects, Next, Part, Publication, Write
from workers.stage import Stage

PART = 3
SLOW = 3.0
#: Longer than a clock that is set by an hour takes away.
KEEP = 7200


def _each(work):
    def run(desk, calls):
        return [_outcome(work, desk, call) for call in calls]

    return run


def _outcome(work, desk, call):
    try:
        return work(desk, *call.args)
    except Exception as error:  # noqa: BLE001  (as the real stages do)
        return error


def _name(desk, file):
    return orjson.loads(desk.queues.hget(keys.file(file), "info"))["name"]


def _next(stage, article):
    return Next(stage, ids.article_job(stage, article), [article], f"{stage} {article}")


def split(desk, file, part, _cursor):
    count = int(_name(desk, file).removesuffix(".txt").rpartition("-")[2])
    positions = range(part * PART, min((part + 1) * PART, count))
    articles = [ids.article_id(file, n) for n in positions]
    last = (part + 1) * PART >= count
    following = () if last else (Next("split", ids.split_job(file, part + 1), [file, part + 1, ""], f"split {file}"),)
    return Effects(
        writes=tuple(Write(keys.take(a), a.encode(), KEEP) for a in articles),
        jobs=(*(_next("fingerprint", a) for a in articles), *following),
        parts=(Part(file, part, len(articles), last, {"us_split": 5}),),
        value={"articles": len(articles)},
    )


def _pass_on(to):
    def work(desk, article):
        text = desk.texts.get(keys.take(article))
        assert text == article.encode(), f"the text of {article} is gone"
        return Effects(writes=(Write(keys.take(article), text, KEEP),), jobs=(_next(to, article),))

    return work


def _harm(desk, article):
    file, position = ids.place(article)
    word = _name(desk, file).partition("-")[0]
    if position != 1:
        return
    if word == "fail":
        raise RuntimeError("this article fails")
    if word == "hopeless":
        raise Unreadable("empty", "Nothing stands in it.")
    if word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "slow":
        time.sleep(SLOW)


def extract(desk, article):
    _harm(desk, article)
    return _pass_on("publish")(desk, article)


def publish(_desk, article):
    file, position = ids.place(article)
    entry = {"id": article, "body": orjson.dumps({"id": article})}
    stream = keys.COPIES if position == 2 else keys.ARTICLES
    return Effects(publications=(Publication(file, position, stream, entry, {"us_publish": 2}),))


STAGES = (
    Stage("split", _each(split)),
    Stage("fingerprint", _each(_pass_on("extract"))),
    Stage("extract", _each(extract)),
    Stage("publish", _each(publish)),
)


def _at_leisure(work):
    """Each article takes a few milliseconds, so that a death finds its worker at work."""

    def run(desk, calls):
        results = []
        for call in calls:
            time.sleep(random.uniform(0.001, 0.01))
            results.append(_outcome(work, desk, call))
        return results

    return run


SLOW_STAGES = (
    Stage("split", _at_leisure(split)),
    Stage("fingerprint", _at_leisure(_pass_on("extract"))),
    Stage("extract", _at_leisure(extract)),
    Stage("publish", _at_leisure(publish)),
)
BY_NAME = {stage.name: stage for stage in STAGES}
