"""A healthy file of every format that the desk reads, around a headline and a body of one's choice.

What a format cannot hold as it stands is escaped the way its own writers do, or not at all where they do not: a hostile
page writes what it wants.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import zstandard

Make = Callable[[str, str], str | bytes]


@dataclass(frozen=True)
class Carrier:
    """`ending` of its files, and what makes one; text becomes UTF-8, lone surrogates as three bytes each."""

    name: str
    ending: str
    make: Make

    def file(self, headline: str, body: str) -> bytes:
        made = self.make(headline, body)
        return made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")


def _text(headline: str, body: str) -> str:
    return f"Home | News | Sport\n\n{headline}\n\nBy Ann Writer\nMay 3, 2019\n\n{body}\n\nShare this story\n"


def _html(headline: str, body: str) -> str:
    inside = "".join(f"<p>{line}</p>" for line in body.split("\n\n"))
    return (
        f"<!doctype html><html lang=en><head><title>{headline}</title></head><body><nav><a href=/>Home</a></nav>"
        f"<article><h1>{headline}</h1>{inside}</article></body></html>"
    )


def _jsonld(headline: str, body: str) -> str:
    stated = json.dumps({"@type": "NewsArticle", "headline": headline, "articleBody": body, "author": headline})
    return _html(headline, body).replace("</head>", f'<script type="application/ld+json">{stated}</script></head>')


def _row(headline: str, body: str) -> dict[str, str]:
    return {"title": headline, "text": body, "author": headline[:80], "published": "2019-05-03"}


def _jsonl(headline: str, body: str) -> str:
    return f"{json.dumps(_row(headline, body))}\n{json.dumps(_row('Another', body), ensure_ascii=False)}\n"


def _array(headline: str, body: str) -> str:
    return json.dumps([_row(headline, body)] * 2)


def _ninjs(headline: str, body: str) -> str:
    return json.dumps({"uri": "urn:1", "type": "text", "headline": headline, "body_text": body, "byline": headline})


def _csv(headline: str, body: str) -> str:
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerows([["title", "text", "published"], [headline, body, "2019-05-03"], ["Two", body, headline[:99]]])
    return lines.getvalue()


def _markdown(headline: str, body: str) -> str:
    return f"---\ntitle: {headline}\nauthor: Ann Writer\n---\n\n# {headline}\n\n{body}\n"


def _rss(headline: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Wire</title><item>'
        f"<title>{escape(headline)}</title><description>{escape(body)}</description><link>https://a.example/1</link>"
        "<pubDate>Fri, 03 May 2019 10:00:00 GMT</pubDate></item></channel></rss>"
    )


def _atom(headline: str, body: str) -> str:
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry>'
        f'<title>{headline}</title><content type="html">{body}</content><updated>2019-05-03T10:00:00Z</updated>'
        "<id>urn:1</id></entry></feed>"
    )


def _sitemap(headline: str, _: str) -> str:
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://a.example/1</loc>'
        f"<news:news><news:title>{escape(headline)}</news:title></news:news></url></urlset>"
    )


def _nitf(headline: str, body: str) -> str:
    return (
        f'<?xml version="1.0"?><nitf><head><docdata><date.issue norm="20190503T100000Z"/></docdata></head><body>'
        f"<body.head><hedline><hl1>{escape(headline)}</hl1></hedline></body.head><body.content><p>{escape(body)}</p>"
        "</body.content></body></nitf>"
    )


def _newsml(headline: str, body: str) -> str:
    return (
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="urn:1" version="2">'
        "<itemMeta><versionCreated>2019-05-03T10:00:00Z</versionCreated></itemMeta><contentMeta>"
        f"<headline>{escape(headline)}</headline></contentMeta><contentSet><inlineData>{escape(body)}</inlineData>"
        "</contentSet></newsItem></itemSet></newsMessage>"
    )


def _reuters(headline: str, body: str) -> str:
    return (
        '<!DOCTYPE lewis SYSTEM "lewis.dtd">\n<REUTERS TOPICS="YES" OLDID="1" NEWID="1">\n'
        f"<DATE>26-FEB-1987 15:01:01.79</DATE>\n<TEXT>&#2;\n<TITLE>{headline}</TITLE>\n<BODY>{body}\n Reuter\n&#3;"
        "</BODY></TEXT>\n</REUTERS>\n"
    )


def _gigaword(headline: str, body: str) -> str:
    return (
        f'<DOC id="AFP_ENG_19940512.0001" type="story" >\n<HEADLINE>\n{headline}\n</HEADLINE>\n<TEXT>\n<P>\n{body}\n'
        "</P>\n</TEXT>\n</DOC>\n"
    )


def _newsitem(headline: str, body: str) -> str:
    return (
        f'<?xml version="1.0"?><newsitem itemid="1" date="1996-08-20" xml:lang="en"><title>{escape(headline)}</title>'
        f"<headline>{escape(headline)}</headline><text><p>{escape(body)}</p></text></newsitem>"
    )


def _anpa(headline: str, body: str) -> str:
    return (
        "\x16\x16\x01a0113\x1f\r\nr a\x13\x11BC-BRIDGE-STAYS 01-31 0123\r\n"
        f"\x02^{headline}<\r\n^By ANN WRITER<\r\n\t{body}\r\n\x03\r\n01-31-88 1204GMT\r\n"
    )


def _iptc(headline: str, body: str) -> str:
    return (
        f"\x01dpa0123 4 PL 123 \r\nCouncil/Bridge/\r\n\x02{headline}\r\n\r\n   {body}\r\n041426 GMT Apr 19\r\n\x03\r\n"
    )


def _nexis(headline: str, body: str) -> str:
    record = (
        f"\n{' ' * 30}{{}} of 2 DOCUMENTS\n\n\n{' ' * 33}The Harbour Post\n\n{' ' * 28}January 11, 2010 Monday\n\n"
        f"{headline}\n\nBYLINE: Ann Writer\n\nLENGTH: 1,355 words\n\n{body}\n\nLOAD-DATE: January 12, 2010\n\n"
        f"LANGUAGE: ENGLISH\n\n\n{' ' * 20}Copyright 2010 The Harbour Post\n{' ' * 26}All Rights Reserved\n"
    )
    return record.replace("{}", "1") + record.replace("{}", "2")


def _nexis_html(headline: str, body: str) -> str:
    return (
        '<HTML><META TOPIC="null" DOCUMENTS="1"><!-- Hide XML section\n<DOC NUMBER=1>\n<DOCFULL> -->\n<P>1 of 1 '
        f"DOCUMENTS</P><DIV><P>The Harbour Post</P></DIV><DIV><P>January 11, 2010</P></DIV><DIV><P>{headline}</P></DIV>"
        f"<DIV><P><SPAN>LENGTH: </SPAN><SPAN>20 words</SPAN></P></DIV><DIV><P>{body}</P></DIV>"
        "<DIV><P>LOAD-DATE: January 12, 2010</P></DIV><!-- Hide\n</DOCFULL>\n</DOC> --></HTML>"
    )


def _nexis_uni(headline: str, body: str) -> str:
    return (
        f"User Name: X\nDocuments (1)\n1. {headline}\n\n\n{headline}\nThe Harbour Post\nJanuary 11, 2010 Monday\n\n"
        f"Section: NEWS;\nLength: 20 words\nBody\n\n{body}\n\nClassification\n\nLanguage: ENGLISH\n\n"
        "Load-Date: January 12, 2010\n\n\nEnd of Document\n"
    )


def _factiva(headline: str, body: str) -> str:
    return (
        f"Factiva\n\nDow Jones\n\nNews\n{headline}\nANN WRITER\n1.285 Wörter\n11 Januar 2010\n15:32\nThe Harbour Post\n"
        f"HARPO\n4\nDeutsch\n(c) 2010 Harbour Press\n\n{body}\n\nHarbour Press\n\nDokument HARPO00020100111e61b0000d\n"
    )


def _factiva_codes(headline: str, body: str) -> str:
    return (
        f"SE\tNews\nHD\t{headline}\nBY\tAnn Writer\nWC\t20 words\nPD\t11 January 2010\nSN\tThe Harbour Post\n"
        f"LA\tEnglish\nLP\t{body}\n\nTD\t{body}\n\nAN\tDocument HARPO00020100111e61b0000d\n"
    )


def _factiva_html(headline: str, body: str) -> str:
    cells = {"HD": headline, "BY": "Ann Writer", "WC": "20 words", "PD": "11 January 2010", "SN": "The Harbour Post"}
    cells |= {"LA": "English", "LP": f"<p>{body}</p>", "AN": "Document HARPO00020100111e61b0000d"}
    coded = "".join(f"<tr><td><b>{code}</b></td><td>{value}</td></tr>" for code, value in cells.items())
    return f'<html><div class="article enArticle"><table>{coded}</table></div></html>'


def _factiva_xml(headline: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><R><ppsArticleResponse xmlns="http://global.factiva.com/pps/2.0">'
        '<ppsarticleResultSet count="1"><ppsarticle><article><accessionNo>A1</accessionNo><headline><paragraph>'
        f"{escape(headline)}</paragraph></headline><leadParagraph><paragraph>{escape(body)}</paragraph></leadParagraph>"
        "</article></ppsarticle></ppsarticleResultSet></ppsArticleResponse></R>"
    )


def _proquest(headline: str, body: str) -> str:
    rule = "_" * 60
    return (
        f"{rule}\n\n{headline}\n\nAuthor: Writer, Ann\n\nPublication info: The Harbour Post [Harbour]11 Jan 2010: 2."
        f"\n\nFull text: {body}\n\nSubject: Canals\n\nPublication title: The Harbour Post\n\n"
        f"Publication date: Jan 11, 2010\n\nProQuest document ID: 1234\n\nDatabase: Dailies\n\n{rule}\n"
    )


def _europresse(headline: str, body: str) -> str:
    return (
        '<html><article><header><span class="DocPublicationName">Le Port</span><span class="DocHeader">Politique, '
        f'mardi 14 mars 2006, p. 16</span><div class="titreArticle"><p class="titreArticleVisu">{headline}</p></div>'
        f"</header><section><div class='docOcurrContainer'><p>{body}</p></div></section><footer><p>Numéro de "
        "document : news·20060315·LM·1</p></footer></article></html>"
    )


def _kikuzo(headline: str, body: str) -> str:
    return f"No.\t\t発行日\n00001\t\t2018年04月01日\t\t朝刊\t\t社会\t\t012\t\t00033文字\n{headline}\n　{body}\n"


def _integrum(headline: str, body: str) -> str:
    return f"Report\n\n^ИС: Порт\n^ДТ: 09.02.1994\n^АВ: Анна Автор\n^ЗГ: {headline}\n\n{headline}\n\n     {body}\n"


def _eml(headline: str, body: str) -> str:
    subject = " ".join(headline.split())
    return (
        f"From: a@b.example\nTo: c@d.example\nSubject: {subject}\nDate: Mon, 11 Jan 2010 10:00:00 +0000\n"
        f"MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain; "
        f"charset=utf-8\n\n{body}\n--x\nContent-Type: text/html\n\n{_html(headline, body)}\n--x--\n"
    )


def _mbox(headline: str, body: str) -> str:
    return f"From a@b.example Mon Jan 11 10:00:00 2010\n{_eml(headline, body)}\n" * 2


def _warc(headline: str, body: str) -> bytes:
    page = _html(headline, body).encode("utf-8", "surrogatepass")
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        "WARC-Date: 2019-05-03T10:00:00Z\r\nWARC-Target-URI: https://a.example/1\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def _mhtml(headline: str, body: str) -> str:
    return (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://a.example/1\nSubject: Bridge\n"
        "Date: Fri, 3 May 2019 10:00:00 -0000\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--=="\n\n----==\n'
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
        f"Content-Location: https://a.example/1\n\n{_html(headline, body)}\n----==--\n"
    )


def _tei(headline: str, body: str) -> str:
    lines = "".join(f"<p>{escape(x)}</p>" for x in body.split("\n\n"))
    return (
        '<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><div>'
        f"<head>{escape(headline)}</head>{lines}</div></body></text></TEI>"
    )


def _rtf(headline: str, body: str) -> str:
    return "{\\rtf1\\ansi " + _text(headline, body).replace("\n", "\\par\n") + "}"


def _docx(headline: str, body: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    lines = "".join(f"<w:p><w:r><w:t>{escape(x)}</w:t></w:r></w:p>" for x in _text(headline, body).split("\n"))
    document = f'<w:document xmlns:w="{space}"><w:body>{lines}</w:body></w:document>'
    return zipped({"word/document.xml": document.encode("utf-8", "surrogatepass")})


def _odt(headline: str, body: str) -> bytes:
    spaces = "urn:oasis:names:tc:opendocument:xmlns:"
    lines = "".join(f"<text:p>{escape(x)}</text:p>" for x in _text(headline, body).split("\n"))
    content = (
        f'<office:document-content xmlns:office="{spaces}office:1.0" xmlns:text="{spaces}text:1.0">'
        f"<office:body><office:text>{lines}</office:text></office:body></office:document-content>"
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content.encode("utf-8", "surrogatepass"), zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _parquet(headline: str, body: str) -> bytes:
    import pyarrow as pa  # noqa: PLC0415  (an extra of the desk: only who wants this carrier loads it)
    from pyarrow import parquet  # noqa: PLC0415

    clean = [part.encode("utf-8", "replace").decode() for part in (headline, body)]
    held = io.BytesIO()
    parquet.write_table(pa.table({"title": [clean[0]], "text": [clean[1]]}), held)
    return held.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return held.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


def _packed(pack: Callable[[bytes], bytes], inner: Make) -> Make:
    def make(headline: str, body: str) -> bytes:
        made = inner(headline, body)
        return pack(made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass"))

    return make


CARRIERS = (
    Carrier("page-text", "txt", _text),
    Carrier("html", "html", _html),
    Carrier("html-jsonld", "html", _jsonld),
    Carrier("json-lines", "jsonl", _jsonl),
    Carrier("json-array", "json", _array),
    Carrier("ninjs", "json", _ninjs),
    Carrier("csv", "csv", _csv),
    Carrier("markdown", "md", _markdown),
    Carrier("rss", "xml", _rss),
    Carrier("atom", "xml", _atom),
    Carrier("sitemap", "xml", _sitemap),
    Carrier("nitf", "xml", _nitf),
    Carrier("newsml", "xml", _newsml),
    Carrier("reuters-sgml", "sgm", _reuters),
    Carrier("gigaword", "sgml", _gigaword),
    Carrier("newsitem", "xml", _newsitem),
    Carrier("anpa", "txt", _anpa),
    Carrier("iptc", "txt", _iptc),
    Carrier("nexis-text", "txt", _nexis),
    Carrier("nexis-html", "html", _nexis_html),
    Carrier("nexis-uni", "txt", _nexis_uni),
    Carrier("factiva-text", "txt", _factiva),
    Carrier("factiva-codes", "txt", _factiva_codes),
    Carrier("factiva-html", "html", _factiva_html),
    Carrier("factiva-xml", "xml", _factiva_xml),
    Carrier("proquest", "txt", _proquest),
    Carrier("europresse", "html", _europresse),
    Carrier("kikuzo", "txt", _kikuzo),
    Carrier("integrum", "txt", _integrum),
    Carrier("eml", "eml", _eml),
    Carrier("mbox", "mbox", _mbox),
    Carrier("warc", "warc", _warc),
    Carrier("mhtml", "mhtml", _mhtml),
    Carrier("tei", "xml", _tei),
    Carrier("rtf", "rtf", _rtf),
    Carrier("docx", "docx", _docx),
    Carrier("odt", "odt", _odt),
    Carrier("parquet", "parquet", _parquet),
    Carrier("gzip", "jsonl.gz", _packed(gzip.compress, _jsonl)),
    Carrier("bzip2", "txt.bz2", _packed(bz2.compress, _text)),
    Carrier("xz", "html.xz", _packed(lzma.compress, _html)),
    Carrier("zstd", "jsonl.zst", _packed(zstandard.compress, _jsonl)),
    Carrier("zip", "zip", _packed(lambda data: zipped({"a.txt": data, "b.html": data}), _text)),
    Carrier("tar", "tar", _packed(lambda data: tarred({"a.txt": data, "b.html": data}), _html)),
)
