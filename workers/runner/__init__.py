"""The runner: RQ workers that claim and finish in batches, and lose nothing.

One turn of a worker is claim -> run the stage over the batch -> finish. Claim and finish are one Lua script each
(workers/lua), two round trips a batch; each script opens with its invariants. What may happen in between:

* the worker dies: its lease ends on the server's clock (`tick`), and the jobs return in halves until the one that
  kills is alone;
* the worker is stopped by a signal: it finishes within its grace or gives back what it holds (`signals`);
* a reply is lost: both scripts may be sent again; a claim hands out what is held already, a finish is fenced by its
  own leases;
* Redis restarts and has forgotten the last second: the server's `run_id` tells, and what is held is dropped (`fence`);
* everything else that may befall a queue: the sweep compares the files accepted with those that have an outcome.
"""

from __future__ import annotations

from workers.runner.start import work
from workers.runner.worker import BatchWorker

__all__ = ["BatchWorker", "work"]
