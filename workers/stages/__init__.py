"""The four stages, in the order of an article's way. Each module holds one `STAGE`."""
