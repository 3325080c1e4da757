"""rq-dashboard, mended: it works on every tab with every kind of job, and runs nothing that a job contains.

rq-dashboard 0.9.0 with rq 3 needs mending in five places, each in a module of its own here:

templates   inserts what jobs contain as markup, and a queue's name from the address as program text: every
            interpolation escapes, every script carries the page's nonce
reading     unpickles what it shows, fails on dependent jobs and odd records, and removes jobs from queues by looking:
            job, worker and queue records are read here, whatever they hold, and only read
actions     requeues without our serializer and cannot delete what it cannot read
mends       puts those in the place of its own, after checking that both versions are the ones all this was written for
(the desk)  binds every interface without a password and lets other sites' pages act: see wiredesk/desk/guard.py
"""

from __future__ import annotations

from wiredesk.dashboard.mends import create

__all__ = ["create"]
