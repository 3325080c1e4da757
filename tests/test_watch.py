"""The watched directory: every complete file goes to the desk once, and ends in `done` or `rejected`."""

import fcntl
import os
import shutil
import signal
import subprocess
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from outputs import drain
from running import SECONDS, WIREDESK, environment, page, until

from producers import Desk
from producers.watch.inbox import Inbox
from producers.watch.watcher import Watcher
from wiredesk.settings import Settings

pytestmark = pytest.mark.skipif(not hasattr(fcntl, "F_SETLEASE"), reason="the settle time alone is tested on Linux")


@contextmanager
def watching(url, folder, *, settle=0.2, rescan=0.3, sure=0.1, **settings):
    """A watcher at work in a thread."""
    stop = threading.Event()
    desk = Desk(url, settings=replace(Settings(), **settings), patience=1)
    with desk, closing(Watcher(folder, desk, settle=settle, rescan=rescan, sure=sure)) as watcher:
        thread = threading.Thread(target=watcher.run, args=(stop,))
        thread.start()
        try:
            yield watcher
        finally:
            stop.set()
            thread.join()


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) if folder.exists() else []


def lying(folder):
    """What no one has claimed."""
    return [n for n in names(folder) if not n.startswith((".wiredesk/", "done/", "rejected/"))]


def test_files_end_where_their_outcome_says(running, tmp_path):
    """A page goes to `done`; what is no news goes to `rejected` with the reason beside it."""
    (tmp_path / "page.txt").write_text(page("Port Alder"))
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    with watching(running, tmp_path):
        until(lambda: len(names(tmp_path / "rejected")) == 2 and names(tmp_path / "done"))

    assert names(tmp_path / "done") == ["page.txt"]
    assert names(tmp_path / "rejected") == ["picture.txt", "picture.txt.reason.txt"]
    assert "PNG" in (tmp_path / "rejected" / "picture.txt.reason.txt").read_text()


def test_a_file_being_written_is_left_alone(running, tmp_path):
    """Nobody takes a file that a program has open for writing; it is taken once it is closed."""
    with watching(running, tmp_path), (tmp_path / "slow.txt").open("w") as writer:
        for line in page("Slowford").splitlines(keepends=True):
            writer.write(line)
            writer.flush()
            time.sleep(0.12)
        assert lying(tmp_path) == ["slow.txt"]
        writer.close()
        until(lambda: names(tmp_path / "done") == ["slow.txt"])


def test_unfinished_names_are_left_alone(running, tmp_path):
    """Dotfiles and the names that downloads have on the way are not taken; renamed, they are."""
    for name in (".hidden", "page.part", "page.tmp", "page.crdownload"):
        (tmp_path / name).write_text(page("Nowhere"))
    with watching(running, tmp_path):
        (tmp_path / "page.part").rename(tmp_path / "page.txt")
        until(lambda: names(tmp_path / "done") == ["page.txt"])

    assert lying(tmp_path) == [".hidden", "page.crdownload", "page.tmp"]


def test_a_folder_that_is_moved_in(running, tmp_path):
    """Files of a folder that is moved in are taken with their place in it."""
    (tmp_path / "elsewhere" / "a" / "b").mkdir(parents=True)
    (tmp_path / "elsewhere" / "a" / "b" / "page.txt").write_text(page("Deepwell"))
    (tmp_path / "inbox").mkdir()
    with watching(running, tmp_path / "inbox"):
        (tmp_path / "elsewhere" / "a").rename(tmp_path / "inbox" / "a")
        until(lambda: names(tmp_path / "inbox" / "done") == ["a/b/page.txt"])


def test_what_is_no_file_stays(running, tmp_path):
    """Links, loops of links and pipes are not followed, waited for or moved."""
    (tmp_path / "secret").write_text(page("Secret"))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "out.txt").symlink_to(tmp_path / "secret")
    (inbox / "loop").symlink_to(inbox)
    os.mkfifo(inbox / "pipe.txt")
    (inbox / "page.txt").write_text(page("Linkton"))
    with watching(running, inbox):
        until(lambda: names(inbox / "done") == ["page.txt"])

    assert {"out.txt", "loop", "pipe.txt"} <= {p.name for p in inbox.iterdir()}


def test_the_same_name_again(running, tmp_path):
    """A new file under a name that was used is another file; neither overwrites the other."""
    with watching(running, tmp_path):
        for subject in ("Firsthaven", "Secondhaven"):
            (tmp_path / "page.txt").write_text(page(subject))
            until(lambda: not lying(tmp_path))
        until(lambda: len(names(tmp_path / "done")) == 2)

    texts = [p.read_text() for p in (tmp_path / "done").iterdir()]
    assert {page("Firsthaven"), page("Secondhaven")} == set(texts)


def test_a_name_that_is_not_utf8(running, tmp_path):
    """Names are bytes to the file system, and so to the watcher."""
    (tmp_path / os.fsdecode(b"caf\xe9\n.txt")).write_text(page("Latinport"))
    with watching(running, tmp_path):
        until(lambda: names(tmp_path / "done") == [os.fsdecode(b"caf\xe9\n.txt")])


def test_an_empty_file_waits_for_its_content(running, tmp_path):
    """A name that was only touched is not taken at once: its content may follow."""
    (tmp_path / "later.txt").touch()
    with watching(running, tmp_path, settle=1.0):
        time.sleep(0.4)
        (tmp_path / "later.txt").write_text(page("Laterby"))
        until(lambda: names(tmp_path / "done") == ["later.txt"])


def test_a_full_desk_leaves_files_claimed_not_lost(redis_url, redis, tmp_path):
    """While the desk refuses, nothing is moved to `done`; what it refused is sent when there is room."""
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text(page(f"Fullford {n}"))
    with watching(redis_url, tmp_path, high_water=2):
        until(lambda: redis.llen("rq:queue:split") == 2)
        redis.delete("rq:queue:split")
        until(lambda: redis.llen("rq:queue:split") == 2)

    assert len(names(tmp_path / ".wiredesk")) - 1 == 5
    assert not names(tmp_path / "done")


def test_a_file_is_held_until_its_outcome_is_sure(redis_url, redis, settings, tmp_path):
    """A Redis that lost power has forgotten a file with its outcome: it is sent again, and then put away."""
    (tmp_path / "page.txt").write_text(page("Port Unsure"))
    with watching(redis_url, tmp_path, sure=4.0):
        until(lambda: redis.llen("rq:queue:split"))
        drain(settings)
        assert redis.xlen("wiredesk:files") == 1
        redis.flushall()
        until(lambda: redis.llen("rq:queue:split"))
        assert not names(tmp_path / "done")
        drain(settings)
        until(lambda: names(tmp_path / "done"))

    assert redis.xlen("wiredesk:files") == 1


def test_two_watchers_share_a_directory(running, tmp_path):
    """Of two watchers each file is one's; together they take all."""
    with watching(running, tmp_path), watching(running, tmp_path):
        for n in range(60):
            (tmp_path / f"{n}.txt").write_text(page(f"Twinport {n}"))
        until(lambda: len(names(tmp_path / "done")) == 60)


def test_what_a_dead_watcher_had_claimed_is_adopted(tmp_path):
    """A claim belongs to a watcher that lives: the next one takes over what a dead one had."""
    dead, living = Inbox(tmp_path), Inbox(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "page.txt").write_text("page")
    dead.claim("a/page.txt")

    assert list(living.adopt()) == []
    dead._lock.close()
    assert list(living.adopt()) == ["a/page.txt"]
    assert living.claimed("a/page.txt").read_text() == "page"
    living.close()


def start(url, folder, **options):
    words = [WIREDESK, "watch", folder, "--settle", "0.2", "--rescan", "0.5"]
    return subprocess.Popen(words, env=environment(WIREDESK_REDIS_URL=url), **options)


def test_killed_watchers_lose_and_double_nothing(running, tmp_path):
    """Watchers that are killed again and again still bring every file to its end, and each was accepted once."""
    count = 150
    (tmp_path / "in").mkdir()
    for n in range(count):
        (tmp_path / f"{n}.txt").write_text(page(f"Killham {n}"))
    with Desk(running, settings=Settings()) as desk:
        before = desk._channel.queues.xlen("wiredesk:files")
        for n in range(count):
            if n % 30 == 0:
                watcher = start(running, tmp_path / "in")
                time.sleep(0.7)
            (tmp_path / f"{n}.txt").rename(tmp_path / "in" / f"{n}.txt")
            if n % 30 == 29:
                watcher.send_signal(signal.SIGKILL)
                watcher.wait()
        subprocess.run(
            [WIREDESK, "watch", tmp_path / "in", "--once"], env=environment(WIREDESK_REDIS_URL=running),
            timeout=SECONDS, check=True,
        )  # fmt: skip

        assert sorted(f"{n}.txt" for n in range(count)) == names(tmp_path / "in" / "done")
        assert count == desk._channel.queues.xlen("wiredesk:files") - before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user, who is refused")
def test_an_unreadable_file_is_rejected(running, tmp_path):
    """A file that may be moved but not read goes to `rejected`, and the reason says so."""
    (tmp_path / "locked.txt").write_text(page("Lockby"))
    (tmp_path / "locked.txt").chmod(0)
    shutil.chown(tmp_path, 65534)
    socket = Path(running.removeprefix("unix://"))
    for folder, mode in ((socket, 0o777), (socket.parent, 0o755), *((p, 0o755) for p in tmp_path.parents[:3])):
        folder.chmod(folder.stat().st_mode | mode)
    os.seteuid(65534)
    try:
        with watching(running, tmp_path):
            (reason,) = until(lambda: list((tmp_path / "rejected").glob("*.reason.txt")))
    finally:
        os.seteuid(0)

    assert "Permission denied" in reason.read_text()


def test_a_full_disk_costs_no_file(running, tmp_path):
    """While the disk has no room to put a file away it stays claimed; with room again it goes where it belongs."""
    inbox = tmp_path / "small"
    inbox.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=6", "tmpfs", inbox]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    try:
        (inbox / "page.txt").write_text(page("Fulldisk"))
        (inbox / ".filler").touch()
        with watching(running, inbox):
            until(lambda: list((inbox / ".wiredesk").rglob("page.txt")))
            time.sleep(1)
            assert not (inbox / "done").exists()
            (inbox / ".filler").unlink()
            until(lambda: names(inbox / "done") == ["page.txt"])
    finally:
        subprocess.run(["umount", inbox], check=True)


def _rejected(folder, name, tag="tag"):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(name)
    with closing(Inbox(folder)) as inbox:
        inbox.claim(name)
        return inbox.reject(name, tag, "why")


def test_rejected_files_of_one_name_are_all_kept(tmp_path):
    """However often a name comes, and with the same tag, each file and each reason stays."""
    put = [_rejected(tmp_path, "big.txt").name for _ in range(3)]

    assert put == ["big.txt", "big~tag.txt", "big~tag~2.txt"]
    assert len(names(tmp_path / "rejected")) == 6


def test_a_folder_where_a_file_of_its_name_was_put(tmp_path):
    """A file's folder takes another name where an earlier file has it."""
    _rejected(tmp_path, "day")

    assert _rejected(tmp_path, "day/page.txt").relative_to(tmp_path).as_posix() == "rejected/day~tag/page.txt"


def test_the_longest_names_find_a_place(tmp_path):
    """A name of 255 bytes, in letters of two or four, is cut where a tag must go with it."""
    for name in ("é" * 125 + ".html", "🗞" * 63 + "abc"):
        put = [_rejected(tmp_path, name, "t" * 16).name for _ in range(2)]

        assert put[0] == name
        assert len(os.fsencode(put[1])) <= 255
        assert "t" * 16 in put[1]
