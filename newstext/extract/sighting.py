"""When and by whom an article was published: the little that must be known before it is compared with others."""

from __future__ import annotations

import msgspec

from newstext.article import Draft, Origin
from newstext.extract.known import Known
from newstext.extract.language import UNKNOWN
from newstext.extract.publishers import publisher
from newstext.extract.tongue import language
from newstext.extract.when import published


class Sighting(msgspec.Struct, frozen=True, omit_defaults=True):
    """The published time as ISO 8601 and the publisher, each None where the input does not state it."""

    published: str | None = None
    publisher: str | None = None


def sighting(draft: Draft, origin: Origin) -> Sighting:
    """The same values that `extract` gives for these two fields, at a fraction of its cost."""
    known = Known.of(draft, origin)
    tongue = language(known)
    known = known.reading(tongue[0] if tongue else UNKNOWN)
    when, who = published(known), publisher(known)
    return Sighting(when[0].iso if when else None, who[0] if who else None)
