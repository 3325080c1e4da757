"""Files in: what scrapers and people push with. Light on purpose: redis, rq and wiredesk's own message."""

from producers.desk import Desk
from producers.errors import BadItem, Busy, Changed, NotAFile, Refused, TooLarge
from producers.items import Item, Receipt
from producers.status import Status

__all__ = ["BadItem", "Busy", "Changed", "Desk", "Item", "NotAFile", "Receipt", "Refused", "Status", "TooLarge"]
