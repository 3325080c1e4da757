"""Vendors' exports: each article with what the export states of it, and the count it declares held against them."""

import io
import zipfile

import pytest

from newstext.formats import detect, read
from newstext.formats.exports import words
from newstext.formats.languages import tag
from newstext.formats.office import docx_text, odt_text
from newstext.source import Source

BODY = (
    "The harbour board voted on Tuesday to widen the northern canal.",
    "Engineers expect the work to take three years.",
)


def unit_of(text: str):
    (unit,) = read(Source.of(text.encode(), "export"))
    return unit


def nexis(marker: str, date: str, keys: str, tail: str) -> str:
    return (
        f"\n{' ' * 30}{marker}\n\n\n{' ' * 33}The Harbour Post\n\n{' ' * 28}{date}\n\n"
        f"Canal to be widened\n\n{keys}\n\n{BODY[0]}\nTOKYO: not a key.\n\n\n{BODY[1]}\n\n{tail}\n\n\n"
        f"{' ' * 20}Copyright 2010 The Harbour Post\n{' ' * 26}All Rights Reserved\n"
    )


@pytest.mark.parametrize(
    ("marker", "date", "keys", "tail", "language"),
    [
        (
            "{} of {} DOCUMENTS",
            "January 11, 2010 Monday",
            "BYLINE: Ann Writer\n\nSECTION: NEWS; Pg. 2\n\nLENGTH: 1,355 words",
            "LOAD-DATE: January 12, 2010\n\nLANGUAGE: ENGLISH",
            "en",
        ),
        (
            "Dokument {} von {}",
            "Montag 11. Januar 2010",
            "AUTOR: Ann Writer\n\nRUBRIK: NEWS; Pg. 2\n\nLÄNGE: 1355 Wörter",
            "UPDATE: 12. Januar 2010\n\nSPRACHE: GERMAN; DEUTSCH",
            "de",
        ),
        (
            "Document {} de {}",
            "lundi 11 janvier 2010",
            "AUTEUR: Ann Writer\n\nRUBRIQUE: NEWS; Pg. 2\n\nLONGUEUR: 1 355 mots",
            "DATE-CHARGEMENT: 12 janvier 2010\n\nLANGUE: FRENCH; FRANÇAIS",
            "fr",
        ),
        (
            "FOCUS - {} of {} DOCUMENTS",
            "11 januari 2010 maandag",
            "BYLINE: Ann Writer\n\nRUBRIEK: NEWS; Pg. 2\n\nLENGTE: 1355 woorden",
            "LOAD-DATE: 12 januari 2010\n\nTAAL: DUTCH; NEDERLANDS",
            "nl",
        ),
    ],
)
def test_nexis_text_in_four_languages(marker, date, keys, tail, language):
    """The keys of each interface language end at the body, a body line like a key does not end it."""
    text = "".join(nexis(marker.format(n, 2), date, keys, tail) for n in (1, 2))

    unit = unit_of("\ufeff" + text.replace("\n", "\r\n"))

    assert [draft.headline for draft in unit.drafts] == ["Canal to be widened"] * 2
    draft = unit.drafts[1]
    assert draft.body == f"{BODY[0]} TOKYO: not a key.\n\n{BODY[1]}"
    stated = draft.stated
    assert (stated.publisher, stated.published, stated.words) == ("The Harbour Post", date, 1355)
    assert (stated.bylines, stated.section, stated.language) == (["Ann Writer"], "NEWS; Pg. 2", language)
    assert (unit.format, unit.audit.declared) == ("nexis-text", 2)
    assert [note.count("words of 1355") for note in unit.audit.notes] == [2]


def test_missing_and_broken_records_are_reported():
    """A count that does not hold is noted; the vendor's apology is no article."""
    sorry = "We are sorry but there is an error in this document and it is not possible to display it."
    text = nexis("1 of 3 DOCUMENTS", "January 11, 2010", "LENGTH: 20 words", "LOAD-DATE: x")

    unit = unit_of(f"{text}\n      2 of 3 DOCUMENTS\n\n{sorry}\n")

    assert len(unit.drafts) == 1
    assert unit.refused[0].kind == "vendor-error"
    assert "the file declares 3 articles, 1 were found" in unit.audit.notes


def test_single_nexis_record_needs_no_marker():
    """An export of one article has no `1 of 1 DOCUMENTS`; its keys tell it."""
    text = nexis("", "January 11, 2010", "LENGTH: 20 words", "LOAD-DATE: January 12, 2010")

    assert unit_of(text).drafts[0].headline == "Canal to be widened"


def test_nexis_html_is_read_like_its_text():
    """Each `<DOC NUMBER=n>` is a record; the page's META declares their number."""
    record = (
        "<A NAME=x></A><!-- Hide XML section from browser\n<DOC NUMBER=1>\n<DOCFULL> -->\n<P>{} of 2 DOCUMENTS</P>"
        "<DIV><P>The Harbour Post</P></DIV><DIV><P>January 11, 2010 Monday 3:05 PM GMT</P></DIV><DIV><P>Canal</P></DIV>"
        "<DIV><P><SPAN>LENGTH: </SPAN><SPAN>20 words</SPAN></P></DIV>"
        f"<DIV><P>{BODY[0]}</P>\n<P>{BODY[1]}</P></DIV><DIV><P>LOAD-DATE: January 12, 2010</P></DIV>"
        "<DIV><P>Copyright 2010 The Harbour Post<BR>All Rights Reserved</P></DIV>\n<!-- Hide\n</DOCFULL>\n</DOC> -->"
    )

    unit = unit_of('<HTML><META TOPIC="null" DOCUMENTS="2">' + record.format(1) + record.format(2) + "</HTML>")

    assert [draft.body for draft in unit.drafts] == ["\n\n".join(BODY)] * 2
    assert (unit.format, unit.audit.declared) == ("nexis-html", 2)


def test_nexis_uni_article_stands_between_its_keys_and_end_line():
    """The cover's list of titles is furniture; the body lies between the lines `Body` and `Classification`."""
    article = (
        "\n\nCanal to be widened;Board votes\nThe Harbour Post\nJanuary 11, 2010 Monday\n\n\n"
        "Copyright 2010 The Harbour Post\n"
        f"Section: NEWS;\nLength: 20 words\nByline:\u00a0Ann Writer\nBody\n\n{BODY[0]}\n{BODY[1]}\n\nGraphic\n\n"
        " \n"
        "The canal\n\nClassification\n\nLanguage: ENGLISH\n\nLoad-Date: January 12, 2010\n\n\nEnd of Document\n"
    )
    cover = "User Name: X\nDocuments (2)\n1. Canal to be widened\nClient/Matter: -None-\nNarrowed by: \n\n"

    unit = unit_of(cover + article + article)

    first = unit.drafts[0]
    assert [draft.headline for draft in unit.drafts] == ["Canal to be widened;Board votes"] * 2
    assert first.body == "\n\n".join(BODY)
    assert (first.stated.bylines, first.stated.language, first.captions[0].text) == (["Ann Writer"], "en", "The canal")
    assert (unit.audit.declared, unit.audit.notes) == (2, [])


@pytest.mark.parametrize("heading", ["Body", "Text", "Hauptteil", "Hoofdtekst", "Corps", "Full Text"])
def test_nexis_uni_body_is_headed_in_the_language_of_the_site(heading):
    """The line above the body has many names."""
    cover = "Documents (1)\n1. Canal\n\nCanal\nThe Harbour Post\nJanuary 11, 2010 Monday\n\n"
    head = f"{cover}Length: 20 words\nAuthor: Ann\nLieu de travail : PARIS\n"
    (draft,) = unit_of(f"{head}{heading}\n\n{BODY[0]}\n{BODY[1]}\nEnd of Document\n").drafts

    assert (draft.body, draft.stated.bylines) == ("\n\n".join(BODY), ["Ann"])


FACTIVA = (
    "News\nCanal to be widened\nANN WRITER\n1.285 Wörter\n11 Januar 2010\n15:32\nThe Harbour Post\nHARPO\n4\nDeutsch\n"
    f"(c) 2010 Harbour Press\n\n{BODY[0]}\n\n{BODY[1]}\n\nHarbour Press\n\nDokument HARPO00020100111e61b0000d\n\n"
)


def test_factiva_text_reads_the_header_line_by_line():
    """Section, headline, writer, words, date, time, source and language each stand on a line of their own."""
    unit = unit_of("Factiva\n\nDow Jones\n\n" + FACTIVA * 2)

    stated = unit.drafts[1].stated
    assert unit.drafts[1].body == "\n\n".join(BODY)
    assert (stated.headline, stated.section, stated.bylines) == ("Canal to be widened", "News", ["ANN WRITER"])
    assert (stated.published, stated.publisher, stated.words) == ("11 Januar 2010 15:32", "The Harbour Post", 1285)
    assert (stated.language, stated.id) == ("de", "HARPO00020100111e61b0000d")


def test_a_factiva_publisher_below_the_text_is_none_of_it():
    """The name that the line of rights has stands under the article too, with a full stop or without."""
    text = FACTIVA.replace("(c) 2010 Harbour Press", "(c) 2010 Harbour Press Co.").replace(
        "\n\nHarbour Press\n", "\n\nHarbour Press Co.\n"
    )
    (draft,) = unit_of(text).drafts

    assert draft.body == "\n\n".join(BODY)


def test_factiva_html_in_both_layouts():
    """The printed article and the table of codes give the same."""
    printed = (
        '<div id="article-HARPO00020100111e61b0000d" class="article"><div class="article enArticle"><p>\n</p>'
        '<div>News</div>\n<div id="hd"><span class="enHeadline">Canal</span></div><div class="author">Ann Writer</div>'
        "<div>20 words</div><div>11 January 2010</div><div>The Harbour Post</div><div>HARPO</div><div>English</div>"
        f'<div>(c) 2010 Harbour Press</div>\n<p></p><p class="articleParagraph enarticleParagraph">{BODY[0]}</p>'
        f'<p class="articleParagraph enarticleParagraph">{BODY[1]}</p><p>Harbour Press</p>'
        "<p>Document HARPO00020100111e61b0000d</p></div></div>"
    )
    cells = {"SE": "News", "HD": "Canal", "BY": "Ann Writer", "WC": "20 words", "PD": "11 January 2010"}
    cells |= {"SN": "The Harbour Post", "LA": "English", "LP": f"<p>{BODY[0]}</p>", "TD": f"<p>{BODY[1]}</p>"}
    cells["AN"] = "Document HARPO00020100111e61b0000d"
    coded = "".join(f"<tr><td><b>{code}</b></td><td>{value}</td></tr>" for code, value in cells.items())

    unit = unit_of(f'<html>{printed}<div class="article enArticle"><table>{coded}</table></div></html>')

    first, second = unit.drafts
    assert first.body == second.body == "\n\n".join(BODY)
    assert first.stated == second.stated


def test_factiva_xml_declares_its_count():
    """The result set's count is compared with its records."""
    article = (
        "<ppsarticle><article><accessionNo>A1</accessionNo><baseLanguage>EN</baseLanguage><headline><paragraph>"
        f"<hlt>Canal</hlt> widened</paragraph></headline><leadParagraph><paragraph>{BODY[0]}</paragraph>"
        f"</leadParagraph><tailParagraphs><paragraph>{BODY[1]}</paragraph></tailParagraphs>"
        "<wordCount>20</wordCount></article></ppsarticle>"
    )
    xml = (
        '<?xml version="1.0" encoding="utf-8"?><R><ppsArticleResponse xmlns="http://global.factiva.com/pps/2.0">'
        f'<ppsarticleResultSet count="3">{article * 2}</ppsarticleResultSet></ppsArticleResponse></R>'
    )

    unit = unit_of(xml)

    assert (unit.drafts[0].headline, unit.drafts[0].body) == ("Canal widened", "\n\n".join(BODY))
    assert unit.audit.notes == ["the file declares 3 articles, 2 were found"]


PROQUEST = (
    f"Canal to be widened\n\nAuthor: Writer, Ann; Other, Ben\n\nPublication info: The Harbour Post "
    f"[Harbour]11 Jan 2010: 2.\n\nLinks: eLinks\n\nFull text: {BODY[0]}\n\n{BODY[1]}\n\n"
    "Subject: Canals; Boards\n\nPublication title: "
    "The Harbour Post\n\nPublication date: Jan 11, 2010\n\nSection: News\n\nLanguage of publication: English\n\n"
    "ProQuest document ID: 1234\n\nDocument URL: https://search.proquest.com/docview/1234\n\nDatabase: Dailies\n\n"
)


@pytest.mark.parametrize("between", ["", "_" * 60 + "\n\n", "*" * 50 + "\n\n"])
def test_proquest_records_are_parted_by_rules_or_by_nothing(between):
    """With or without a rule between them, a record's headline is what stands above its keys."""
    unit = unit_of(f"Email 4 of 5\n\n{between}{PROQUEST}{between}{PROQUEST}{between}")

    stated = unit.drafts[1].stated
    assert [draft.body for draft in unit.drafts] == ["\n\n".join(BODY)] * 2
    assert (stated.headline, stated.bylines, stated.id) == (
        "Canal to be widened",
        ["Writer, Ann", "Other, Ben"],
        "1234",
    )
    assert (stated.published, stated.topics) == ("Jan 11, 2010", ["Canals", "Boards"])


def test_forwarded_proquest_mail_is_read_through_its_quote_marks():
    """A mail of records that somebody forwarded keeps them behind `> `."""
    quoted = "".join(f"> {line}\n" for line in PROQUEST.split("\n"))
    mail = (
        f"From: a@b.example\nTo: c@d.example\nSubject: Fwd: research\nDate: Mon, 11 Jan 2010 10:00:00 +0000\n\n{quoted}"
    )

    unit = unit_of(mail)

    assert (unit.format, unit.drafts[0].body) == ("mail/proquest-text", "\n\n".join(BODY))


def test_europresse_old_and_new_html():
    """Both generations state publication, date, title and number."""
    newer = (
        '<article><header><span class="DocPublicationName">Le Port</span><span class="DocHeader">Politique, mardi 14 '
        'mars 2006, p. 16</span><div class="titreArticle"><p class="titreArticleVisu">Le canal</p></div><div>Anne '
        f"Auteur</div></header><section><div class='docOcurrContainer'><p>{BODY[0]}</p></div></section>"
        "<footer><p>Numéro de document : news·20060315·LM·1</p></footer></article>"
    )
    older = (
        '<table><tr><td><span class="DocPublicationName">Le Port</span><br><span class="DocHeader">Politique, </span>'
        '<span class="DocHeader">mardi 14 mars 2006</span>'
        '<br><br><span class="TitreArticleVisu">Le canal</span><br><br>'
        f"Anne Auteur<br><p></p>{BODY[0]}<p></p><b><i>© 2006 Le Port.</i></b>"
        "<p></p>Numéro de document : news·20060315·LM·1</td></tr></table>"
    )

    (new,), (old,) = (unit_of(f"<html>{text}</html>").drafts for text in (newer, older))

    assert (new.headline, new.body, new.stated.bylines) == ("Le canal", BODY[0], ["Anne Auteur"])
    assert (old.headline, old.body, old.stated.bylines) == ("Le canal", BODY[0], ["Anne Auteur"])
    assert new.stated.published == old.stated.published == "mardi 14 mars 2006"
    assert new.stated.id == old.stated.id == "news·20060315·LM·1"


def test_kikuzo_and_integrum_fields():
    """A numbered row, or fields with a caret, state source, date and section."""
    kikuzo = (
        "No.\t\t発行日\n00001\t\t2018年04月01日\t\t朝刊\t\t社会\t\t012\t\t00033文字\n運河\n　港の委員会は決めた。\n"
    )
    integrum = (
        "Report\n\n^ИС: Порт\n^ДТ: 09.02.1994\n^АВ: Анна Автор\n^ЗГ: Канал\n\nКанал\n\n     Совет решил.\nРасширить.\n"
    )

    (asahi,), (port,) = unit_of(kikuzo).drafts, unit_of(integrum).drafts

    assert (asahi.headline, asahi.stated.published, asahi.stated.section) == ("運河", "2018年04月01日", "社会")
    assert (port.headline, port.stated.publisher, port.stated.bylines) == ("Канал", "Порт", ["Анна Автор"])


def test_page_text_is_not_taken_for_an_export():
    """A page that happens to hold a key or a count stays a page."""
    text = f"Canal to be widened\n\nLENGTH: 20 words were enough.\n\n{BODY[0]}\n\nDocument 1 of the file was lost.\n"

    assert detect(Source.of(text.encode())).name == "page-text"


@pytest.mark.parametrize(
    ("value", "number"), [("1,355 words", 1355), ("1 285 Wörter", 1285), ("664 mots", 664), ("none", None)]
)
def test_declared_lengths(value, number):
    """Thousands are written with a comma, a point or a blank."""
    assert words(value) == number


@pytest.mark.parametrize(
    ("name", "code"), [("ENGLISH", "en"), ("GERMAN; DEUTSCH", "de"), ("fr-CA", "fr-CA"), ("EN", "en"), ("?", None)]
)
def test_names_of_languages(name, code):
    """Names in the interface's language, and codes, become BCP 47."""
    assert tag(name) == code


UNI = (
    "Documents (1)\n1. Canal\n\n\nCanal to be widened\nThe Harbour Post\nJanuary 11, 2010 Monday\n\nSection: NEWS;\n"
    f"Length: 20 words\nBody\n{BODY[0]}\n{BODY[1]}\nLoad-Date: January 12, 2010\nEnd of Document\n"
)


def docx(body: str, space: str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main") -> bytes:
    """A Word document; `w` and `mc` are its prefixes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        spaces = f'xmlns:w="{space}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        archive.writestr("word/document.xml", f"<w:document {spaces}><w:body>{body}</w:body></w:document>")
    return buffer.getvalue()


def test_word_gives_text_boxes_and_moved_text_once():
    """A text box is drawn for two generations of programs, moved text stands in both places: each is read once."""
    line = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>".format
    drawn = f"<mc:Choice>{line('Box')}</mc:Choice><mc:Fallback>{line('Box')}</mc:Fallback>"
    box = f"<mc:AlternateContent>{drawn}</mc:AlternateContent>"
    moved = f"<w:moveFrom>{line('Moved')}</w:moveFrom>{line('Between')}<w:moveTo>{line('Moved')}</w:moveTo>"
    assert docx_text(docx(box + moved)).split() == ["Box", "Between", "Moved"]


def test_word_files_of_the_strict_standard():
    """Programs may save under the standard's own names for all elements."""
    strict = docx("<w:p><w:r><w:t>Canal</w:t></w:r></w:p>", "http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert docx_text(strict) == "Canal\n"


def test_opendocument_texts():
    """Headings and paragraphs, without comments and what was deleted."""
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<c xmlns:text="{space}text:1.0" xmlns:office="{space}office:1.0"><office:text>'
        "<text:tracked-changes><text:p>Gone</text:p></text:tracked-changes>"
        "<text:h>Canal</text:h><text:p>The <text:span>harbour</text:span><text:s/>board"
        "<office:annotation><text:p>Check!</text:p></office:annotation> voted.</text:p></office:text></c>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    assert detect(Source.of(buffer.getvalue())).name == "odt"
    assert odt_text(buffer.getvalue()).split("\n\n") == ["Canal", "The harbour board voted.", ""]


def test_word_and_rtf_files_are_read_as_their_text():
    """An export of Nexis Uni comes as .docx or .rtf: its paragraphs are its lines."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in UNI.split("\n"))
    rtf = "{\\rtf1\\ansi " + UNI.replace("\n", "\\par\n") + "}"

    for data, name in ((docx(paragraphs), "docx/nexis-uni"), (rtf.encode(), "rtf/nexis-uni")):
        (unit,) = read(Source.of(data))
        assert (unit.format, unit.audit.declared) == (name, 1)
        assert (unit.drafts[0].headline, unit.drafts[0].body) == ("Canal to be widened", "\n\n".join(BODY))
