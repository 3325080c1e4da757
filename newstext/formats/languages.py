"""Names of languages as exports print them, with their BCP 47 tags."""

from __future__ import annotations

import re

_NAMES = {
    "ar": "arabic arabisch arabe",
    "bg": "bulgarian bulgarisch",
    "ca": "catalan katalanisch",
    "cs": "czech tschechisch tchèque",
    "da": "danish dansk dänisch danois deens",
    "de": "german deutsch allemand duits tedesco alemán deutsche ger deu",
    "el": "greek griechisch grec",
    "en": "english englisch anglais engels inglese inglés eng",
    "es": "spanish spanisch espagnol español spaans spagnolo spa",
    "fi": "finnish finnisch suomi",
    "fr": "french französisch français frans francese francés fre fra",
    "he": "hebrew hebräisch",
    "hi": "hindi",
    "hu": "hungarian ungarisch hongrois",
    "id": "indonesian indonesisch",
    "it": "italian italienisch italien italiano italiaans ita",
    "ja": "japanese japanisch japonais 日本語",
    "ko": "korean koreanisch coréen",
    "ms": "malay malaiisch",
    "nb": "norwegian norwegisch norvégien norsk",
    "nl": "dutch niederländisch néerlandais nederlands holländisch olandese",
    "pl": "polish polnisch polonais polski",
    "pt": "portuguese portugiesisch portugais português por",
    "ro": "romanian rumänisch roumain",
    "ru": "russian russisch russe русский",
    "sk": "slovak slowakisch",
    "sv": "swedish schwedisch suédois svenska",
    "th": "thai",
    "tr": "turkish türkisch turc türkçe",
    "uk": "ukrainian ukrainisch",
    "vi": "vietnamese vietnamesisch",
    "zh": "chinese chinesisch chinois 中文",
}
_TAG_OF = {name: tag for tag, names in _NAMES.items() for name in names.split()}


def tag(name: str | None) -> str | None:
    """The tag of a language's name or code: `ENGLISH`, `Deutsch`, `fr-CA`, `EN` (None when it is neither)."""
    text = (name or "").strip()
    if re.fullmatch(r"[A-Za-z]{2}(?:[-_][A-Za-z0-9]{2,8})*", text):
        first, *rest = text.replace("_", "-").split("-")
        return "-".join((first.lower(), *rest))
    first_word = re.match(r"\w+", text.casefold())
    return _TAG_OF.get(first_word[0]) if first_word else None
