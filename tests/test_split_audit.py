"""The audit view shows a page and lets nothing in it run."""

from rich.console import Console

from newstext.article import Audit, Label, Line, Unit
from wiredesk.audit import page, summary, terminal

TEXT = "<script>alert(1)</script>\nA\x1b[31mB\u202eC\n\nBody text.\n"


def unit():
    spans = [(0, 26), (26, 35), (35, 36), (36, 47)]
    labels = [Label.NAVIGATION, Label.HEADLINE, Label.BLANK, Label.BODY]
    numbers = [None, 0, None, 0]
    lines = [Line(s, label, 0.9, n) for s, label, n in zip(spans, labels, numbers, strict=True)]
    return Unit(drafts=[], audit=Audit(article=20, furniture=26), lines=lines, text=TEXT)


def test_html_is_escaped_and_forbidden_to_run():
    """Scraped mark-up is shown as text under a policy without scripts."""
    shown = page(unit())

    assert "<script" not in shown
    assert "default-src 'none'" in shown
    assert "\u202e" not in shown


def test_terminal_controls_are_made_visible():
    """Escape sequences and direction overrides are spelt out."""
    console = Console(record=True, width=200, force_terminal=False)
    for line in terminal(unit()):
        console.print(line)
    shown = console.export_text()

    assert "\x1b" not in shown
    assert "A\\u001b[31mB\\u202eC" in shown


def test_the_summary_counts_characters():
    """Where the characters went is said in a sentence."""
    assert summary(unit()) == "0 articles; characters: 20 in articles, 26 furniture, 0 unassigned"
