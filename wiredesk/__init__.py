"""What both sides share and what a person touches: settings, keys, records, connection, logging, command line."""

__version__ = "0.1.0"
