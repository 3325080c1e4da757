"""Where in the output streams an article stands, without reading through them.

The commit that publishes an article notes the entry in `file:{id}:entries`, PLACE bytes a position: milliseconds and
sequence of the entry's id (6 and 3 bytes), and which stream it is in. A copy is added to its story's set, under
the time of its publication. Both are kept as long as the entries are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, cast

from redis import Redis

from wiredesk import ids, keys
from wiredesk.readers.message import Message

#: As workers/lua/file.lua writes it.
PLACE: Final = 10
_STREAMS: Final = (keys.ARTICLES, keys.COPIES)
#: Articles a round trip: some MB of entries.
BATCH: Final = 200


def messages(redis: Redis, articles: Iterable[str]) -> Iterator[Message]:
    """The newest entry of each article that still has one, in the order given. Ids of no article's form have none."""
    wanted = [article for article in dict.fromkeys(articles) if _is_article(article)]
    for start in range(0, len(wanted), BATCH):
        yield from _read(redis, wanted[start : start + BATCH])


def story(redis: Redis, story_id: str) -> list[str]:
    """Ids of a story's articles, the original first, the others as they were published."""
    later = cast("list[bytes]", redis.zrange(keys.story(story_id), 0, -1))
    return list(dict.fromkeys([story_id, *(article.decode() for article in later)]))


def _is_article(article: str) -> bool:
    file, _, position = article.rpartition("-")
    return bool(file) and position.isascii() and position.isdigit()


def _read(redis: Redis, articles: Sequence[str]) -> Iterator[Message]:
    with redis.pipeline(transaction=False) as pipe:
        for file, position in map(ids.place, articles):
            pipe.getrange(keys.entries(file), position * PLACE, position * PLACE + PLACE - 1)
        places = [_place(packed) for packed in pipe.execute() if len(packed) == PLACE and any(packed)]
        for stream, entry in places:
            pipe.xrange(stream, entry, entry)
        for (stream, entry), rows in zip(places, pipe.execute(), strict=True):
            for _, fields in rows:
                yield Message(stream, entry, fields)


def _place(packed: bytes) -> tuple[str, str]:
    milliseconds, number = int.from_bytes(packed[:6], "big"), int.from_bytes(packed[6:9], "big")
    return _STREAMS[packed[9]], f"{milliseconds}-{number}"
