"""Takes as the near-duplicate index sees them: the index of a desk, its claimants, its texts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from newstext.compare import Text, Thresholds
from newstext.errors import Unreadable
from newstext.fingerprint import features_batch
from newstext.shingles import Salt, salt
from wiredesk.errors import StoreError
from wiredesk.settings import Settings
from workers import take as takes
from workers.desk import Desk
from workers.index import Claimant, Index, Limits, Texts
from workers.take import Take


def index(desk: Desk, texts_of: Texts | None = None) -> Index:
    """The desk's index, with the windows, capacity and secret of its settings; texts come from the takes, or from
    `texts_of` where there is one.
    """
    chosen = desk.settings
    limits = Limits(articles=chosen.index_articles, near_window=chosen.near_window, exact_window=chosen.exact_window)
    return Index(desk.index, texts_of or (lambda ids: texts(desk, ids)), limits, thresholds(chosen), keyed(desk))


def keyed(desk: Desk) -> Salt:
    """The hash constants that the settings ask for."""
    return salt(desk.settings.index_salt or None, desk.settings.shingle)


def thresholds(settings: Settings) -> Thresholds:
    """Where the settings draw the line."""
    return Thresholds(same=settings.same_story, short=settings.short_text)


def claimants(desk: Desk, prepared: Sequence[Take]) -> list[Claimant]:
    """What each take claims with; its sighting must be set. Together they take a third of the time of one by one."""
    marks = features_batch([take.body for take in prepared], keyed(desk))
    return [
        Claimant(
            id=take.id,
            fingerprint=mark,
            body=take.body,
            when=epoch(take.sighting.published),
            arrived=epoch(take.file.received_at) or time.time(),
            publisher=take.sighting.publisher,
        )
        for take, mark in zip(prepared, marks, strict=True)
    ]


def texts(desk: Desk, articles: Sequence[str]) -> list[Text | StoreError | None]:
    """The texts of articles, None for one that is no longer stored, the error of a store that does not give it."""
    return [_text(take) for take in takes.load_each(desk, articles)]


def _text(take: Take | Unreadable | StoreError) -> Text | StoreError | None:
    if isinstance(take, StoreError):
        return take
    return None if isinstance(take, Unreadable) else text(take)


def text(take: Take) -> Text:
    return Text(take.body, take.sighting.publisher, epoch(take.sighting.published))


def epoch(moment: str | None) -> float | None:
    """Seconds since the epoch of an ISO 8601 time, None where it is none.

    A time without a zone counts as UTC: the windows are days wide.
    """
    try:
        parsed = datetime.fromisoformat(moment or "")
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
