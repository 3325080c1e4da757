"""The headline of a page of text, chosen with the rest of the page in view."""

from newstext.article import Audit, Draft, Evidence, Label, Line, Unit
from newstext.extract.heads import headed

PROSE = "The harbour bridge opened to the public on Wednesday, and hundreds of people walked over it at once."


def unit(lines, chosen, text=PROSE):
    """A page split into lines; the splitter chose one of them for the headline of the story at its end."""
    page = "\n".join([*lines, text])
    places, at = [], 0
    for line in page.split("\n"):
        places.append((at, at + len(line)))
        at += len(line) + 1
    labels = [Label.HEADLINE if line == chosen else Label.FURNITURE for line in lines]
    told = {"headline": Evidence("line model", places[lines.index(chosen)]), "body": Evidence("line model", places[-1])}
    draft = Draft(0, (places[lines.index(chosen)][0], len(page)), text, headline=chosen, evidence=told)
    accounted = [Line(place, label) for place, label in zip(places, [*labels, Label.BODY], strict=True)]
    return Unit(drafts=[draft], audit=Audit(), lines=accounted, text=page)


def test_line_that_the_story_and_the_breadcrumbs_repeat_is_the_headline():
    """A notice above the title is none when another line has the story's words and ends the breadcrumbs."""
    title = "Harbour bridge opened to the public"
    page = unit(
        ["Subscribers read on", "Home > Ports > Harbour bridge opened to the public", title], "Subscribers read on"
    )

    headed(page)

    assert page.drafts[0].headline == title
    told = page.drafts[0].evidence["headline"]
    assert (page.text[slice(*told.span)], told.other) == (title, "Subscribers read on")


def test_choice_of_the_splitter_stands_where_nothing_speaks_against_it():
    """Menus and teasers above a headline stay what they are."""
    title = "A bridge at last, eighty years after the ferry"
    page = unit(["News", "Bridge closed in storm", title, "Share"], title)

    headed(page)

    assert (page.drafts[0].headline, page.drafts[0].evidence["headline"].rule) == (title, "line model")


def test_headline_is_not_taken_from_the_story_before():
    """Lines of another story are not looked at, whatever they say."""
    page = unit(["Harbour bridge opened to the public", PROSE, "Ferry sold"], "Ferry sold")
    page.drafts.insert(0, Draft(0, (0, page.text.index("Ferry sold") - 1), PROSE))

    headed(page)

    assert page.drafts[1].headline == "Ferry sold"
