"""The desk page: the flow of files, the newest stories, every article with its evidence, what was rejected and why.

One process with the RQ dashboard (`/rq`) and the metrics (`/metrics`). It reads: Redis keeps everything, the page
could be closed at any time. No build step, nothing from the internet, no text of a page is ever markup.
"""
