"""Files in: what scrapers and people push with. Light on purpose: redis, rq and wiredesk's own message."""

from producers.desk import Desk, Item, Receipt
from producers.errors import Busy, TooLarge

__all__ = ["Busy", "Desk", "Item", "Receipt", "TooLarge"]
