"""Reading the output streams so that nothing is lost: what a consumer imports.

    from wiredesk.readers import Reader

    with Reader("redis://127.0.0.1:6379/0", group="archive") as reader:
        for message in reader:
            print(message.id, message.article.headline)

What it promises. Each entry is handed to one member of the group and stays pending until the loop asks for the next
one; so a reader that is killed loses nothing, and repeats at most the messages that it had in hand. Entries of a dead
member are taken over by the others after `idle` seconds. Only one batch is ever fetched ahead: what is not read yet
waits in Redis, not in memory. `AsyncReader` is the same for asyncio.

How. What to ask of Redis next is decided in `membership`, which does no I/O; `sync` and `aio` carry it out.
"""

from wiredesk.readers.aio import AsyncReader
from wiredesk.readers.lag import Lag, lags
from wiredesk.readers.message import Message
from wiredesk.readers.sync import Reader

__all__ = ["AsyncReader", "Lag", "Message", "Reader", "lags"]
