"""A draft in, the article described: who, where, when, from whom, each with its evidence.

One module a field or kind of print; `describe` puts them together. Words are tables in newstext/data.
"""

from newstext.extract.describe import extract
from newstext.extract.sighting import Sighting, sighting

__all__ = ["Sighting", "extract", "sighting"]
