"""Files in: what scrapers and people push with. Light on purpose: redis, rq and wiredesk's own message."""
