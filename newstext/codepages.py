"""Which code page an undeclared text is in whose bytes make words in Windows-1252 as well.

The code pages of Turkey, of Central Europe and of the Baltic states differ from Windows-1252 in a few letters each, and
put letters where it has letters: no byte gives them away. The language does: its commonest words are mostly plain, so
it shows through the wrong letters, and it is written in one code page only.
"""

from __future__ import annotations

#: The code page of each language that Windows-1252 cannot write.
_PAGES = {
    "tr": "cp1254",
    **dict.fromkeys(("cs", "sk", "pl", "hu", "ro", "sl", "hr", "bs"), "cp1250"),
    **dict.fromkeys(("lv", "lt", "et"), "cp1257"),
}


def own_page(western: str) -> str | None:
    """The code page of the language that a text decoded as Windows-1252 is in; None where that decodes it rightly.

    The text has to hold in the other page: no byte without a meaning, and the language no less sure than before.
    """
    from newstext.extract.language import detect  # noqa: PLC0415  (what extracts articles decodes them first)

    told = detect(western)
    page = _PAGES.get(told.code)
    if page is None:
        return None
    text = western.encode("cp1252", "replace").decode(page, "replace")
    again = detect(text)
    holds = text != western and "\ufffd" not in text and again.code == told.code and again.sure >= told.sure
    return page if holds else None
