"""Whose page it is, told by the furniture around its stories."""

import pytest

from newstext.extract.imprint import imprint
from newstext.extract.publishers import house
from newstext.formats.pagetext import page_unit

STORY = """
Harbour bridge opens after a year of repairs

The bridge over the harbour opened on Wednesday after a year of repairs, the port authority said in a statement.

Lorries will be let onto it from Monday, when the last barriers on the southern side have been taken away, it said.
"""


def read(above, below):
    return imprint(page_unit(f"{above}\n{STORY}\n{below}\n", "utf-8"))


def test_house_is_named_by_many_places_of_its_furniture():
    """A masthead, words beside a name and a copyright line together name the house."""
    told = read("The Harbour Gull\nSubscribe to The Harbour Gull", "Follow The Harbour Gull\n© 2024 The Harbour Gull")

    assert told is not None
    assert told[0] == "The Harbour Gull"
    assert told[1].rule == "imprint"


def test_printed_address_spells_the_name():
    """Words that spell the host of a printed address are the name as the house writes it."""
    told = read("Harbour Gull", "Contact: letters@harbourgull.com\nAdvertise with Harbour Gull")

    assert told is not None
    assert told[0] == "Harbour Gull"


@pytest.mark.parametrize(
    "below", ["Follow us on Facebook", "Photo: © Ann Poe / Getty Images", "Read more\nMost popular"]
)
def test_furniture_of_any_page_names_nobody(below):
    """Networks, photographers and widgets are no publishers."""
    assert read("Home\nNews\nSport", below) is None


def test_widely_read_house_is_known_by_its_host():
    """An address tells the name of a house in the table, its parts included."""
    assert [house("lemonde.fr"), house("sport.lemonde.fr"), house("example.org")] == ["Le Monde", "Le Monde", None]


ADDRESSED = "Harbourgull.com\nRead on at Harbourgull.com\nHarbourgull App\n© 2024 Harbourgull.com"
NAMED = "Subscribe to Harbourgull\nFollow Harbourgull\nHarbourgull App\nMore on Harbourgull.com\n© 2024 Harbourgull"


@pytest.mark.parametrize(("below", "name"), [(ADDRESSED, "Harbourgull.com"), (NAMED, "Harbourgull")])
def test_house_has_the_print_that_it_has_on_its_page(below, name):
    """A house that mostly prints itself as an address is called so, one that does it by the way is not."""
    told = read("Welcome", f"{below}\nletters@harbourgull.com")

    assert told is not None
    assert told[0] == name
