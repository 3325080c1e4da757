"""Mails that hold many stories: lists' digests, MIME digests, alerts, newsletters; each story is an article."""

from email.message import EmailMessage

import pytest

from newstext.formats import read
from newstext.source import Source

TOLD = (
    ("Bridge stays open until winter", "The harbour council voted on Tuesday to keep the old bridge open."),
    (
        "Storm damages two fishing boats",
        "Two boats were damaged in the storm of last week, and nobody was hurt at all.",
    ),
    (
        "Budget of the port grows again",
        "The budget of the port grew by four per cent to 12.5 million crowns this year.",
    ),
    ("Ferry to the islands is late", "Passengers waited for three hours on Monday because an engine would not start."),
)
HEADLINES = [headline for headline, _ in TOLD]
HEAD = "From: news@a.example\nTo: desk@b.example\nDate: Mon, 11 Jan 2010 10:00:00 +0000\nMIME-Version: 1.0\n"


def drafts(data: bytes):
    return [draft for unit in read(Source.of(data, "a.eml")) for draft in unit.drafts]


def mail(body: str, kind: str = "text/plain", subject: str = "The day") -> bytes:
    return f"{HEAD}Subject: {subject}\nContent-Type: {kind}; charset=utf-8\n\n{body}\n".encode()


def rfc1153(newline: str = "\n") -> bytes:
    each = "".join(
        f"Date: Sun, 10 Jan 2010 0{n}:00:00 +0000\nFrom: Ann Writer <ann@a.example>\nSubject: {headline}\n\n{text}\n\n"
        f"{'-' * 30}\n\n"
        for n, (headline, text) in enumerate(TOLD)
    )
    digest = f"Harbour Digest    Mon, 11 Jan 2010    Volume 1 : Issue 2\n\nToday's Topics:\n\n{'-' * 70}\n\n{each}"
    return mail(f"{digest}End of Harbour Digest\n*********************\n").replace(b"\n", newline.encode())


def mailman() -> bytes:
    each = "".join(
        f"Message: {n}\nDate: Sun, 10 Jan 2010 0{n}:00:00 +0000\nFrom: Ann Writer <ann@a.example>\n"
        f"To: <list@a.example>\nSubject: {headline}\nMessage-ID:\n\t<{n}@a.example>\nContent-Type: text/plain\n\n"
        f"{text}\n\n{'-' * 30}\n\n"
        for n, (headline, text) in enumerate(TOLD, 1)
    )
    toc = "".join(f"   {n}. {headline} (Ann Writer)\n" for n, (headline, _) in enumerate(TOLD, 1))
    foot = (
        f"Subject: Digest Footer\n\n____\nHarbour mailing list\n\n{'-' * 30}\n\nEnd of Harbour Digest, Vol 1, Issue 2\n"
    )
    return mail(
        f"Send Harbour submissions to\n\tlist@a.example\n\nToday's Topics:\n\n{toc}\n\n{'-' * 70}\n\n{each}{foot}"
    )


def mime() -> bytes:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "news@a.example", "desk@b.example", "Harbour Digest"
    outer["Date"] = "Mon, 11 Jan 2010 10:00:00 +0000"
    outer.set_content("Today's topics:\n\n" + "\n".join(HEADLINES))
    for headline, text in TOLD:
        one = EmailMessage()
        one["From"], one["Subject"], one["Date"] = "ann@a.example", headline, "Sun, 10 Jan 2010 10:00:00 +0000"
        one.set_content("\n\n".join([text, "The mayor said that it takes three years. " * 8]))
        outer.add_attachment(one)
    return outer.as_bytes()


def alert() -> bytes:
    rows = "".join(
        f'<tr><td><a href="https://www.google.com/url?rct=j&amp;url=https://{n}.example/story&amp;ct=ga"><span>{headline}'
        f"</span></a><div><div><a>The Harbour Post</a></div><div>{text} <b>Bridge</b>&nbsp;...</div></div>"
        '<table><tr><td><a href="https://a.example/flag">Flag as irrelevant</a></td></tr></table></td></tr>'
        for n, (headline, text) in enumerate(TOLD)
    )
    return mail(
        f"<html><body><table><tr><td>Google Alerts</td></tr><tr><td>harbour</td></tr>{rows}</table><div>You have "
        'received this email because you subscribed.</div><a href="https://a.example/u">Unsubscribe</a></body></html>',
        "text/html",
    )


def plain_alert() -> bytes:
    each = "".join(
        f"{headline}\nThe Harbour Post\n{text}\n<https://{n}.example/story>\n"
        f"See all stories on this topic:\n<https://a.example/all?{n}>\n\n"
        for n, (headline, text) in enumerate(TOLD)
    )
    return mail(f"=== News - 4 new results for [harbour] ===\n\n{each}- - -\nUnsubscribe: https://a.example/u\n")


def newsletter() -> bytes:
    each = "".join(f"{h.upper()}\n\n{t}\n\nRead more: https://{n}.example/\n\n\n" for n, (h, t) in enumerate(TOLD))
    return mail(f"Good morning, here is what you need to know today.\n\n{each}")


DIGESTS = {
    "rfc 1153": rfc1153,
    "rfc 1153 with CRLF": lambda: rfc1153("\r\n"),
    "mailman": mailman,
    "mime": mime,
    "html alert": alert,
    "plain alert": plain_alert,
    "newsletter": newsletter,
    "in an mbox": lambda: b"From a@b.example Mon Jan 11 10:00:00 2010\n" + rfc1153(),
}


@pytest.mark.parametrize("name", DIGESTS)
def test_each_story_of_a_digest_is_an_article(name):
    """Its headline and text are its own; lists of contents, calls to read on and farewells are nobody's."""
    found = drafts(DIGESTS[name]())

    assert [draft.headline.casefold() for draft in found] == [headline.casefold() for headline in HEADLINES]
    for draft, (_, text) in zip(found, TOLD, strict=True):
        assert text in draft.body
        assert len(draft.body) < len(text) + 400


def test_a_message_of_a_list_states_its_writer_and_time():
    """Its own header goes before the digest's."""
    first = drafts(rfc1153())[0]

    assert first.stated.bylines == ["Ann Writer"]
    assert first.stated.published == "Sun, 10 Jan 2010 00:00:00 +0000"


def test_a_story_of_an_alert_has_the_address_behind_the_click_counter():
    """And the source's name, which stands alone under the headline; the time is the mail's."""
    first = drafts(alert())[0]

    assert first.stated.url == "https://0.example/story"
    assert first.stated.publisher == "The Harbour Post"
    assert first.stated.published == "Mon, 11 Jan 2010 10:00:00 +0000"


def test_a_mail_with_links_is_one_article():
    """A text that goes on between its links is no digest, and neither are the stories that it recommends."""
    text = "".join(f"<p>{told} {'It is said to take three years. ' * 9}</p>" for _, told in TOLD)
    more = "".join(f'<p><a href="https://a.example/">{headline}</a></p>' for headline in HEADLINES)

    assert len(drafts(mail(f"<html><body><h1>Bridge stays open</h1>{text}{more}</body></html>", "text/html"))) == 1


def test_a_mail_without_links_is_one_article():
    """A page in a mail is a page."""
    page = f"<html><body><h1>{HEADLINES[0]}</h1>{''.join(f'<p>{told}</p>' for _, told in TOLD)}</body></html>"

    (draft,) = drafts(mail(page, "text/html"))

    assert all(told in draft.body for _, told in TOLD)
