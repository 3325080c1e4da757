"""How the time of a reader grows with what a file holds: the same piece again and again, in every format.

A text of pieces goes into the format as an article's body would (escaped where its writers escape), and as bytes in
front of the last quarter of a healthy file, where markup meets markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from newstext.errors import Unreadable
from newstext.formats import read
from newstext.source import Source
from tests.hostile.carriers import CARRIERS, Carrier
from tests.hostile.contents import BODY, HEADLINE, SENTENCES
from tests.superlinear import clock

#: Characters of the smaller file. A reader that is linear takes 10 to 300 ms; what a file costs at all is 2 ms.
SIZE = 20_000
#: CPU seconds after which a run is given up: a reader in Python takes 0.3 s for 20,000 empty elements.
GIVEN_UP = 8.0
#: CPU seconds under which growth says nothing: what a reader does once for a file still shows.
TOLD = 0.02

#: What is repeated: prose, lines that mean something to some reader, markup opened and never closed, separators.
PIECES = (
    *(f"{SENTENCES[0]} ", f"{SENTENCES[1]}\n\n", f"{HEADLINE}\n\n{SENTENCES[2]}\n\n\n", "bridge ", "bridge\n"),
    *(" ", "\n", " \n", "\t", "\u00a0", "-", "_" * 30 + "\n", "=" * 30 + "\n", "> ", "# ", "* ", "|", ",", '"', "'"),
    *("<", "&", "&amp;", "</", "<a ", "<a>", "<p>", "<div>", "</div>", "<b><i>", "</b>", "<br>", "<td>", "<table>"),
    *("<li>", "<h1>x</h1>", "<a href=x>y</a> ", "<img src=x>", "<!--", "-->", "<![CDATA[", "]]>", "<?x ", "<x:y>"),
    *("<item>", "<entry>", "<article>", "<DOC>", "<REUTERS>", "<newsItem>", "<span class=x>", "<script>", "<style>"),
    *("{", "[", "(", "}", "]", ")", "\\", "\\par ", "{\\b ", "\\'e9", "\\u8364?", '{"@type":"Article"},', '"a":['),
    *("By Ann Writer\n", "By Ann Writer, ", "May 3, 2019\n", "LONDON (Reuters) - ", "(AP) ", "https://a.example/x\n"),
    *("LENGTH: 20 words\n", "Byline: X\n", "1 of 2 DOCUMENTS\n", "End of Document\n", "Document ABCD1\n", "Title: x\n"),
    *(
        "From a@b Mon Jan 11 10:00:00 2010\n",
        "--x\n",
        "a,b\n",
        "^ИС: x\n",
        "\x01",
        "\x02x\x03",
        "-" * 30 + "\nFrom: a\n",
    ),
)


@dataclass(frozen=True)
class Slow:
    """A reader that takes more than it may for twice the file."""

    carrier: str
    way: str
    piece: str
    ratio: float

    def __str__(self) -> str:
        return f"{self.carrier}, {self.way}: x{self.ratio:.1f} for twice as many of {self.piece!r}"


def slow(only: str = "") -> Iterator[Slow]:
    """Every format with every piece, in both ways."""
    for carrier in (each for each in CARRIERS if only in each.name):
        for way, fill in (("in the body", _body), ("in the markup", _markup)):
            for piece in PIECES:
                ratio = _ratio(carrier, fill, piece)
                if ratio >= clock.RATIO:
                    yield Slow(carrier.name, way, piece, ratio)


def _ratio(carrier: Carrier, fill: Callable[[Carrier, str], bytes], piece: str) -> float:
    def run(size: int) -> Callable[[], object]:
        data = fill(carrier, piece * (size // len(piece)))
        return lambda: _read(data)

    return clock.growth(run, SIZE, GIVEN_UP) if clock.once(run(2 * SIZE), GIVEN_UP) > TOLD else 0.0


def _body(carrier: Carrier, text: str) -> bytes:
    return carrier.file(HEADLINE, text + BODY)


def _markup(carrier: Carrier, text: str) -> bytes:
    data = carrier.file(HEADLINE, BODY)
    place = 3 * len(data) // 4
    return data[:place] + text.encode() + data[place:]


def _read(data: bytes) -> None:
    with suppress(Unreadable):
        for _ in read(Source.of(data)):
            pass
