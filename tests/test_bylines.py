"""Names of writers out of the lines in which pages print them."""

import pytest

from newstext.extract.bylines import byline, introduced, stated

PRINTED = [
    ("By Jane Roe", ["Jane Roe"], []),
    ("By Jane Roe and John Doe, Reuters", ["Jane Roe", "John Doe"], ["Reuters"]),
    ("By A. Smith and B. Jones", ["A. Smith", "B. Jones"], []),
    ("By Jane I. Roe On 11/13/19 at 4:00 PM EST", ["Jane I. Roe"], []),
    ("By Jane Roe - Associated Press - Friday, April 28, 2023", ["Jane Roe"], ["AP"]),
    ("By JANE ROE and AP Technology Writer", ["JANE ROE"], ["AP"]),
    ("Jane Roe Senior Contributor", ["Jane Roe"], []),
    ("Jane Roe China Correspondent, in Seoul", ["Jane Roe"], []),
    ("By Jane Roe | Fox News", ["Jane Roe"], []),
    ("Jane Roe | John Doe", ["Jane Roe", "John Doe"], []),
    ("01. Dez. 2022 | 14:08 Uhr | von Jona Göbel", ["Jona Göbel"], []),
    ("Par Jean-Pierre de la Tour (à Paris)", ["Jean-Pierre de la Tour"], []),
    ("Ana García y Luis Pérez", ["Ana García", "Luis Pérez"], []),
    ("bySauli Rajala", ["Sauli Rajala"], []),
    ("최현재 기자", ["최현재"], []),
    ("By Jane PorterThe Daily Gull", ["Jane Porter"], []),
    ("Jane PorterPublished Jul 17, 2024, 11:21am", ["Jane Porter"], []),
    ("By JANE ROE and JOHN DOEMarch 30, 2023 GMT", ["JANE ROE", "JOHN DOE"], []),
    ("Ronald FitzGerald", ["Ronald FitzGerald"], []),
    ("Jane Porter2 minutes ago", ["Jane Porter"], []),
    ("Jane Roe | Bay Harbour News Group", ["Jane Roe"], []),
    ("By MND Staff", ["MND Staff"], []),
    ("By Ann Writer", ["Ann Writer"], []),
    ("Jörg Staff", ["Jörg Staff"], []),
    ("By Jane Senior Writer", ["Jane"], []),
    ("By GullNews", ["GullNews"], []),
    ("José Luis Pérez Hace 3 horas", ["José Luis Pérez"], []),
    ("By Jane Roe/June 12, 2020 9:49 am EST/Updated: Aug. 18, 2020", ["Jane Roe"], []),
]


@pytest.mark.parametrize(("line", "names", "agencies"), PRINTED)
def test_printed_byline(line, names, agencies):
    """Names are split, and stand without roles, places, dates and agencies."""
    read = byline(line)

    assert read.names == names
    assert [name for name in read.agencies if name in agencies] == agencies


@pytest.mark.parametrize(
    "line",
    [
        "Photo by Jane Roe",
        "Share this article",
        "By admin",
        "Reuters",
        "by 2030",
        "기준",
        "",
        "A- A",
        "Der Zug auf der Brücke",
        "Sydney Correspondent",
        "2018年6月13日（水）",
    ],
)
def test_line_that_names_no_writer(line):
    """Photographers, widgets, accounts and agencies are no writers."""
    assert byline(line).names == []


def test_declared_author_may_be_an_agency():
    """An author field that holds an agency alone gives the agency, and no name."""
    assert stated("The Associated Press")[:2] == ([], ["AP"])


def test_chinese_label_inside_a_line():
    """Date, source and writer stand on one line, each behind its label."""
    assert byline("2024年02月07日 18:05 来源：老港日报 记者：王小明").names == ["王小明"]


def test_declared_names_may_stand_as_in_an_index():
    """A surname before a comma and a given name is one writer; a place behind a comma is none."""
    assert stated("Roe, Jane A.; Doe, John").names == ["Jane A. Roe", "John Doe"]
    assert stated("Jane Roe, Paris").names == ["Jane Roe"]


@pytest.mark.parametrize("name", ["seagull", "der Michel", "Mobasir hassan"])
def test_declared_name_may_be_printed_small(name):
    """Whoever is declared as author is one, whatever the letters; but for accounts and desks."""
    assert stated(name).names == [name]
    assert stated("admin").names == stated("news desk").names == []


def test_declared_authors_may_share_a_field():
    """One field with several names gives each of them once."""
    assert stated("Jane Roe, John Doe & Ann Poe").names == ["Jane Roe", "John Doe", "Ann Poe"]


@pytest.mark.parametrize(
    "line",
    [
        "Ann Poe is a senior politics reporter for The Daily Gull",
        "Ann Poe (@annpoe) writes about ports and ferries",
        "Write to Ann Poe at ann.poe@gull.example",
        "Ann Poe ist Redakteurin im Ressort Häfen",
    ],
)
def test_line_below_a_story_introduces_its_writer(line):
    """What is told of a writer, or how to reach one, names the writer."""
    assert introduced(line).names == ["Ann Poe"]


@pytest.mark.parametrize(
    "line", ["Ann Poe is the mayor of Gull Bay", "Write to us at desk@gull.example", "Email alerts"]
)
def test_line_that_introduces_no_writer(line):
    """Others are told of too, and addresses belong to desks."""
    assert introduced(line) is None


def test_handle_glued_to_a_name_is_left_out():
    """A handle that lost the blank before it hides no name, and an address is none."""
    assert byline("Ann Poe@annpoe").names == ["Ann Poe"]
    assert byline("ann.poe@gull.example").names == []
