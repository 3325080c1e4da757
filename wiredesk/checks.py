"""The checks of `wiredesk doctor`: what is seen, whether it will do, and what mends it."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, cast

from redis import Redis
from redis.exceptions import RedisError

from producers import objects
from wiredesk import keys, server
from wiredesk.connection import client, reach
from wiredesk.errors import DeskError
from wiredesk.health import FULL, look
from wiredesk.jobs import human_size
from wiredesk.settings import Settings, hidden
from workers.packs import FOLDER, OWNER, owner
from workers.table import NAMES

#: Lua, streams and the blocking peek of the runner need this much.
OLDEST_REDIS = (6, 2)
#: Longer than packs ever rest (workers/packer.py): what waits for more is not on its way to the object store.
LATE_SECONDS = 1200.0
#: Times on records come from several machines: more skew than this misorders them.
SKEW_SECONDS = 2.0


class Check(NamedTuple):
    """`state` is ok, warn or bad; `fix` is a command or a sentence, empty when nothing is to be done."""

    name: str
    state: str
    seen: str
    fix: str = ""


def all_checks() -> list[Check]:
    """Every check that can be made from here, in the order in which to mend."""
    found = [_python()]
    try:
        settings = Settings.read()
    except DeskError as error:
        return [*found, Check("settings", "bad", str(error), "wiredesk config lists the settings")]
    found.append(Check("settings", "ok", "all known"))
    if not settings.redis_url:
        return [*found, _private()]
    try:
        redis = reach(client(settings.redis_url), settings.redis_url)
    except DeskError as error:
        return [*found, Check("redis", "bad", str(error), "start it, or correct WIREDESK_REDIS_URL")]
    found.append(Check("redis", "ok", hidden(settings.redis_url)))
    return [*found, *_server(redis), *_others(settings), _salt(settings), _objects(settings, redis), *_desk(redis)]


def _others(settings: Settings) -> Iterator[Check]:
    """Redis of their own for texts and index: whether they answer, and what is not well with them."""
    for name, url in (("WIREDESK_TEXTS_URL", settings.texts_url), ("WIREDESK_INDEX_URL", settings.index_url)):
        if not url:
            continue
        try:
            redis = reach(client(url), url, name)
        except DeskError as error:
            yield Check("redis", "bad", f"{name}: {error}", f"start it, or correct {name}")
            continue
        yield Check("redis", "ok", f"{name}: {hidden(url)}")
        yield from (check._replace(seen=f"{name}: {check.seen}") for check in _server(redis) if check.state != "ok")


def _salt(settings: Settings) -> Check:
    if settings.index_salt:
        return Check("index salt", "ok", "set")
    return Check(
        "index salt", "warn", "unset: who knows this program can write articles that hide copies from the index",
        "set WIREDESK_INDEX_SALT to one secret for all workers (a new index begins): openssl rand -hex 16",
    )  # fmt: skip


def _objects(settings: Settings, redis: Redis) -> Check:
    """Whether the object store answers, and whether what should lie there does."""
    name, root = "object store", settings.objects_url
    if not root:
        return Check(name, "ok", "none named: Redis holds files and texts")
    correct = "correct WIREDESK_OBJECTS_URL; meanwhile texts stay in Redis, and nothing is lost"
    try:
        missing = _missing_bucket(root)
        shared = settings.objects_after is not None and _is_anothers(root, redis)
    except DeskError as error:
        return Check(name, "bad", str(error), f"start it, or {correct}")
    if missing:
        return Check(name, "bad", f"it has no {missing!r}", f"make the bucket, or {correct}")
    if shared:
        return Check(
            name, "bad", f"the packs at {root} are another desk's: this one removes none",
            "give this desk a prefix of its own (WIREDESK_OBJECTS_URL), or where that desk is no more "
            f"remove the object {OWNER!r} there",
        )  # fmt: skip
    late = _late(redis, settings.objects_after)
    if late <= LATE_SECONDS:
        return Check(name, "ok", "answers")
    return Check(
        name, "warn", f"texts that should have come into it {late / 60:,.0f} minutes ago are still in Redis",
        "the workers of 'publish' log why ('texts stay in redis'); start some: wiredesk work publish",
    )  # fmt: skip


def _missing_bucket(root: str) -> str:
    """The bucket of a store that answers but does not have it, or nothing."""
    store, path = objects.place(root, FOLDER)
    try:
        # `exists` takes a store that is away for an empty one.
        objects.asked(lambda: cast("list[str]", store.ls(path, detail=False)))
    except FileNotFoundError:
        bucket = path.partition("/")[0]  # a folder of this machine has none: it begins with a slash
        return bucket if bucket and not objects.asked(lambda: bool(store.exists(bucket))) else ""
    return ""


def _is_anothers(root: str, redis: Redis) -> bool:
    """Whether another desk says that the packs are its own."""
    mark = cast("bytes | None", redis.hget(keys.PACKED, "desk"))
    return owner(root) not in (None, mark.decode() if mark else "")


def _late(redis: Redis, after: int | None) -> float:
    """For how many seconds the oldest of what should have left Redis has been due."""
    if after is None:
        return 0.0
    seconds, _ = redis.time()
    due = 0.0
    for stream in (keys.ARTICLES, keys.COPIES, keys.FILES):
        packed = cast("bytes | None", redis.hget(keys.PACKED, stream))
        waiting = cast("list[Any]", redis.xrange(stream, min=f"({packed.decode()}" if packed else "-", count=1))
        if waiting:
            due = max(due, seconds - int(waiting[0][0].partition(b"-")[0]) / 1000 - after)
    return due


def _python() -> Check:
    seen = f"{platform.python_implementation()} {platform.python_version()}"
    good = sys.version_info >= (3, 11)
    return Check("python", "ok" if good else "bad", seen, "" if good else "install Python 3.11 or newer")


def _private() -> Check:
    try:
        return Check("redis", "ok", f"none named; 'wiredesk run' starts {server.find()}")
    except DeskError as error:
        return Check("redis", "bad", str(error))


def _server(redis: Redis) -> Iterator[Check]:
    info = redis.info()
    for check in (_version, _persistence, _disk, _eviction, _memory, _receipts, _clock):
        yield cast("Callable[[Redis, dict[str, Any]], Check]", check)(redis, info)


def _version(_: Redis, info: dict[str, Any]) -> Check:
    version = str(info["redis_version"])
    good = tuple(int(p) for p in version.split(".")[:2]) >= OLDEST_REDIS
    return Check("redis version", "ok" if good else "bad", version, "" if good else "wiredesk needs Redis 6.2 or newer")


def _persistence(_: Redis, info: dict[str, Any]) -> Check:
    if info.get("aof_enabled"):
        return Check("persistence", "ok", "append-only file")
    return Check(
        "persistence", "warn", "no append-only file: a crash of Redis loses what came since the last snapshot",
        "redis-cli config set appendonly yes",
    )  # fmt: skip


def _disk(_: Redis, info: dict[str, Any]) -> Check:
    """Whether Redis could write what it had to: else it refuses every write, or forgets at its next start."""
    wrote = {name: info.get(name, "ok") for name in ("aof_last_write_status", "aof_last_bgrewrite_status")}
    wrote["rdb_last_bgsave_status"] = info.get("rdb_last_bgsave_status", "ok")
    failed = sorted(name for name, status in wrote.items() if status != "ok")
    if not failed:
        return Check("disk", "ok", "the last writes of Redis succeeded")
    return Check(
        "disk", "bad", f"Redis could not write: {', '.join(failed)}",
        "free space in the folder that 'redis-cli config get dir' names, then: redis-cli bgrewriteaof",
    )  # fmt: skip


def _memory(_: Redis, info: dict[str, Any]) -> Check:
    limit, used = int(info.get("maxmemory", 0)), int(info["used_memory"])
    if not limit:
        return Check(
            "memory", "warn", f"{human_size(used)} used, no limit: the kernel kills a Redis that outgrows the machine",
            "redis-cli config set maxmemory 4gb (producers then wait, nothing is lost)",
        )  # fmt: skip
    seen = f"{human_size(used)} of {human_size(limit)}"
    if used <= FULL * limit:
        return Check("memory", "ok", seen)
    return Check("memory", "bad", seen, f"redis-cli config set maxmemory {2 * limit}")


def _receipts(redis: Redis, _: dict[str, Any]) -> Check:
    """Whether the hashes of files are kept compact. A managed Redis and most roles may not say."""
    name = "hash-max-ziplist-value"  # newer servers know it by this name, too
    try:
        value = cast("dict[str, str]", redis.config_get(name)).get(name)
    except RedisError:
        value = None
    if value is None:
        return Check("receipts", "ok", f"this Redis does not tell its {name}")
    if int(value) >= server.COMPACT:
        return Check("receipts", "ok", "compact")
    return Check(
        "receipts", "warn", f"{name} is {value}: the receipt of a file takes 1.5 KB in place of 0.5",
        f"redis-cli config set {name} {server.COMPACT}",
    )  # fmt: skip


def _eviction(_: Redis, info: dict[str, Any]) -> Check:
    policy = str(info.get("maxmemory_policy", "unknown"))
    if policy == "noeviction":
        return Check("eviction", "ok", policy)
    return Check(
        "eviction",
        "bad",
        f"{policy}: a full Redis would drop queued files",
        "redis-cli config set maxmemory-policy noeviction",
    )


def _clock(redis: Redis, _: dict[str, Any]) -> Check:
    seconds, micros = redis.time()
    skew = time.time() - seconds - micros / 1e6
    if abs(skew) < SKEW_SECONDS:
        return Check("clock", "ok", "agrees with Redis")
    return Check(
        "clock",
        "warn",
        f"{skew:+.0f} s against Redis: times on records will be off",
        "set the clock: timedatectl set-ntp true",
    )


def _desk(redis: Redis) -> Iterator[Check]:
    try:
        health = look(redis, NAMES)
    except RedisError as error:
        yield Check("desk", "bad", f"its keys cannot be read: {error}", "is this Redis used by something else?")
        return
    for problem in health.problems:
        seen, _, fix = problem.partition(" -> ")
        yield Check("desk", "warn", seen, fix)
    if not health.problems:
        yield Check("desk", "ok", f"{sum(s.workers for s in health.stages)} workers, {health.open_files:,} open files")
