"""Lists that other programs fill (scrapy-redis's `*:items`), emptied into the desk with no change on their side."""
