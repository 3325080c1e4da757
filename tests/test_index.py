from __future__ import annotations

import random

import pytest
from index_kit import NOW, Desk, prose
from msgspec.structs import replace
from redis import Redis

from workers.index import Limits

HOUR = 3600


@pytest.fixture
def desk(redis):
    return Desk(redis)


def stored(redis: Redis) -> dict[bytes, int]:
    return {key: redis.strlen(key) for key in redis.scan_iter() if not key.endswith(b"seq")}


STORY = prose(300)


def test_the_first_is_the_original_and_copies_name_it(desk):
    """A copy, a cut and an extension are linked to the article that came first; another story is not."""
    first = desk.article("first", STORY)
    desk.claim(first)

    verdicts = desk.claim(
        desk.article("copy", STORY),
        desk.article("edited", ["late", *STORY]),
        desk.article("cut", STORY[:150]),
        desk.article("long", STORY + prose(200, 2)),
        desk.article("other", prose(300, 3)),
    )

    assert [v.relation for v in verdicts] == ["exact", "near", "contained", "contains", "original"]
    assert {v.story for v in verdicts[:4]} == {first.id} == {v.duplicate_of for v in verdicts[:4]}


def test_copies_in_one_batch_are_one_story(desk):
    """Articles of one claim are judged against each other, before any of them is stored."""
    batch = [desk.article(f"a{i}", [*STORY, f"x{i}"]) for i in range(6)]
    desk.texts.clear()

    verdicts = desk.claim(*batch)

    assert [v.relation for v in verdicts] == ["original"] + ["near"] * 5
    assert {v.story for v in verdicts} == {batch[0].id}


def test_a_repeated_claim_gets_the_answer_it_got(desk):
    """After a crash original stays original and a copy keeps its match, even when a likelier original came since."""
    first, copy = desk.article("first", STORY), desk.article("copy", [*STORY[:260], *prose(60, 5)])
    before = desk.claim(first, copy)
    desk.claim(desk.article("between", [*prose(250, 6), *STORY[250:], *prose(60, 5)]))

    assert desk.claim(first, copy) == before
    assert desk.claim(copy, first) == before[::-1]


def test_what_was_judged_different_is_not_asked_for_again(desk):
    """A candidate that fails on the texts does not stop the newcomer from becoming an original."""
    frame = prose(70)
    a = desk.article("monday", [*frame, "closed at 101.5 with 2,300 traded"])
    b = desk.article("tuesday", [*frame, "closed at 99.7 with 4,100 traded"])

    assert [v.relation for v in desk.claim(a, b)] == ["original", "original"]


def test_bodies_without_words_are_copies_of_nothing(desk):
    """Two pages that gave no text have nothing in common."""
    empty = [desk.article("a", []), desk.article("b", ["***"])]

    assert [v.relation for v in desk.claim(*empty)] == ["original"] * 2
    assert [v.relation for v in desk.claim(*empty)] == ["original"] * 2


def test_near_matches_end_with_their_window(desk):
    """Copies count as such within 72 hours by their own times, whenever they arrive."""
    desk.claim(desk.article("first", STORY, when=NOW))

    late, soon = desk.claim(
        desk.article("late", ["a", *STORY], when=NOW + 80 * HOUR),
        desk.article("soon", ["b", *STORY], when=NOW + 70 * HOUR),
    )

    assert (late.relation, soon.relation) == ("original", "near")


def test_what_is_withdrawn_is_nobodys_original(desk):
    """The next copy is the original then, and the one that was withdrawn would be its copy; others stay as they are."""
    first, other = desk.article("first", STORY), desk.article("other", prose(300, 2))
    desk.claim(first, other)
    before = stored(desk.redis)
    desk.index.withdraw([first])
    assert stored(desk.redis) == before
    verdicts = desk.claim(
        desk.article("copy", STORY), desk.article("late", [*STORY, "late"]), first, desk.article("more", prose(300, 2))
    )

    assert [verdict.relation for verdict in verdicts] == ["original", "near", "exact", "exact"]
    assert ({v.story for v in verdicts[:3]}, verdicts[3].story) == ({verdicts[0].story}, other.id)


def test_exact_matches_have_the_longer_window(desk):
    """An exact copy is one for 30 days; a short text that recurs after the near window is a notice of its own."""
    desk.claim(desk.article("first", STORY), desk.article("notice", STORY[:30]))

    days = 10 * 24 * HOUR
    again = desk.claim(
        desk.article("again", STORY, arrived=NOW + days),
        desk.article("notice2", STORY[:30], arrived=NOW + days),
        desk.article("month", STORY, arrived=NOW + 5 * days),
    )

    assert [v.relation for v in again] == ["exact", "original", "original"]


def test_arrival_counts_where_one_states_no_time(desk):
    """An archive's date is not held against a page that states none."""
    desk.claim(desk.article("dated", STORY, when=NOW - 900 * HOUR, arrived=NOW))

    assert desk.claim(desk.article("undated", ["a", *STORY], arrived=NOW + HOUR))[0].relation == "near"


def test_a_match_whose_text_is_gone_is_estimated(desk):
    """When the original's text has expired the sketches decide, and the verdict says so."""
    first = desk.article("first", STORY)
    desk.claim(first)
    del desk.texts[first.id]

    verdict = desk.claim(desk.article("copy", [*STORY, "late"]))[0]

    assert (verdict.relation, verdict.story, verdict.estimated) == ("near", first.id, True)


def test_new_articles_cost_one_round_trip(desk, monkeypatch):
    """A batch of new articles is one script call, whatever its size."""
    desk.claim(desk.article("warm", prose(50, 99)))
    calls = []
    sent = Redis.execute_command
    monkeypatch.setattr(Redis, "execute_command", lambda self, *a, **k: (calls.append(a[0]), sent(self, *a, **k))[1])

    desk.claim(*(desk.article(f"n{i}", prose(200, 100 + i)) for i in range(50)))

    assert calls == ["EVALSHA"]


def test_briefs_of_one_form_cost_a_few_round_trips(desk):
    """A batch of texts that all nearly match, prices or scores, is told apart at once and not one a round trip."""
    form = prose(11)
    briefs = [desk.article(f"brief{n}", [*form[:5], str(n), *form[5:]]) for n in range(60)]
    before = desk.redis.info("commandstats").get("cmdstat_evalsha", {}).get("calls", 0)

    verdicts = desk.claim(*briefs)

    assert [v.relation for v in verdicts] == ["original"] * 60
    assert desk.redis.info("commandstats")["cmdstat_evalsha"]["calls"] - before <= 4


def test_memory_is_fixed_by_the_capacity(desk):
    """Ten times the capacity goes through without a key more: the oldest is overwritten, the newest is found."""
    desk.limits = Limits(articles=100, claims=64)
    desk.claim(*(desk.article(f"a{i}", prose(40, i)) for i in range(100)))
    before = stored(desk.redis)
    for start in range(100, 1_000, 100):
        desk.claim(*(desk.article(f"a{i}", prose(40, i)) for i in range(start, start + 100)))

    assert stored(desk.redis) == before
    assert desk.claim(desk.article("new", prose(40, 990)))[0].relation == "exact"
    assert desk.claim(desk.article("old", prose(40, 3)))[0].relation == "original"


def test_a_shingle_that_everybody_shares_hides_no_copy(desk):
    """Boilerplate with the lowest hashes of all fills its buckets up; true copies are found by their other keys."""
    boilerplate = prose(40, 7)
    stories = [desk.article(f"s{i}", prose(120, 100 + i) + boilerplate) for i in range(150)]
    desk.claim(*stories)

    copies = desk.claim(*(desk.article(f"c{i}", ["x", *prose(120, 100 + i), *boilerplate]) for i in range(150)))

    assert sum(c.story == s.id for c, s in zip(copies, stories, strict=True)) >= 148


def test_a_story_that_others_quote_over_and_over_is_still_found(desk):
    """Fifty other texts that carry all of a story's keys do not push it out of its buckets."""
    story = desk.article("story", STORY)
    desk.claim(story)
    for i in range(50):
        other = desk.article(f"q{i}", prose(200, 900 + i))
        desk.claim(replace(other, fingerprint=replace(other.fingerprint, keys=story.fingerprint.keys)))

    assert desk.claim(desk.article("copy", [*STORY, "late"]))[0].story == story.id


def test_a_look_shows_who_was_considered_and_why_not(desk):
    """The originals that share a key, with the reason why one is not judged; looking changes nothing."""
    first = desk.article("first", STORY, when=NOW)
    old = desk.article("old", [*STORY[:200], *prose(100, 8)], when=NOW - 100 * HOUR)
    unlike = desk.article("unlike", prose(250, 9) + STORY[:60], when=NOW)
    assert [v.relation for v in desk.claim(old, first, unlike)] == ["original"] * 3

    copy = desk.article("copy", [*STORY, "late"], when=NOW)
    looked = desk.index.look([copy])[0]

    assert {(c.id, c.why_not) for c in looked} == {(first.id, ""), (old.id, "outside"), (unlike.id, "unlike")}
    assert desk.claim(copy)[0].story == first.id


def test_the_index_is_rebuilt_from_what_was_published(desk):
    """After FLUSHALL the originals can be put back, and copies find them again."""
    originals = [desk.article(f"o{i}", prose(200, i)) for i in range(20)]
    desk.claim(*originals)
    desk.redis.flushall()

    assert desk.index.rebuild(originals) == 20
    copies = desk.claim(*(desk.article(f"c{i}", ["late", *prose(200, i)]) for i in range(20)))
    assert [c.story for c in copies] == [o.id for o in originals]
    assert [v.relation for v in desk.claim(*originals)] == ["original"] * 20


def test_other_limits_are_another_index(desk):
    """Tables of another size are never misread, and their memory can be given back."""
    desk.claim(desk.article("first", STORY))
    desk.limits = Limits(articles=6_000)

    assert desk.claim(desk.article("copy", [*STORY, "x"]))[0].relation == "original"
    assert desk.index.tidy() > 0
    assert desk.index.tidy() == 0


def test_no_answer_ever_changes(desk):
    """Whatever is claimed in between, in whatever batches, an article that claims again is told the same."""
    source = random.Random(11)
    pool = []
    for i in range(120):
        base = prose(source.choice((20, 90, 250)), source.randrange(12))
        words = base[: source.randrange(len(base) // 2, len(base))] + prose(source.randrange(30), 500 + i)
        pool.append(desk.article(f"p{i}", words, when=NOW + source.randrange(200) * HOUR if i % 3 else None))
    told = {}
    for _ in range(60):
        batch = source.sample(pool, source.randrange(1, 12))
        for article, verdict in zip(batch, desk.claim(*batch), strict=True):
            assert told.setdefault(article.id, verdict) == verdict

    originals = {article for article, verdict in told.items() if verdict.relation == "original"}
    assert {verdict.story for verdict in told.values()} == originals


def test_an_id_of_zeros_is_not_taken_for_an_empty_slot(desk):
    """A bucket that another article's verdict opened says nothing of the article whose id is all zeros."""
    one, copy, zeros = (desk.article(name, prose(200)) for name in ("one", "copy", "\0" * 10))
    desk.limits = Limits(articles=5_000, claims=8)
    desk.claim(one)
    desk.claim(copy)

    (verdict,) = desk.claim(zeros)

    assert (verdict.relation, verdict.duplicate_of) == ("exact", one.id)
