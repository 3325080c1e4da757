"""The language of a story that is too short to tell its own."""

from newstext.article import Audit, Draft, Unit
from newstext.extract.tongue import spoken

PAGE = (
    "Alle Angaben ohne Gewähr. Die Zahlen des Tages finden Sie hier auf unserer Seite, und wir sagen Ihnen, was sie "
    "für die nächsten Wochen bedeuten. Mit den Nachrichten aus der Stadt und von den Dörfern am See."
)


def stated(body):
    unit = Unit([Draft(0, (0, len(body)), body)], Audit(), text=f"{PAGE}\n{body}")
    spoken(unit)
    return unit.drafts[0].stated.language


def test_page_tells_the_language_of_a_text_that_does_not():
    """Numbers have no language of their own: the page around them has one."""
    assert stated("4-2-3-1") == "de"


def test_text_that_tells_its_language_is_left_to_itself():
    """A text in another language than its page keeps its own."""
    assert stated("The minister said on Tuesday that the talks with all of the parties would go on for a week.") is None


def test_page_tells_the_language_of_a_long_table():
    """A long list of results has hardly a word that tells its language."""
    assert stated("\n\n".join(f"Zorn {n}, Kolb {n + 1}, Vries {n + 2}, Bellini {n + 3}" for n in range(40))) == "de"
