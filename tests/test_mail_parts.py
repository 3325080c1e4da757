"""What is read of a mail's parts: every text, one of each choice, and of what is named the articles."""

from email.message import EmailMessage

import pytest

from newstext.formats import read
from newstext.source import Source

FIRST = "The harbour of Gull Bay stays open through the winter, its master told the council on Monday. " * 3
SECOND = "Fishermen had feared for their berths, and some of them had already moved on to the north. " * 3


def message(subject: str = "Harbour stays open") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "ann@paper.example", "desk@paper.example", subject
    made["Date"] = "Mon, 11 Jan 2010 10:00:00 +0000"
    return made


def texts_of(data: bytes) -> list[tuple[str | None, str]]:
    return [(draft.headline, draft.body) for unit in read(Source.of(data, "a")) for draft in unit.drafts]


def test_text_around_a_picture_is_one_article():
    """A mail program cuts the text where a picture stands."""
    mail = message()
    mail.set_content(FIRST)
    mail.add_attachment(b"\xff\xd8", "image", "jpeg", disposition="inline", filename="a.jpg")
    mail.attach(EmailMessage())
    mail.get_payload()[-1].set_content(SECOND)

    ((headline, body),) = texts_of(mail.as_bytes())
    assert headline == "Harbour stays open"
    assert FIRST.strip() in body
    assert SECOND.strip() in body


def test_named_texts_are_articles_of_their_own():
    """Stories sent as files that the mail program shows in line."""
    mail = message()
    mail.set_content("Two stories.")
    for name, text in (("one", FIRST), ("two", SECOND)):
        mail.add_attachment(f"Story {name} of the day\n\n{text}", disposition="inline", filename=f"{name}.txt")

    assert [body.strip() for _, body in texts_of(mail.as_bytes())][-2:] == [FIRST.strip(), SECOND.strip()]


def test_one_of_the_alternatives_is_read():
    """The page, and not the same as plain text; a mailing list's footer below is nobody's article."""
    mail = message()
    mail.set_content(FIRST)
    mail.add_alternative(f"<html><body><p>{FIRST}</p></body></html>", subtype="html")
    mail.make_mixed()
    mail.attach(EmailMessage())
    mail.get_payload()[-1].set_content("_" * 40 + "\nHarbour mailing list\nharbour@list.example")

    assert [body for _, body in texts_of(mail.as_bytes())] == [FIRST.strip()]


def test_a_text_that_its_page_repeats_is_read_once():
    """Some programs send both and do not say that they are alternatives."""
    mail = message()
    mail.make_mixed()
    for text, kind in ((FIRST, "plain"), (f"<html><body><p>{FIRST}</p></body></html>", "html")):
        mail.attach(EmailMessage())
        mail.get_payload()[-1].set_content(text, subtype=kind)

    assert [body for _, body in texts_of(mail.as_bytes())] == [FIRST.strip()]


@pytest.mark.parametrize(
    ("kind", "name", "data"),
    [("pgp-signature", "signature.asc", b"-----BEGIN PGP"), ("octet-stream", "ann.vcf", b"BEGIN:VCARD")],
)
def test_signatures_and_cards_are_not_looked_at(kind, name, data):
    """Only programs read them."""
    mail = message()
    mail.set_content(FIRST)
    mail.add_attachment(data * 40, "application", kind, filename=name)

    assert len(list(read(Source.of(mail.as_bytes(), "a")))) == 1


def test_a_sentence_that_begins_with_from_stays():
    """Only a sender and a moment part the messages of an mbox."""
    sentence = "From Monday on, the harbour is open at 10:00 again, the master said."
    mail = b"From ann at paper.example  Mon Jan 11 10:00:00 2010\n" + message().as_bytes()
    mail += f"\n{FIRST}\n\n{sentence}\n\n{SECOND}\n\n".encode()

    assert [sentence in body for _, body in texts_of(mail * 2)] == [True, True]


def test_raw_subject_and_blank_lines_before():
    """A program that wrote its header in UTF-8, saved from a web page with a line of blanks before."""
    mail = f"     \r\nFrom: ann@paper.example\r\nTo: b@c.example\r\nSubject: Brücke gesperrt\r\n\r\n{FIRST}\r\n"

    assert texts_of(mail.encode()) == [("Brücke gesperrt", FIRST.strip())]
