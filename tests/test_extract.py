"""`extract`: a draft described, and why."""

import pytest

from newstext.article import Caption, Dateline, Draft, Label, Mark, Origin, Stated
from newstext.extract import extract

BODY = (
    "CAIRO: The foreign minister, Jane Roe, said on Tuesday that the talks would go on for as long as it takes.\n\n"
    "“We are not in a hurry to leave the table,” Roe said. She had met the head of the Bank of Egypt before."
)


def page(*marks, body=BODY, **stated):
    printed = [Mark(label, (10 * n, 10 * n + len(text)), text) for n, (label, text) in enumerate(marks)]
    return Draft(0, (0, 900), body, headline="Talks go on", marks=printed, stated=Stated(**stated))


def test_marks_of_a_page_become_fields():
    """Byline, stamp, agency line and breadcrumbs are read from the marks around a body."""
    draft = page(
        (Label.BREADCRUMB, "• Home"),
        (Label.BREADCRUMB, "• Middle East"),
        (Label.TIMESTAMP, "07 Feb 2024 01:02:02 GMT9"),
        (Label.BYLINE, "By Ann Poe"),
        (Label.AGENCY, "Reuters"),
    )

    article = extract(draft, Origin())

    assert (article.bylines, article.agencies, article.section) == (["Ann Poe"], ["Reuters"], "Middle East")
    assert (article.published, article.published_precision) == ("2024-02-07T01:02:02+09:00", "second")
    assert (article.dateline, article.language) == (Dateline("CAIRO", "Cairo", "EG"), "en")


def test_nothing_is_invented():
    """A page that states nothing gives a described article whose fields are empty."""
    article = extract(page(body="The minister spoke on Tuesday."), Origin())

    assert (article.published, article.dateline, article.publisher, article.section) == (None, None, None, None)
    assert article.bylines == article.agencies == article.topics == []
    assert "published" not in article.evidence


def test_photo_credit_is_no_agency_and_its_date_no_date():
    """A caption's agency credits the picture, and its date is the picture's."""
    draft = page()
    draft.captions = [Caption("Jane Roe in Cairo, Feb. 6, 2024. (AFP file photo)")]

    article = extract(draft, Origin())

    assert article.captions == [Caption("Jane Roe in Cairo, Feb. 6, 2024.", "AFP", file_photo=True)]
    assert (article.agencies, article.published) == ([], None)


def test_what_a_row_states_is_taken():
    """Stated fields come first, and the evidence names the format that states them."""
    draft = page(
        (Label.BYLINE, "By Someone Else"),
        published="2024-02-07 18:05",
        bylines=["Ann Poe and Bob Low"],
        publisher="The Daily",
        rule="json-lines",
    )

    article = extract(draft, Origin())

    assert (article.published, article.bylines, article.publisher) == (
        "2024-02-07T18:05:00",
        ["Ann Poe", "Bob Low"],
        "The Daily",
    )
    assert article.evidence["published"].rule == "json-lines"
    assert article.evidence["bylines"].other == "Someone Else"


def test_disagreement_lowers_the_confidence_and_keeps_both():
    """An address with another day than the stated one makes the date less sure."""
    alone = extract(page(published="2024-02-07"), Origin())
    doubted = extract(page(published="2024-02-07", url="https://example.com/2024/02/09/talks"), Origin())

    assert doubted.published == alone.published == "2024-02-07"
    assert doubted.evidence["published"].confidence < alone.evidence["published"].confidence
    assert doubted.evidence["published"].other == "2024-02-09"


def test_writers_in_print_against_a_declaration_are_kept_beside_it():
    """A byline that names somebody else makes the declared writer less sure, and both are in the evidence."""
    alone = extract(page(bylines=["Ann Poe"]), Origin()).evidence["bylines"]
    doubted = extract(page((Label.BYLINE, "Bob Low"), bylines=["Ann Poe"]), Origin()).evidence["bylines"]

    assert doubted.confidence < alone.confidence
    assert doubted.other == "Bob Low"


def test_owner_in_print_against_a_declared_publisher_is_kept_beside_it():
    """A copyright line that names another house makes the declared publisher less sure, and both are kept."""
    draft = page((Label.LEGAL, "© 2024 Gull Holdings"), publisher="The Daily Gull")
    told = extract(draft, Origin()).evidence["publisher"]

    assert (told.confidence < 0.97, told.other) == (True, "Gull Holdings")


def test_text_against_a_declared_language_is_told():
    """A page that declares German around English text is English, and the declaration is kept."""
    article = extract(page(body=4 * BODY, language="de"), Origin())

    assert (article.language, article.evidence["language"].other) == ("en", "de")


def test_impossible_statement_gives_way():
    """A stated date after the file was fetched is not believed."""
    draft = page((Label.TIMESTAMP, "7 Feb 2024"), published="2031-01-01")

    assert extract(draft, Origin(fetched_at="2024-02-08T00:00:00+00:00")).published == "2024-02-07"


def test_quote_has_its_speaker():
    """A quote is given with the name that a verb of speech ties to it, and its place in the body."""
    (quote,) = extract(page(), Origin()).quotes

    assert (quote.text, quote.speaker) == ("We are not in a hurry to leave the table", "Roe")
    assert BODY[slice(*quote.span)].startswith("“We are")


def test_arabic_word_in_another_text_hides_no_names():
    """A text is read as Arabic when most of its letters are."""
    body = "The Gull Bank (بنك النورس) opened a branch in Cairo. “We are glad to be here at last,” said Jane Roe."

    assert {mention.text for mention in extract(page(body=body), Origin()).mentions} == {
        "Gull Bank",
        "Cairo",
        "Jane Roe",
    }


def test_mentions_are_told_apart():
    """A person is known by the later surname alone, an organisation by its words, a place by the gazetteer."""
    found = {mention.text: mention.kind for mention in extract(page(), Origin()).mentions}

    assert found["Jane Roe"] == "person"
    assert found["Bank of Egypt"] == "organisation"


@pytest.mark.parametrize(
    ("body", "language"),
    [
        (
            "قال وزير الخارجية إن المحادثات سوف تستمر في القاهرة بعد لقاء مع الوزير في الأسبوع الماضي على هامش القمة",
            "ar",
        ),
        ("Le ministre a déclaré que les discussions se poursuivront dans la capitale avec tous les partis", "fr"),
        ("Der Minister sagte am Dienstag, dass die Gespräche in der Hauptstadt mit allen Parteien weitergehen", "de"),
        ("El ministro dijo el martes que las conversaciones seguirán en la capital con todos los partidos", "es"),
        ("Bakan salı günü yaptığı açıklamada görüşmelerin başkentte bütün partiler ile devam edeceğini ve", "tr"),
    ],
)
def test_language_is_the_texts(body, language):
    """The language is told by the text, and a template's wrong claim does not stand against it."""
    assert extract(page(body=body), Origin()).language == language
    assert extract(page(body=body * 5, language="en"), Origin()).language == language


@pytest.mark.parametrize(
    ("body", "speaker"),
    [
        ('"We will go on with the talks," said Jane Roe, who leads the party.', "Jane Roe"),
        ('"We will go on with the talks," he said.', None),
        ('Roe stressed to the envoy her rejection of it, saying that "this is no place for it at all."', "Roe"),
        ('According to Bob Low, "a compromise can only be reached by talking."', "Bob Low"),
        ("„Wir machen mit den Gesprächen weiter“, sagte Anna Kraus am Montag.", "Anna Kraus"),
    ],
)
def test_speaker_is_whom_the_verb_names(body, speaker):
    """The speaker stands after or before the quote; a pronoun names nobody."""
    assert [quote.speaker for quote in extract(page(body=body), Origin()).quotes] == [speaker]


def test_names_stand_without_titles_and_apart():
    """Titles are no part of a name, and two names joined by `and` are two."""
    body = "US President Jane Roe and Foreign Minister Bob Low met in Syria and Iraq. Roe left. Low stayed in Cairo."

    found = {mention.text: mention.kind for mention in extract(page(body=body), Origin()).mentions}

    assert found == {"Jane Roe": "person", "Bob Low": "person", "Syria": "place", "Iraq": "place", "Cairo": "place"}
