"""When a story was published and last changed: stated, stamped on the page, or in its address.

A caption's date never gets here: only what the format states, stamps and bylines are read.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from newstext.article import Evidence
from newstext.extract.dates import Stamp, parse
from newstext.extract.reconcile import Claim, settle

if TYPE_CHECKING:
    from newstext.extract.known import Known

#: How sure each source is: measured as the share of right days on the development pages, rounded down.
_STATED, _SAID, _STAMPED, _UNSURE, _ADDRESS = 0.97, 0.95, 0.9, 0.6, 0.7
#: The same of stamps above the headline, where other stories and the day of the visit stand too.
_ABOVE = 0.8
#: The last place of `Known` that is beside the byline or between headline and text.
_HEAD = 1
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?=[/_.-]|$)")


def published(known: Known) -> tuple[Stamp, Evidence] | None:
    """The stamp of publication with its evidence."""
    stated = known.draft.evidence.get("published")
    claims = _stated(known, known.draft.stated.published, stated)
    claims += _printed(known, "published") or _shown(known) or _unsaid(known, claims) or _only(known)
    claims += _address(known)
    claims = [claim for claim in claims if _possible(claim.value, known)]
    return settle(_local(_finer(claims), known), _same_day, _iso)


def updated(known: Known, first: Stamp | None) -> tuple[Stamp, Evidence] | None:
    """The stamp of the last change; one that equals the publication or comes before it says nothing."""
    stated = known.draft.evidence.get("updated")
    claims = _stated(known, known.draft.stated.updated, stated) + _printed(known, "updated")
    claims = [claim for claim in claims if not first or claim.value.iso[:10] >= first.iso[:10]]
    claims = [claim for claim in claims if not first or claim.value.iso != first.iso]
    return settle([claim for claim in claims if _possible(claim.value, known)], _same_day, _iso)


def _stated(known: Known, value: str | None, told: Evidence | None) -> list[Claim[Stamp]]:
    stamp = parse(value, known.habit) if value else None
    if stamp is None:
        return []
    rule, sure = (told.rule, told.confidence) if told else (known.draft.stated.rule, _STATED)
    return [Claim(stamp, rule, sure if stamp.sure else _UNSURE, told.span if told else None)]


def _printed(known: Known, which: str | None) -> list[Claim[Stamp]]:
    """Stamps of the page that are said to be `which`; None: stamps of which nothing is said."""
    claims = []
    for stamp, said, mark, place in known.stamps:
        if said == which:
            sure = (_SAID if which else _STAMPED if place <= _HEAD else _ABOVE) if stamp.sure else _UNSURE
            a, b = stamp.span
            claims.append(Claim(stamp, "timestamp", sure, (mark.span[0] + a, mark.span[0] + b)))
    return claims[:2] if which != "updated" else claims[-1:]


def _unsaid(known: Known, stated: list[Claim[Stamp]]) -> list[Claim[Stamp]]:
    """Dates of which nothing is said. On a web page two that differ are other stories' too, but for one of the day
    that is stated; on a page of text their places tell which comes first.
    """
    found = _printed(known, None)
    days = {claim.value.iso[:10] for claim in found}
    if "split" in known.draft.evidence or len(days) < 2:
        return found
    return [claim for claim in found if any(_same_day(claim.value, each.value) for each in stated)]


def _shown(known: Known) -> list[Claim[Stamp]]:
    """The last change that a page of text tells in the story's head (`Stand: 28. April 2023`), where it tells nothing
    else there: stamps further off are of other stories.
    """
    head = {said for _, said, _, place in known.stamps if place <= _HEAD}
    return _only(known) if head == {"updated"} and "split" in known.draft.evidence else []


def _only(known: Known) -> list[Claim[Stamp]]:
    """A page that tells no date but that of its last change: mostly the day of publication too."""
    told = _printed(known, "updated") if not known.draft.stated.published else []
    return [claim._replace(rule="last change", sure=_UNSURE) for claim in told]


def _address(known: Known) -> list[Claim[Stamp]]:
    found = _URL_DAY.search(known.url or "")
    if not found:
        return []
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return []
    return [Claim(Stamp(day.isoformat(), "day", found.span()), "url", _ADDRESS)]


def _finer(claims: list[Claim[Stamp]]) -> list[Claim[Stamp]]:
    """A stamp of the page that gives the same day as the one before it and the time too, or the same minute and its
    zone, stands in its place.
    """
    if len(claims) > 1 and claims[0].rule in ("timestamp", "beside") and claims[1].rule == "timestamp":
        first, second = claims[0], claims[1]
        if _is_finer(second.value, first.value):
            return [second._replace(sure=first.sure), *claims[2:]]
    return claims


def _is_finer(one: Stamp, other: Stamp) -> bool:
    if other.precision == "day":
        return one.precision != "day" and _same_day(one, other)
    return one.iso[:16] == other.iso[:16] and _zoned(one) and not _zoned(other)


def _zoned(stamp: Stamp) -> bool:
    return stamp.precision != "day" and datetime.fromisoformat(stamp.iso).tzinfo is not None


def _local(claims: list[Claim[Stamp]], known: Known) -> list[Claim[Stamp]]:
    """A moment declared in UTC as the publisher's clock showed it: the same instant with its offset. The page prints
    it with an offset, or the same minute of an hour of the local clock, or the publisher's country has one clock.
    """
    first = claims[0].value if claims else None
    if first is None or not first.iso.endswith("+00:00") or first.precision == "day":
        return claims
    for stamp, said, *_ in known.stamps:
        if said != "updated" and (iso := _in_zone(first.iso, stamp)):
            return [claims[0]._replace(value=first._replace(iso=iso)), *claims[1:]]
    if known.zone:
        iso = datetime.fromisoformat(first.iso).astimezone(known.zone).isoformat()
        return [claims[0]._replace(value=first._replace(iso=iso)), *claims[1:]]
    return claims


def _in_zone(utc: str, printed: Stamp) -> str | None:
    moment = datetime.fromisoformat(utc)
    if printed.precision == "day" or printed.iso.endswith("+00:00"):
        return None
    local = datetime.fromisoformat(printed.iso)
    if local.tzinfo:
        return printed.iso if abs(local - moment) < timedelta(minutes=1) else None
    east = local - moment.replace(tzinfo=None, second=0, microsecond=0)
    # Zones lie between -12 and +14 hours, most of them whole hours from UTC, some on the half.
    if timedelta(hours=-12) <= east <= timedelta(hours=14) and east % timedelta(minutes=30) == timedelta():
        return moment.astimezone(timezone(east)).isoformat()
    return None


def _possible(stamp: Stamp, known: Known) -> bool:
    """Not after the file was fetched (two days of clocks and zones allowed), not before newspapers."""
    day = stamp.iso[:10]
    latest = (known.now.date() + timedelta(days=2)).isoformat() if known.now else "2100"
    return "1600" < day <= latest


def _iso(stamp: Stamp) -> str:
    return stamp.iso


def _same_day(one: Stamp, other: Stamp) -> bool:
    """Whether two stamps are of one day, or one instant told by two clocks."""
    if one.iso[:10] == other.iso[:10] or "day" in (one.precision, other.precision):
        return one.iso[:10] == other.iso[:10]
    a, b = datetime.fromisoformat(one.iso), datetime.fromisoformat(other.iso)
    return bool(a.tzinfo and b.tzinfo and abs(a - b) < timedelta(minutes=1))
