"""The worker: claim, run, finish, until told to stop. RQ sees one of its own.

A worker listens to one queue. What the outside knows it by is in row.py; this is the loop and its steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError
from rq.worker import WorkerStatus

from wiredesk import spans
from wiredesk.jobs import queue
from workers import memory
from workers.packer import Packer
from workers.runner.away import Patience, reason
from workers.runner.batch import Held
from workers.runner.claim import Claimer, State
from workers.runner.closing import close
from workers.runner.ends import End
from workers.runner.fence import AnotherRun
from workers.runner.finish import Finisher, Outcome, Reply
from workers.runner.heartbeat import Heartbeat
from workers.runner.pace import TARGET, Pace
from workers.runner.perform import perform, without_newer
from workers.runner.relog import renew_log
from workers.runner.row import ListedWorker
from workers.runner.scripts import Scripts
from workers.runner.signals import Interrupted, Signals
from workers.runner.sweep import YOUNG, Sweep
from workers.runner.wire import Common
from workers.stage import Stage
from workers.take import Newer

if TYPE_CHECKING:
    from workers.desk import Desk

#: How often a suspended worker looks whether it may go on.
SUSPENDED_SECONDS = 1.0
#: How long a worker leaves the queue to others when its front is for workers of a newer release.
ASIDE_SECONDS = 1.0
#: Between two looks whether the next stage's queue has room again: it was high above what its workers take meanwhile.
CROWDED_SECONDS = 0.5
#: With more files than this before the first stage nobody waits for a single article: the stages behind it let a batch
#: come together instead of claiming it in pieces of three.
BACKLOG = 64
#: Seconds that a worker lives at least before what it holds makes it end: where all need more than the setting allows,
#: that costs a fork a minute.
LIFE = 60.0
#: The shortest wait for work: a tick that is due is not worth a wait.
SHORTEST_PEEK = 0.01


class BatchWorker(ListedWorker):
    """Works one stage. `desk` gives the Redis clients and settings, `stages` the table that the stage is one of."""

    def __init__(self, stage: Stage, desk: Desk, stages: Sequence[Stage], signals: Signals | None = None) -> None:
        common = Common.of(desk.settings, stages[0].name)
        self._signals = signals or Signals(desk.settings.grace)
        super().__init__(stage.name, desk.queues, common, self._signals)
        self._stage, self._desk, self._stages = stage, desk, stages
        self._patience = Patience()
        self._pace = Pace(desk.settings.batch)
        row, wip = (self.key, self.executions_key), self._queue.started_job_registry.key
        self._claimer = Claimer(self._scripts, stage, self._queue, self.name, row, _ahead(stage, stages))
        self._finisher = Finisher(self._scripts, stage.name, self.name, None if desk.one_server else desk.texts)
        self._heartbeat = Heartbeat(Scripts(desk.queues, common), self.name, (*row, wip), desk.settings.lease)
        self._sweep = Sweep(desk, self._scripts, stages)
        packs = desk.settings.objects_after is not None and stage.name == stages[-1].name
        self._packer = Packer(desk, self.name) if packs else None
        self._next_claim = 0.0
        self._first = None if stage.name == stages[0].name else queue(stages[0].name)
        #: Whether the queue may have something: the next turn claims. Else it waits for something to come.
        self._stirring = True
        self._restarted = False
        self._born = time.monotonic()
        self._retired = False

    # -- a worker's life ---------------------------------------------------------------------------------------

    def work(self, *_: Any, **__: Any) -> bool:
        """Work until a stop signal, or until more is held than a worker may hold."""
        self._signals.install()
        self._heartbeat.start()
        if self._packer:
            self._packer.start()
        try:
            self._attend(self._begin, once=True)
            self._attend(self._turn)
        finally:
            if self._packer:
                self._packer.end()
            self._heartbeat.end()
            self._farewell()
            spans.flush()
        return True

    def _attend(self, step: Callable[[], None], *, once: bool = False) -> None:
        """Do `step` until a stop signal, whatever Redis does meanwhile."""
        while not (self._signals.stopping or self._retired):
            try:
                self._renew_log()
                step()
                self._patience.over()
                if once:
                    return
            except Interrupted:
                return
            except AnotherRun:
                self._drop()
            except (RedisError, OSError) as error:
                self._rest(error)

    def _turn(self) -> None:
        if self._ticker.left <= 0:
            self._tick()
        if self._stirring:
            self._gather()
            self._claim_and_run()
        else:
            self._peek()

    # -- the steps of a turn -----------------------------------------------------------------------------------

    def _tick(self) -> None:
        ticked = self._ticker.tick(self._sweep.lock, YOUNG)
        if not ticked.registered:
            self._register()
        given_up, self._ticker.given_up = self._ticker.given_up, []
        self._give_up(given_up)
        if ticked.old is not None:
            self._sweep.sweep(ticked.old)

    def _gather(self) -> None:
        """Behind a backlog of files leave as much time between two claims as a full batch takes."""
        left = self._next_claim - time.monotonic()
        if left > 0 and self._first and self._scripts.line.command("LLEN", self._first) > BACKLOG:
            self._pause(left)

    def _claim_and_run(self) -> None:
        limit = self._pace.limit
        claimed = self._claimer.claim(limit, self._pace.least)
        self._next_claim = time.monotonic() + TARGET if len(claimed.jobs) < limit else 0.0
        if claimed.state is State.UNREGISTERED:
            self._register()
        elif claimed.state is State.SUSPENDED:
            self._suspend()
        elif claimed.state is State.CROWDED:
            self._wait_for_room()
        elif claimed.jobs:
            self._run(claimed.jobs)
        else:
            self._stirring = claimed.stirred

    def _run(self, jobs: Sequence[Held]) -> None:
        """Run a batch and see it written. What the batch gave stays here until Redis has it or has another run.

        When Redis goes away under the stage, the batch stays leased and beating; the next claim hands it out again.
        """
        began, worked = time.monotonic(), time.thread_time()
        self._heartbeat.hold(longest=2 * self._stage.timeout + 60)
        self._commands.hold(job.id for job in jobs)
        results, newer = without_newer(perform(self._stage, self._desk, jobs, self._signals, self._commands))
        seconds, worked = time.monotonic() - began, time.thread_time() - worked
        self._heartbeat.hold()
        self._settle(results, seconds)
        self._let_go()
        if not self._waits(results):
            self._pace.learn(len(jobs), worked, seconds)
        self._retire_if_large()
        if newer:
            self._stand_aside(newer)

    def _settle(self, results: Sequence[tuple[Held, Outcome]], seconds: float) -> None:
        while True:
            try:
                self._fence.check()
                replies = self._finisher.finish(results, seconds)
            except AnotherRun:
                raise
            except (RedisError, OSError) as error:
                if self._signals.grace_is_over:
                    raise
                self._patience.wait(error)
            else:
                self._patience.over()
                self._note(results, replies, seconds)
                return

    def _note(self, results: Sequence[tuple[Held, Outcome]], replies: Sequence[Reply], seconds: float) -> None:
        self._stirring = replies[-1].waiting > 0
        lost, orphans = (sum(len(r.lost) for r in replies), sum(r.orphans for r in replies))
        if lost or orphans:
            self._log.warning("not written", lost=lost, orphans=orphans, of=len(results))
        self._give_up([name.decode("ascii") for reply in replies for name in reply.given_up])
        given_away = [name.decode("ascii") for reply in replies for name in reply.lost]
        close(self._log, self._stage.name, results, given_away, seconds)
        for name in (name.decode("ascii") for reply in replies for name in reply.dependents):
            self._queue.enqueue_dependents(self.job_class(name, connection=self.connection, serializer=self.serializer))

    def _give_up(self, jobs: Sequence[str]) -> None:
        """Their stages may have something to take back. A worker that dies before that takes nothing back."""
        for stage in self._stages:
            mine = [job for job in jobs if job.startswith(f"{stage.name}-")]
            if mine and stage.gave_up:
                try:
                    stage.gave_up(self._desk, mine)
                except Exception as error:  # noqa: BLE001  (what was given up is written; nothing else depends on this)
                    self._log.warning("nothing taken back", jobs=len(mine), reason=str(error) or type(error).__name__)

    def _waits(self, results: Sequence[tuple[Held, Outcome]]) -> int:
        """How many of the batch wait for the object store."""
        waiting = [end for _, end in results if isinstance(end, End) and end.end == "waits"]
        if waiting:
            self._log.warning("object store is away", reason=waiting[0].reason, jobs=len(waiting), of=len(results))
        return len(waiting)

    def _peek(self) -> None:
        """Wait until the queue has something, changing nothing: its head is moved onto its head."""
        left = max(self._ticker.left, SHORTEST_PEEK)
        with self._signals.waiting():
            found = self._scripts.line.command("BLMOVE", self._queue.key, self._queue.key, "LEFT", "LEFT", left)
        self._stirring = found is not None

    def _pause(self, seconds: float) -> None:
        """Leave the queue alone for a while; a stop signal ends that."""
        with self._signals.waiting():
            time.sleep(seconds)

    def _suspend(self) -> None:
        self.set_state(WorkerStatus.SUSPENDED)
        self._pause(SUSPENDED_SECONDS)

    def _wait_for_room(self) -> None:
        """The next stage does not keep up: what waits stays in this queue, and is felt by who fills it."""
        self._log.warning("next queue is full", held_seconds=CROWDED_SECONDS)
        self._pause(CROWDED_SECONDS)

    def _stand_aside(self, newer: Newer) -> None:
        """Workers of a newer release are to take what was given back; until they are there, it waits."""
        self._log.warning("newer release on the queue", reason=str(newer), held_seconds=ASIDE_SECONDS)
        self._pause(ASIDE_SECONDS)

    # -- when things go wrong ----------------------------------------------------------------------------------

    def _drop(self) -> None:
        """Redis has another life than what we hold: forget it. The next claim says what this life knows."""
        self._log.warning("redis restarted", held="dropped")
        self._fence.forget()
        self._let_go()
        self._stirring = self._restarted = True

    def _renew_log(self) -> None:
        """After a restart, at once: until it is done a power failure may do harm (relog.py)."""
        if self._restarted:
            renew_log(self.connection)
            self._restarted = False

    def _retire_if_large(self) -> None:
        """What hundreds of odd files left behind and a large page together are more than either: a new process has only
        the page.
        """
        most = self._desk.settings.worker_memory
        if not most or memory.held() <= most or time.monotonic() - self._born < LIFE:
            return
        memory.release()
        held = memory.held()
        if held > most:
            self._log.info("worker makes room for a new one", held_mb=held >> 20, most_mb=most >> 20)
            self._retired = True

    def _let_go(self) -> None:
        self._heartbeat.release()
        self._commands.release()

    def _rest(self, error: BaseException) -> None:
        if reason(error) is None:
            self._log.error("unexpected answer of redis", exc_info=error)
        self._stirring = True
        self._heartbeat.wait()
        with suppress(Interrupted), self._signals.waiting():
            self._patience.wait(error)


def _ahead(stage: Stage, stages: Sequence[Stage]) -> str | None:
    """The queue that the stage fills."""
    after = list(stages)[list(stages).index(stage) + 1 :]
    return queue(after[0].name) if after else None
