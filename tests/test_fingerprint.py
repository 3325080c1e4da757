from __future__ import annotations

import random
import time
import tracemalloc

import pytest

from newstext.fingerprint import KEYS, LEAD_KEYS, SKETCH, estimate, features, features_batch
from newstext.shingles import salt

STORY = (
    "The central bank left its key rate unchanged on Tuesday, saying that inflation would slow over the coming year "
    "while growth in the services sector held up better than its economists had expected in the spring."
)


def prose(words: int, seed: int = 1) -> list[str]:
    source = random.Random(seed)
    return ["".join(source.choices("aeioulnrst", k=4)) for _ in range(words)]


@pytest.mark.parametrize(
    "other",
    [
        STORY.upper(),
        STORY.replace(" ", "\n  "),
        STORY.replace("unchanged", "un\u00adchanged").replace("rate", "\u200brate\u200d"),
        STORY.replace(",", " \u2014 ").replace(".", "\u2026"),
        STORY.replace("Tuesday", "\uff34uesday").replace("growth", "gr\u00f6wth"),
        STORY.replace("growth", "gro\u0308wth"),
    ],
)
def test_layout_case_quotes_and_invisible_characters_leave_no_trace(other):
    """The same words give the same fingerprint however they are set."""
    assert features(other) == features(STORY)


def test_another_word_is_another_exact_key():
    """One changed word changes the exact key but leaves most of the sketch."""
    a, b = features(STORY), features(STORY.replace("Tuesday", "Wednesday"))

    assert a.exact != b.exact
    assert estimate(a, b).jaccard > 0.6


def test_words_are_told_apart_by_their_bounds():
    """Texts of the same letters in other words differ: the key is of words, not of letters."""
    assert features("the rapist was seen").exact != features("therapist was seen").exact


def test_the_sketch_estimates_the_jaccard_similarity():
    """Over texts of known overlap the estimate errs by about one standard error of 64 bytes, .06."""
    errors = []
    for share in range(1, 20):
        kept = prose(600, share)
        a, b = " ".join(kept + prose(300, 100 + share)), " ".join(kept + prose(30 * share, 200 + share))
        errors.append(abs(estimate(features(a), features(b)).jaccard - 600 / (900 + 30 * share)))

    assert sum(errors) / len(errors) < 0.06


def test_a_cut_story_is_found_by_a_shared_key():
    """A story and its first third share a key in nearly all cases."""
    texts = [prose(450, seed) for seed in range(100)]
    whole = features_batch(" ".join(text) for text in texts)
    cut = features_batch(" ".join(text[:150]) for text in texts)

    assert sum(bool(set(a.keys) & set(b.keys)) for a, b in zip(whole, cut, strict=True)) >= 98


def test_a_brief_inside_a_long_digest_is_found_by_a_shared_key():
    """Long texts have more keys: a paragraph of 120 words within 1,400 of others shares one more often than not."""
    brief = [prose(120, seed) for seed in range(100)]
    digest = [prose(700, 1000 + i) + words + prose(700, 2000 + i) for i, words in enumerate(brief)]
    short, long = (features_batch(" ".join(words) for words in texts) for texts in (brief, digest))

    assert sum(bool(set(a.keys) & set(b.keys)) for a, b in zip(short, long, strict=True)) >= 75


def test_a_batch_gives_what_one_by_one_gives():
    """Bodies of every script and length, together and alone."""
    bodies = [
        STORY,
        "",
        "Rain.",
        "美国总统星期三在华盛顿表示，将与中国就贸易问题举行新一轮谈判。",
        " ".join(prose(2_000)),
        STORY,
    ]

    assert features_batch(bodies) == [features(body) for body in bodies]


def test_short_texts_have_an_exact_key_only():
    """Under eight words there is nothing to be alike with, but equal texts are equal."""
    mark = features("Rain. More later.")

    assert (mark.keys, mark.sketch, mark.shingles, mark.words) == ((), b"", 0, 3)
    assert mark.exact == features("RAIN more later").exact


@pytest.mark.parametrize(
    "text", ["", " \n", "\ud800", "\u0301" * 1000, "-" * 1000, "\U0001f600", "\ufdfa" * 100, "a" * 100_000]
)
def test_any_text_has_a_fingerprint(text):
    """Nothing that Python holds as text is refused."""
    assert len(features(text).exact) == 32


@pytest.mark.parametrize(
    ("text", "edited", "other"),
    [
        (
            "美国总统星期三在华盛顿表示，将与中国就贸易问题举行新一轮谈判，双方代表团将于下周会面。",
            "美国总统星期三在华盛顿说，将与中国就贸易问题举行新一轮谈判，双方代表团将于下周会面。",
            "日本央行周二维持利率不变，并预计明年通货膨胀将放缓，服务业增长好于预期，市场反应平淡。",
        ),
        (
            "قال مسؤولون يوم الثلاثاء إن البنك المركزي أبقى سعر الفائدة دون تغيير بعد اجتماع استمر يومين في القاهرة",
            "قَالَ مسئولون يوم الثلاثاء إن البنك المركزى أبقى سعر الفائدة دون تغيير بعد اجتماع استمر يومين في القاهرة",
            "وصل الوفد إلى دمشق صباح أمس لإجراء محادثات مع وزير الخارجية حول الأوضاع في المنطقة وسبل التعاون بينهما",
        ),
        (
            "ธนาคารกลางคงอัตราดอกเบี้ยไว้เท่าเดิมเมื่อวันอังคารโดยคาดว่าเงินเฟ้อจะชะลอตัวในปีหน้า",
            "ธนาคารกลางคงอัตราดอกเบี้ยไว้ตามเดิมเมื่อวันอังคารโดยคาดว่าเงินเฟ้อจะชะลอตัวในปีหน้า",
            "นายกรัฐมนตรีเดินทางถึงกรุงโตเกียวเมื่อวานนี้เพื่อหารือกับผู้นำญี่ปุ่นเรื่องการค้าและการลงทุน",
        ),
    ],
    ids=["chinese", "arabic", "thai"],
)
def test_scripts_without_spaces_or_with_optional_marks_are_compared(text, edited, other):
    """A light edit keeps most of the likeness in any script, another story has none."""
    mark = features(text)

    assert estimate(mark, features(edited)).containment > 0.5
    assert estimate(mark, features(other)).containment < 0.2


def test_a_book_is_fingerprinted_by_its_start_and_told_apart_by_its_end():
    """Megabytes of text cost no more than the first quarter million characters; the exact key is of all."""
    book = "once upon a time " * 300_000
    tracemalloc.start()
    one, other = features(book), features(book + "the end")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (one.keys, one.sketch) == (other.keys, other.sketch)
    assert one.exact != other.exact
    assert peak < 64 << 20


@pytest.mark.parametrize("unit", ["\u0301\u0316", "\u0e38\u0e48", "\ufdfa", "\u0344", "a\u0301"])
def test_hostile_unicode_costs_no_more_than_text(unit):
    """Runs of combining marks in the wrong order and characters that stand for phrases are fingerprinted at once."""
    features(unit)
    began = time.process_time()
    features(unit * 100_000)

    assert time.process_time() - began < 3


def test_a_secret_gives_other_keys_but_the_same_exact_key():
    """With a secret nobody outside can construct shingles that collide; the exact key needs none."""
    plain, secret = features(STORY), features(STORY, "a secret")

    assert plain.exact == secret.exact
    assert not set(plain.keys) & set(secret.keys)
    assert secret == features(STORY, "a secret")


def test_the_length_of_shingles_is_chosen():
    """Longer shingles are more particular: the same edit leaves less in common. More than 6 words are refused."""
    edited = STORY.replace("Tuesday", "Wednesday")
    short, long = (
        estimate(features(STORY, salt(None, size)), features(edited, salt(None, size))).jaccard for size in (1, 6)
    )

    assert short > long
    with pytest.raises(ValueError, match="1 to 6"):
        salt(None, 7)


def test_keys_and_sketch_have_their_size():
    """The index's layout counts on it."""
    mark = features(STORY)

    assert len(mark.sketch) == SKETCH
    assert KEYS <= len(set(mark.keys)) == len(mark.keys) <= KEYS + LEAD_KEYS
