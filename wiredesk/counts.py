"""The counters that the runner's scripts add to (`wiredesk:counts`, workers/lua/counts.lua), by name.

field                       counts
--------------------------  -------------------------------------------------------------------------
articles:{outcome}          articles by outcome: article (first of its story), copy, rejected
files:{outcome}             files by outcome: published, partly, rejected
jobs:{stage}:{end}          jobs by end: done, failed, retried, back (given back),
                            waited (for the object store), stopped, foreign
took:{stage}:{bound}        jobs that took up to `bound` seconds and more than the bound before (a job's share of
                            its batch)
us:{stage}                  microseconds of work
died:{stage}                workers whose lease ended while they lived no more, or held something
recovered:{stage}           jobs taken back from dead workers
heard                       no count: when a worker was last heard (milliseconds since the epoch)
"""

from __future__ import annotations

#: Upper bounds in seconds. A job is some milliseconds of work; a part of a huge file takes a second; beyond a minute
#: it is about to be stopped.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
