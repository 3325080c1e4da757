"""The desk's pages, in a real browser where a browser matters: what they show, what they refuse, what never runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from desk_rig import HOSTILE, ROOT, ask, serving
from hypothesis import given
from hypothesis import strategies as st

from wiredesk import ids, keys, server
from wiredesk.desk import diff, guard, links, texts
from wiredesk.desk.catalogue import Catalogue, Listed
from wiredesk.desk.reader import PIECE, Reader, string
from wiredesk.errors import SettingError
from wiredesk.records import Record
from wiredesk.settings import Settings
from workers.desk import Desk

PASSWORD = "sesame"  # noqa: S105  (of a desk in a test)


def entries(redis, stream):
    return [fields for _, fields in redis.xrange(stream)]


def published(redis, **wanted):
    """The record of the first entry whose flat fields are as wanted, by any part of its body where `body` is."""
    for stream in (keys.ARTICLES, keys.COPIES):
        for fields in entries(redis, stream):
            if all(value in fields[name.encode()].decode() for name, value in wanted.items()):
                return msgspec.json.decode(fields[b"body"], type=Record)
    raise AssertionError(wanted)


@pytest.fixture(scope="module")
def at(worked):
    """The address of a read-only desk over what real workers did."""
    desk = Desk.at(worked, Settings())
    with serving(desk, read_only=True) as url:
        yield url
    desk.close()


def test_no_page_runs_or_builds_anything_out_of_a_scraped_page(worked_desk, at, browser):
    """A page that is full of markup goes through every view as text, under a policy that has nothing to complain of."""
    hostile = published(worked_desk.queues, body="Harbour talks")
    pages = ("/", "/stories", f"/stories/{hostile.story}", f"/articles/{hostile.id}", f"/files/{hostile.file.id}",
             "/rejected", "/workers", "/search?q=harbour", f"/search?q={HOSTILE.replace('#', '')}")  # fmt: skip
    seen = {}
    for page in pages:
        browser.open(at + page)
        ran, made = browser.run("return [!!window.hostile, document.querySelectorAll('.hostile, main script').length]")
        seen[page] = (ran, made, browser.complaints())

    assert seen == dict.fromkeys(pages, (False, 0, []))


def test_hostile_words_are_shown_as_printed(worked_desk, at, browser):
    """What the scraped page says stands on the article's page letter by letter."""
    hostile = published(worked_desk.queues, body="Harbour talks")
    browser.open(f"{at}/articles/{hostile.id}")

    assert HOSTILE in browser.text()


def test_a_new_story_comes_to_an_open_page(redis, redis_url, desk, browser):
    """The desk page shows a story some moments after it was published, without being loaded again."""
    with serving(desk) as url:
        browser.open(url + "/", "return document.querySelector('.dot.on') !== null")
        browser.run("window.mark = 1")
        command = [Path(sys.executable).with_name("wiredesk"), "run", ROOT / "examples/pages/island-wire.txt"]
        subprocess.run(
            command, env=os.environ | {"WIREDESK_REDIS_URL": redis_url}, check=True, stderr=subprocess.DEVNULL
        )
        browser.until("return document.querySelector('#stories').innerText.includes('Seagrass meadows')", seconds=30)

        assert browser.run("return window.mark") == 1
        assert browser.complaints() == []


def test_a_phone_reads_every_page_without_scrolling_sideways(worked_desk, at, browser):
    """On 390 points of width nothing stands out of the page."""
    hostile = published(worked_desk.queues, body="Harbour talks")
    browser.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    )
    over = {}
    for page in ("/", "/stories", f"/articles/{hostile.id}", f"/files/{hostile.file.id}", "/rejected", "/workers"):
        browser.open(at + page)
        over[page] = browser.run("return document.documentElement.scrollWidth - window.innerWidth")
    browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    assert all(pixels <= 0 for pixels in over.values()), over


def test_story_page_lays_versions_side_by_side(worked_desk, at):
    """The page of a story with a copy names both, how much they share, and the words that only one has."""
    (copy, *_) = [e for e in entries(worked_desk.queues, keys.COPIES) if e[b"relation"] in (b"near", b"contained")]
    record = msgspec.json.decode(copy[b"body"], type=Record)
    page = ask(f"{at}/stories/{record.story}").text

    assert links.article(record.id) in page
    assert links.article(record.story) in page
    assert re.search("<(?:ins|del)>[^<]+<", page)


def test_article_page_marks_its_evidence(worked_desk, at):
    """A field's evidence is marked where it stands in the original text."""
    article = published(worked_desk.queues, body="coastal-times")
    page = ask(f"{at}/articles/{article.id}").text

    assert 'data-fields="published" title="published">13 Mar 2026 06:15:00 GMT1</span>' in page
    assert 'data-fields="dateline" title="dateline">VALLETTA</span>' in page


def test_file_page_shows_the_audit(worked_desk, at):
    """A file's page says what each line was taken for and lists what the file gave."""
    article = published(worked_desk.queues, body="harbour-gazette")
    page = ask(f"{at}/files/{article.file.id}").text

    assert "The page, line by line" in page
    assert 'class="kind-furniture lab-share"' in page
    assert links.article(article.id) in page


def test_rejected_page_groups_by_reason(at):
    """What was rejected stands under its kind with the reason in words."""
    page = ask(f"{at}/rejected").text

    assert 'id="split-empty"' in page
    assert 'id="split-binary"' in page
    assert "picture.txt" in page


def test_the_button_starts_a_heap_over(worked_desk, at):
    """Pressing it reopens the heap's files and marks their cases; a second press finds nothing left to do."""
    with serving(worked_desk) as url:
        press = lambda: ask(  # noqa: E731
            f"{url}/rejected/retry", "POST", b"stage=split&kind=binary", Sec_Fetch_Site="same-origin",
            Content_Type="application/x-www-form-urlencoded",
        )  # fmt: skip
        first, second = press().headers["location"], press().headers["location"]
        page = ask(url + first).text
    refused = ask(f"{at}/rejected/retry", "POST", b"kind=binary", Sec_Fetch_Site="same-origin")

    assert (first, second) == ("/rejected?again=1", "/rejected?again=0")
    assert '<span class="tag">retried</span>' in page
    assert refused.status_code == 403


def test_search_finds_by_id_headline_and_publisher(worked_desk, at):
    """An id leads to its page; words find headlines, or a publisher, by their beginnings."""
    article = published(worked_desk.queues, body="coastal-times")

    assert ask(f"{at}/search?q={article.id}").headers["location"] == links.article(article.id)
    assert ask(f"{at}/search?q={article.file.id}").headers["location"] == links.file(article.file.id)
    assert ask(f"{at}/search?q=publish-{article.id}").headers["location"] == links.article(article.id)
    assert "Dock workers and ferry" in ask(f"{at}/search?q=valletta+ferr").text
    assert "Seagrass off Crete" in ask(f"{at}/search?q=valley+cour").text
    assert "No headline" in ask(f"{at}/search?q=zeppelin").text


@pytest.mark.parametrize(
    "path", ["/articles/none", "/articles/aaaaaaaaaaaaaaaa-0", "/files/x", "/stories/x", "/a/b", "/articles/x.json"]
)
def test_what_is_not_there_is_said_so(at, path):
    """An address of nothing is a page with 404."""
    assert ask(at + path).status_code == 404


def test_pages_need_nothing_from_elsewhere(at):
    """No address outside the desk stands in a page's markup, styles or scripts."""
    sources = [ask(at + page).text for page in ("/", "/static/desk.css", "/static/live.js", "/static/evidence.js")]

    assert not any("http://" in text or "https://" in text for text in sources)


def test_a_password_is_asked_of_everyone(worked_desk):
    """With a password, pages, metrics and the dashboard answer to it alone; health answers anyone."""
    with serving(worked_desk, password=PASSWORD) as url:
        statuses = [ask(url + page).status_code for page in ("/", "/rq/", "/live", "/static/desk.css")]
        right = ask(url + "/rejected", Authorization="Basic YW55Ym9keTpzZXNhbWU=").status_code
        wrong = ask(url + "/rejected", Authorization="Basic YW55Ym9keTpzZXNhbQ==").status_code
        health = ask(url + "/healthz/ready").status_code

    assert (statuses, right, wrong, health) == ([401] * 4, 200, 401, 200)


def test_another_name_for_this_machine_is_refused(at):
    """Without a password a request that names another host (DNS rebinding) gets no page."""
    assert ask(at + "/", Host="evil.example").status_code == 421
    assert ask(at + "/", Host="[::1]:8470").status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "desk.example"])  # noqa: S104  (refused)
def test_other_addresses_want_a_password(host):
    """The desk does not listen where others reach it unless a password is set."""
    with pytest.raises(SettingError, match="WIREDESK_DESK_PASSWORD"):
        guard.check_bind(host, "")
    guard.check_bind(host, "sesame")
    guard.check_bind("127.0.0.1", "")


def test_ready_says_when_redis_is_away(settings):
    """The process lives on when Redis does not answer, and says that it is not ready."""
    with server.private() as url:
        desk = Desk.at(url, settings)
        started = serving(desk)
        address = started.__enter__()
        answers = [ask(address + "/healthz/ready").status_code]
    answers += [ask(address + path).status_code for path in ("/healthz/live", "/healthz/ready", "/")]
    started.__exit__(None, None, None)

    assert answers == [200, 200, 503, 200]


def test_catalogue_holds_what_the_streams_hold(redis):
    """Entries of more than one piece are read backwards to the first and forwards as they come, each once."""
    catalogue = Catalogue()
    reader = Reader(redis, catalogue)
    for n in [*range(2 * PIECE + 5), 9999]:
        if n == 9999:
            for _ in range(4):
                reader.step()
        body = f'{{"headline":"Story {n}"}}'
        redis.xadd(keys.ARTICLES, {"body": body, "id": f"{'a' * 16}-{n}", "story": f"s{n}", "relation": "original"})
    reader.step()

    assert [a.headline for a in catalogue.newest(2)] == ["Story 9999", f"Story {2 * PIECE + 4}"]
    assert len(catalogue.newest(10_000)) == 2 * PIECE + 6
    assert len(catalogue.search("story 40")) == sum(str(n).startswith("40") for n in range(2 * PIECE + 5))


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("entries", [("*", "*"), ("5-0", "5-0")])
def test_catalogue_shows_the_newest_version(redis, late, entries):
    """A revised article stands once, as it reads now, where it stood: read as it comes, or from the past backwards."""
    catalogue = Catalogue()
    reader = Reader(redis, catalogue)
    for n, (stream, said) in enumerate([(keys.ARTICLES, "Ferry sinks"), (keys.COPIES, "Ferry afloat")]):
        body, fields = f'{{"headline":"{said}"}}', {"story": "s", "relation": "original"}
        redis.xadd(stream, {"body": body, "id": f"{'a' * 16}-0", "version": n + 1} | fields, id=entries[n])
        redis.xadd(stream, {"hello": "x"})
        redis.xadd(keys.ARTICLES, {"body": '{"headline":"Other"}', "id": f"{'b' * 16}-{n}"} | fields)
        if not late:
            reader.step()
    reader.step()

    assert [a.headline for a in catalogue.newest(9)] == ["Other", "Other", "Ferry afloat"]
    assert [a.stream for a in catalogue.search("afloat")] == [keys.COPIES]
    assert (catalogue.search("sinks"), catalogue.size()) == ([], 3)


def _headlines(path, headlines):
    """A catalogue whose n-th newest article has the n-th headline from the end."""
    catalogue = Catalogue(path / "catalogue")
    rows = [
        Listed(f"a-{n}", "s", "original", keys.ARTICLES, f"{n}-0", n, "en", "", "", said, "")
        for n, said in enumerate(headlines)
    ]
    catalogue.add(keys.ARTICLES, None, rows)
    return catalogue


def test_a_search_prefers_whole_words(tmp_path):
    """With enough headlines that have the word itself, those that have a longer one are left out."""
    catalogue = _headlines(tmp_path, [f"The {word} case" for word in ("ferry", "ferrying", "ferry", "ferries")])

    assert [a.id for a in catalogue.search("ferry", 2)] == ["a-2", "a-0"]
    assert [a.id for a in catalogue.search("ferry")] == ["a-2", "a-1", "a-0"]
    catalogue.close()


@pytest.mark.parametrize(
    "said",
    ["inter", "internationalis", "INTERNATIONALISATION", "élan", "elan", "snake_cas", "हिन्दी", "a\u19b0b", "\0vit"],
)
def test_a_search_splits_words_as_the_index_does(tmp_path, said):
    """Any beginning is found, with accents or without, and so is a word of letters that the index does not know."""
    catalogue = _headlines(tmp_path, ["Internationalisation: élan vital in snake_case, हिन्दी a\u19b0b", "Other news"])

    assert [a.id for a in catalogue.search(said)] == ["a-0"]
    assert catalogue.search(f"{said} zeppelin") == []
    catalogue.close()


def test_many_workers_stand_on_several_pages(redis_url):
    """A hundred a page, of all stages or of one; what a page leaves out is a link away."""
    desk = Desk.at(redis_url, Settings())
    for n in range(130):
        stage = "split" if n < 120 else "extract"
        row = f"rq:worker:{stage}@host.{n:03}"
        desk.queues.sadd("rq:workers", row)
        desk.queues.sadd(f"rq:workers:{stage}", row)
        desk.queues.hset(row, mapping={"state": "idle", "queues": stage, "birth": "2026-03-03T08:00:00Z"})
    with serving(desk) as url:
        counts = [len(re.findall("@host", ask(url + page).text)) for page in (
            "/workers", "/workers?from=100", "/workers?stage=extract", "/workers?stage=split&from=100",
        )]  # fmt: skip
    desk.close()

    assert counts == [100, 30, 10, 20]


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (b'"plain","x":1', "plain"),
        (rb'"a \"quoted\" one",', 'a "quoted" one'),
        (b"null,", ""),
        (b'"cut off', "cut off…"),
        (rb'"half a character \ud8', r"half a character \ud8"),
    ],
)
def test_headlines_are_cut_out_of_json(piece, said):
    """The JSON string at the beginning of a piece is decoded, also where the piece ends inside it."""
    assert string(piece) == said


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_a_comparison_keeps_every_word(left, right):
    """The left column holds the left text's words in order, the right column the right text's."""
    rows = diff.compare(left, right).rows

    assert " ".join(run.text for row in rows for run in row.left).split() == left.split()
    assert " ".join(run.text for row in rows for run in row.right).split() == right.split()


def test_equal_texts_have_no_difference():
    """Of equal texts no word is marked."""
    found = diff.compare("One two.\n\nThree four.", "One two.\n\nThree four.")

    assert (found.left, found.right, found.both, len(found.rows)) == (0, 0, 4, 2)


def test_evidence_pieces_are_the_text(worked_desk):
    """The pieces of an article's original, put together, are a stretch of the file; a marked one is its span."""
    article = published(worked_desk.queues, body="coastal-times")
    original = texts.read(worked_desk, article.file, article.position)
    pieces = texts.evidence(original, article.span, article.evidence)

    assert "".join(piece.text for piece in pieces) in original.text
    start, end = article.evidence["published"].span
    assert original.text[start:end] in [p.text for p in pieces if "published" in p.names]


@pytest.mark.parametrize(
    ("job", "leads"),
    [
        ("split-abcdefghijklmnop-3", "/files/abcdefghijklmnop"),
        ("publish-abcdefghijklmnop-3", "/articles/abcdefghijklmnop-3"),
        ("publish-<b>-3", None),
        ("other", None),
    ],
)
def test_a_job_id_leads_to_what_it_works_on(job, leads):
    """Ids are functions of content, so a job's id is enough."""
    assert links.of_job(job) == leads
    assert ids.place("abcdefghijklmnop-3") == ("abcdefghijklmnop", 3)
