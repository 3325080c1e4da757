"""The article's language: what its source states, unless the text itself speaks clearly against it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newstext.article import Evidence
from newstext.extract.language import detect
from newstext.extract.reconcile import Claim, settle

if TYPE_CHECKING:
    from newstext.article import Draft, Unit
    from newstext.extract.known import Known

#: A stated language stands unless the text is surer than this: templates say ``en`` around any language, while
#: short or mixed texts make weak guesses.
_STATED = 0.75
#: Characters of body beside which a headline tells nothing more.
_LONG = 400
#: A guess below this was wrong in most cases on the development pages; then the whole page is asked: how sure it must
#: be, which is less, as it has its own furniture's words, and the characters of it that are looked at.
_WEAK, _SURER, _PAGE = 0.3, 0.2, 20_000
_CODE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_].*|\..*)?$", re.IGNORECASE)
#: Two names of one language, as old pages and CLDR write them.
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "fil": "tl", "sh": "sr", "hr": "sr", "bs": "sr", "ms": "id"}


def language(known: Known) -> tuple[str, Evidence] | None:
    """The BCP 47 tag with its evidence; None when nothing states it and the text is too short to tell."""
    draft = known.draft
    headline = draft.headline or draft.stated.headline or ""
    guess = detect(draft.body if len(draft.body) > _LONG else f"{headline}\n{draft.body}")
    claims = []
    if guess.sure:
        claims.append(Claim(guess.code, "text", guess.sure))
    if (stated := tag(draft.stated.language)) is not None:
        told = draft.evidence.get("language")
        claims.append(Claim(stated, told.rule if told else draft.stated.rule, _STATED))
        if guess.sure and same(stated, guess.code):
            claims.reverse()
            claims[0] = claims[0]._replace(sure=max(guess.sure, _STATED))
    return settle(claims, same)


def spoken(unit: Unit) -> None:
    """Note the language of a whole page of text with its drafts whose own text is too short to tell theirs."""
    weak = [each for each in unit.drafts if not each.stated.language and _tells_little(each)]
    page = detect(" ".join(unit.text[:_PAGE].split())) if weak else None
    for draft in weak:
        if page and page.sure > _SURER:
            draft.stated.language, draft.evidence["language"] = page.code, Evidence("page", None, page.sure)


def _tells_little(draft: Draft) -> bool:
    """Whether a text's own words hardly tell its language: a line, a table of results."""
    return detect(f"{draft.headline or ''}\n{draft.body}", clear=_WEAK).sure < _WEAK


def same(one: str, other: str) -> bool:
    """Whether two tags mean one language, whatever region; close kin that texts hardly tell apart count as one."""
    bases = [_SAME.get(base, base) for base in (one.partition("-")[0], other.partition("-")[0])]
    return bases[0] == bases[1]


def tag(stated: str | None) -> str | None:
    """A stated language as BCP 47 (`en_US` becomes ``en-US``); None for what is none (`English`)."""
    found = _CODE.match((stated or "").strip())
    if not found:
        return None
    base, script, region = found.groups()
    parts = [base.lower(), script.title() if script else "", region.upper() if region else ""]
    return "-".join(filter(None, parts))
