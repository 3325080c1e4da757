"""Finish: send what became of a batch, in as few scripts as its size allows, until Redis has it.

The script is fenced by the leases it takes away, so sending again after a lost reply is safe. A batch whose script
Redis refuses as wrong is sent job by job, and the job that is refused alone fails alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from redis import Redis
from redis.exceptions import ResponseError
from rq.defaults import RQ_KEY_PREFIX

from wiredesk import log
from workers.effects import Effects
from workers.runner import ends
from workers.runner.away import reason
from workers.runner.batch import Held
from workers.runner.ends import End
from workers.runner.scripts import Scripts
from workers.runner.wire import Arena

#: Bytes of one script: Redis serves nobody else while it copies them (8 MB: some 5 ms).
LARGEST_STEP = 8 << 20
#: Of one pipeline of texts to another Redis.
LARGEST_PIPE = 4 << 20

#: What a stage gave for a job, or an end that is decided already (given back, stopped, foreign).
Outcome = Effects | Exception | End


class Reply(msgspec.Struct, array_like=True):
    """What `finish.lua` answers; `lost`, `dependents` and `given_up` are job ids."""

    written: int
    lost: list[bytes]
    orphans: int
    waiting: int
    dependents: list[bytes]
    given_up: list[bytes]


class Call(msgspec.Struct, frozen=True):
    queue: str
    worker: str
    seconds: float
    jobs: list[End]


class Finisher:
    """Writes the ends of batches. `texts` is given when texts live on another Redis than the queues."""

    def __init__(self, scripts: Scripts, queue: str, worker: str, texts: Redis | None) -> None:
        self._scripts = scripts
        self._queue = queue
        self._worker = worker
        self._texts = texts

    def finish(self, results: Sequence[tuple[Held, Outcome]], seconds: float) -> list[Reply]:
        """Raises what Redis raises when it is away; then nothing or part is written, and it may be called again."""
        if self._texts is not None:
            self._write_texts(self._texts, [r for r in self._held(results) if isinstance(r, Effects)])
        return list(self._steps(results, seconds))

    def _steps(self, results: Sequence[tuple[Held, Outcome]], seconds: float) -> Iterator[Reply]:
        arena, step = Arena(), list[tuple[Held, Outcome]]()
        packed: list[End] = []
        for job, outcome in results:
            packed.append(self._end(job, outcome, arena))
            step.append((job, outcome))
            if arena.size >= LARGEST_STEP:
                yield from self._send(step, packed, arena, seconds)
                arena, step, packed, seconds = Arena(), [], [], 0.0
        if step:
            yield from self._send(step, packed, arena, seconds)

    def _end(self, job: Held, outcome: Outcome, arena: Arena) -> End:
        if isinstance(outcome, End):
            return outcome
        if isinstance(outcome, Exception):
            return ends.failed(job, outcome)
        try:
            return ends.done(job, outcome, arena, with_writes=self._texts is None)
        except (ValueError, TypeError, AttributeError) as error:
            return ends.failed(job, error)

    def _send(
        self, step: Sequence[tuple[Held, Outcome]], packed: list[End], arena: Arena, seconds: float
    ) -> Iterator[Reply]:
        try:
            call = Call(self._queue, self._worker, seconds, packed)
            yield msgspec.convert(self._scripts.call("finish", call, raw=arena.raw), Reply)
        except ResponseError as error:
            if reason(error):
                raise
            yield from self._one_by_one(step, error, seconds)

    def _one_by_one(
        self, step: Sequence[tuple[Held, Outcome]], error: ResponseError, seconds: float
    ) -> Iterator[Reply]:
        """A script that Redis calls wrong has written nothing: find whose effects it is."""
        if len(step) > 1:
            for one in step:
                yield from self._steps([one], seconds / len(step))
            return
        job, outcome = step[0]
        if not isinstance(outcome, Effects):
            raise error
        log.get().error("effects refused", job=job.id, error=str(error))
        yield from self._steps([(job, error)], seconds)

    def _held(self, results: Sequence[tuple[Held, Outcome]]) -> list[Outcome]:
        """The outcomes of jobs whose leases are still ours. Who slept through its lease must not put an earlier text in
        the place of that which others made meanwhile: the script's own fence comes after the texts.
        """
        leases = (f"{job.id}:{job.execution}" for job, _ in results)
        scores = self._scripts.line.command("ZMSCORE", f"{RQ_KEY_PREFIX}:wip:{self._queue}", *leases)
        return [outcome for (_, outcome), score in zip(results, scores, strict=True) if score is not None]

    def _write_texts(self, texts: Redis, results: Iterable[Effects]) -> None:
        """Texts first: a job that names a text must find it. Writing one twice writes the same."""
        with texts.pipeline(transaction=False) as pipe:
            size = 0
            for write in (write for effects in results for write in effects.writes):
                pipe.set(write.key, write.value, ex=write.ttl)
                size += len(write.value)
                if size >= LARGEST_PIPE:
                    pipe.execute()
                    size = 0
            pipe.execute()
