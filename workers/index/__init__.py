"""The near-duplicate index: which story an article belongs to, decided once.

What it promises. Of any number of workers that claim copies of one story at once, exactly one is told "original". An
article that claims again, after a crash or because its job was repeated, is told what it was told before. Memory is
fixed by the capacities; what is old is overwritten.

How. `Index.claim` sends a batch's fingerprints in one script call. The script looks up an exact key and the near keys
of each article; where no original is alike enough by its sketch, it inserts the article in the same atomic step: one
round trip for new articles. Where one is, it inserts nothing and names the candidates. Those are judged on the texts
and the article claims again, with the candidates that turned out different, or settles as a copy. A candidate that
another worker inserted in between is named then, and judged in turn.

What a crash leaves. Before the claim: nothing. After it: the article's verdict under its own id, which the repeated
claim finds. Losing the index (FLUSHALL) costs the memory of the past alone; `Index.rebuild` fills it again from what
was published.

Links go to originals only: a copy is not inserted, so stories do not drift from copy to copy.
"""

from workers.index.claims import Claimant, Index, Limits, Texts, Verdict
from workers.index.packing import Candidate

__all__ = ["Candidate", "Claimant", "Index", "Limits", "Texts", "Verdict"]
