"""Pure text to data: read formats, split pages into articles, clean, fingerprint and describe them.

Nothing here knows of Redis, queues or settings: every function can be called from a notebook.

    formats.read(source)      bytes -> units of drafts (one article each, still undescribed)
    split.split(text)         a page of text -> its drafts and a label for every line
    extract.extract(draft)    a draft -> the article: who, where, when, from whom, each with its evidence
    fingerprint.features(b)   a body -> exact key, posting keys, sketch
"""
