"""Very large files through real workers: every article once, in parts, in constant memory, whoever is killed.

    python bench/large.py [--megabytes 2000] [--kinds warc rows zip tar.gz] [--kills 6] [--workers 2]

Writes one file of that size for each kind (rows of a scraper with an image in them; pages with scripts and their
images in a web archive; rows in a zip and in a compressed tar), hands it in, and kills a split worker again and again
until the file is done. Prints articles made, published and doubled, parts, the largest resident set of any worker,
seconds.
Exit status 1 when an article is missing or doubled, or a worker held more than `--limit` MB.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import io
import json
import os
import random
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pages import NAMES, PLACES, WORDS
from redis import Redis

from producers import Desk
from wiredesk import keys, server
from wiredesk.connection import client

BIN = Path(sys.executable).parent
#: What a scraper's row carries beside its text, and a page beside its article: noise that hardly packs. Bytes are what
#: is tried here, not articles: most rows carry a photograph, some of them one for print.
IMAGES, SCRIPT = (96_000, 700_000, 700_000, 6_000_000), 160_000
#: Rows of a member of a zip or tar: some members are larger than what is held of one at once, some are a row.
MEMBERS = (300, 1, 10, 100)


def text(number: int, words: int = 180) -> str:
    rng = random.Random(number)
    return f"{' '.join(rng.choices(WORDS, k=words)).capitalize()}, said {rng.choice(NAMES)} {number}."


@cache
def pool() -> bytes:
    """What noise is cut from: made once, and longer than what any packer looks back."""
    return random.Random(7).randbytes(64_000_000)


def noise(number: int) -> bytes:
    size = IMAGES[number % len(IMAGES)]
    start = number * 7_368_787 % (len(pool()) - size)
    return pool()[start : start + size]


def row(number: int) -> bytes:
    image = base64.b64encode(noise(number)).decode()
    title = f"{PLACES[number % len(PLACES)]} {number}"
    return json.dumps({"id": number, "title": title, "image": image, "text": text(number)}).encode() + b"\n"


def record(number: int) -> bytes:
    paragraphs = "".join(f"<p>{text(number * 8 + n, 60)}</p>" for n in range(4))
    script = f"<script>var x={random.Random(number).randbytes(SCRIPT // 2).hex()!r}</script>"
    page = (
        f"<html><head><title>Story {number}</title>{script}</head><body><article><h1>Story {number} of the day</h1>"
        f"{paragraphs}</article></body></html>"
    ).encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n"
        f"WARC-Target-URI: https://a.example/{number}\r\nWARC-Date: 2026-02-07T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    ).encode()
    return head + http + b"\r\n\r\n" + picture(number)


def picture(number: int) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n" + noise(number)
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:031x}f>\r\n"
        f"WARC-Target-URI: https://a.example/{number}.jpg\r\nWARC-Date: 2026-02-07T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    ).encode()
    return head + http + b"\r\n\r\n"


def plain(path: Path, size: int, piece: Callable[[int], bytes]) -> int:
    """Write pieces up to the size; how many."""
    number = 0
    with path.open("wb") as file:
        while file.tell() < size:
            file.write(piece(number))
            number += 1
    return number


def members() -> Iterator[tuple[str, Iterator[int]]]:
    number = 0
    for place in range(1 << 20):
        count = MEMBERS[place % len(MEMBERS)]
        yield f"{place}.jsonl", iter(range(number, number + count))
        number += count


def zipped(path: Path, size: int) -> int:
    made = 0
    with path.open("wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, numbers in members():
            with archive.open(name, "w", force_zip64=True) as member:
                for number in numbers:
                    member.write(row(number))
                    made += 1
            if file.tell() >= size:
                return made
    return made


def tarred(path: Path, size: int) -> int:
    made = 0
    with (
        path.open("wb") as file,
        gzip.open(file, "wb", 1) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        for name, numbers in members():
            data = b"".join(map(row, numbers))
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
            made += data.count(b"\n")
            if file.tell() >= size:
                return made
    return made


KINDS: dict[str, Callable[[Path, int], int]] = {
    "rows": lambda path, size: plain(path, size, row),
    "warc": lambda path, size: plain(path, size, record),
    "zip": zipped,
    "tar.gz": tarred,
}


class Process(NamedTuple):
    pid: int
    resident: int


def workers(parent: int) -> list[Process]:
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue  # ended while we looked
        if int(fields["PPid"]) == parent:
            found.append(Process(int(fields["Pid"]), int(fields.get("VmRSS", "0 kB").split()[0]) * 1024))
    return found


def run(kind: str, size: int, kills: int, count: int, limit: int) -> bool:
    with tempfile.TemporaryDirectory() as folder, server.private() as url:
        path = Path(folder, f"large.{kind}")
        made = KINDS[kind](path, size)
        variables = {"WIREDESK_REDIS_URL": url, "WIREDESK_LOG_LEVEL": "error"}
        fleet = subprocess.Popen([BIN / "wiredesk", "work", "--count", str(count)], env=os.environ | variables)
        try:
            return follow(kind, path, url, fleet, made, kills, limit)
        finally:
            fleet.terminate()
            fleet.wait()


def follow(kind: str, path: Path, url: str, fleet: subprocess.Popen[bytes], made: int, kills: int, limit: int) -> bool:
    redis, desk = client(url), Desk(url)
    file = desk.submit(path).file
    path.unlink()
    began, most, killed = time.monotonic(), 0, 0
    while not (status := desk.status(file)) or not status.done:
        if fleet.poll() is not None:
            sys.exit("the workers ended: see what they said above")
        alive = workers(fleet.pid)
        most = max([most, *(worker.resident for worker in alive)])
        reached = status.reached / status.file.bytes if status else 0.0
        if killed < kills and reached > (killed + 1) / (kills + 1):
            victims = [worker.pid for worker in alive if splits(worker.pid, redis.smembers("rq:workers"))]
            if victims:
                os.kill(random.choice(victims), signal.SIGKILL)
                killed += 1
        time.sleep(0.2)
    seconds = time.monotonic() - began
    ids = [fields[b"id"] for stream in (keys.ARTICLES, keys.COPIES) for fields in entries(redis, stream)]
    parts = int(redis.hget(keys.file(file), "parts") or 0)
    print(
        f"{kind:8} {status.file.bytes / 1e6:7,.0f} MB  made {made:7,}  published {len(set(ids)):7,}  "
        f"doubled {len(ids) - len(set(ids))}  parts {parts:5,}  kills {killed}  largest worker {most / 1e6:4.0f} MB  "
        f"{seconds:5.0f} s",
        flush=True,
    )
    for note in status.notes:
        print("        ", note)
    return len(ids) == len(set(ids)) == made and most <= limit


def splits(pid: int, names: set[bytes]) -> bool:
    return any(name.startswith(b"rq:worker:split@") and name.endswith(b".%d" % pid) for name in names)


def entries(redis: Redis, stream: str) -> Iterator[dict[bytes, bytes]]:
    last = "-"
    while batch := redis.xrange(stream, last, count=1_000):
        yield from (fields for _, fields in batch)
        last = f"({batch[-1][0].decode()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=2_000)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--limit", type=int, default=400)
    args = parser.parse_args()
    size, limit = args.megabytes * 1_000_000, args.limit * 1_000_000
    good = [run(kind, size, args.kills, args.workers, limit) for kind in args.kinds]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
