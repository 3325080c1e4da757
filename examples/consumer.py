"""A consumer that loses nothing when it is killed: python examples/consumer.py FILE

Run it any number of times at once: the members of the group share the entries.
"""

import os
import sys
from pathlib import Path

from wiredesk.readers import Reader

url = os.environ.get("WIREDESK_REDIS_URL", "redis://127.0.0.1:6379/0")

with Path(sys.argv[1]).open("a") as out, Reader(url, group="example", streams=["articles", "copies"]) as reader:
    for message in reader:
        article = message.article
        print(message.id, article.relation, article.headline, sep="\t", file=out, flush=True)
        # Asking for the next message acknowledges this one. `message.id` with `message.version` is the key to be
        # idempotent by: what was in hand when a reader died is handed out again.
