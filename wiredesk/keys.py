"""Every name that wiredesk uses in Redis, on one page. RQ's own keys keep RQ's prefix (`rq:`) and shape.

`PREFIX` comes first in each. Where "on" says texts or index, the key may live on a Redis of its own (settings).

key                         type    on      written by           goes
--------------------------  ------  ------  -------------------  ------------------------------------------------
blob:{sha256}:{n}           string  texts   producers            TTL `keep_files`, renewed on a new sighting
content:{sha256}            set     queues  accept               TTL `keep_receipts`: ids of 1,000 files with it
file:{id}                   hash    queues  accept, commit       TTL `keep_receipts` once done
file:{id}:parts             string  queues  commit (bit a part)  with its file: parts that were split
file:{id}:published         string  queues  commit (bit a pos.)  with its file: articles that were published
file:{id}:rejected          string  queues  commit (bit a pos.)  with its file: articles that were rejected
file:{id}:entries           string  queues  commit (10 B a pos.)  with its file's entries: where they stand (places.py)
story:{story}               zset    queues  commit               with its entries: the story's later articles
sink:{name}:dead            stream  queues  sinks                never by itself: entries that a sink's target refused
open                        zset    queues  accept; commit       files without outcome, by the time of acceptance
take:{article}              string  texts   stages               TTL `keep_texts`: the article as far as it got
articles copies files       stream  queues  commit               trimmed by count and age (retention.py)
rejected                    stream  queues  commit               trimmed by count and age (retention.py)
trimmed                     hash    queues  trim                 never: `{stream} {group}` -> entries it had not done
rejected:settled            hash    queues  rejected, replay     entry's id -> what a person did; goes with the entry
callbacks                   zset    queues  wiredesk gateway     calls that are due, by when; each goes with its end
apikeys                     hash    queues  wiredesk gateway     kept: hash of an API key -> whose it is, its rate
index:*                     string  index   fingerprint          overwritten in a ring (workers/index.py)
packed                      hash    queues  packer               kept: how far each stream is packed, the desk's mark
packing                     string  queues  packer               lock of the packer and its rest, TTL minutes
sweep                       string  queues  any worker           lock of the sweep, TTL a few seconds
run                         string  queues  sweep                kept: the life of Redis whose log is whole (relog.py)
deaths                      string  queues  tick                 workers that died lately, TTL a minute
leases                      zset    queues  runner's scripts     worker -> when its lease ends (server's clock)
counts                      hash    queues  runner's scripts     never: totals for the metrics (counts.py)
quarantine:{job}            any     queues  runner's scripts     a record no job of ours can have; TTL a week

With WIREDESK_OBJECTS_AFTER values of `blob` and `take` become locators of 21 bytes after a while (workers/packs.py).
"""

from __future__ import annotations

PREFIX = "wiredesk:"

ARTICLES = f"{PREFIX}articles"
COPIES = f"{PREFIX}copies"
FILES = f"{PREFIX}files"
REJECTED = f"{PREFIX}rejected"
STREAMS = (ARTICLES, COPIES, FILES, REJECTED)

TRIMMED = f"{PREFIX}trimmed"
SETTLED = f"{PREFIX}rejected:settled"

OPEN = f"{PREFIX}open"
PACKED = f"{PREFIX}packed"
PACKING = f"{PREFIX}packing"
SWEEP = f"{PREFIX}sweep"
RUN = f"{PREFIX}run"
DEATHS = f"{PREFIX}deaths"
LEASES = f"{PREFIX}leases"
COUNTS = f"{PREFIX}counts"
QUARANTINE = f"{PREFIX}quarantine:"
INDEX = f"{PREFIX}index:"
BLOB = f"{PREFIX}blob:"
API_KEYS = f"{PREFIX}apikeys"
STORY = f"{PREFIX}story:"
CALLBACKS = f"{PREFIX}callbacks"


def blob(sha256: str, chunk: int) -> str:
    return f"{BLOB}{sha256}:{chunk}"


def content(sha256: str) -> str:
    return f"{PREFIX}content:{sha256}"


def file(file_id: str) -> str:
    return f"{PREFIX}file:{file_id}"


def parts(file_id: str) -> str:
    return f"{PREFIX}file:{file_id}:parts"


def published(file_id: str) -> str:
    return f"{PREFIX}file:{file_id}:published"


def rejected(file_id: str) -> str:
    return f"{PREFIX}file:{file_id}:rejected"


def entries(file_id: str) -> str:
    return f"{PREFIX}file:{file_id}:entries"


def story(story_id: str) -> str:
    return f"{STORY}{story_id}"


def take(article_id: str) -> str:
    return f"{PREFIX}take:{article_id}"


def sink(name: str) -> str:
    """The consumer group of a sink (no key of its own)."""
    return f"sink:{name}"


def dead(name: str) -> str:
    return f"{PREFIX}sink:{name}:dead"
