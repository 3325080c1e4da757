"""Tables of programs that write quotes, surplus fields and first lines in their own way."""

from newstext.formats import read
from newstext.source import Source

TEXT = "The council of Gull Bay voted on Tuesday to keep the old bridge open to all."


def unit_of(data: str):
    (unit,) = read(Source.of(data.encode(), "a"))
    return unit


def articles(data: str) -> list[tuple[str | None, str]]:
    return [(draft.headline, draft.body) for draft in unit_of(data).drafts]


def test_quotes_behind_a_backslash():
    """A comma after one does not part the field, and a backslash of the text's own stays."""
    rows = r'"Bridge","She said \"stay, all\" in C:\\town.","2024-02-07"'

    assert articles(f"title,text,date\n{rows}\n") == [("Bridge", r'She said "stay, all" in C:\town.')]


def test_rows_with_more_fields_than_names_are_refused():
    """A text with commas and no quotes would lose its end; blank fields behind the last are none."""
    unit = unit_of(f"title,date,text\nOne,2024-02-07,It stays, all said\nTwo,2024-02-07,{TEXT},,\n")

    assert [draft.body for draft in unit.drafts] == [TEXT]
    assert [(refusal.kind, refusal.position) for refusal in unit.refused] == [("bad-row", 0)]


def test_quotes_of_tabbed_lines_are_letters():
    """A headline that begins with a quote does not reach to the next quote, three lines below."""
    heads = ['"We stay," mayor says', '"It is over', 'Third "day']

    found = articles("title\ttext\n" + "".join(f"{head}\t{TEXT}\n" for head in heads))
    assert found == [(head, TEXT) for head in heads]


def test_quoted_tabbed_lines_are_unquoted():
    """A spreadsheet quotes the fields that hold quotes or line ends."""
    found = articles(f'title\ttext\n"The ""old"" bridge"\t{TEXT}\nTwo\t"{TEXT}\n\n{TEXT}"\n')

    assert found == [('The "old" bridge', TEXT), ("Two", f"{TEXT}\n\n{TEXT}")]


def test_a_first_line_that_names_the_delimiter():
    """Excel writes it above the names."""
    assert articles(f'sep=;\r\ntitle;text\r\n"Bridge, old";{TEXT}\r\n') == [("Bridge, old", TEXT)]
