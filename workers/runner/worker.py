"""The worker: claim, run, finish, until told to stop. RQ sees one of its own.

A worker listens to one queue. It is a subclass of RQ's `SimpleWorker` for what the outside knows a worker by: its row,
its registration, its command channel. Its loop is its own.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.worker import WorkerStatus

from wiredesk import log
from wiredesk.serializer import JSONSerializer
from workers.runner.away import Patience, reason
from workers.runner.batch import Held
from workers.runner.claim import Claimer, State
from workers.runner.closing import close
from workers.runner.commands import Commands
from workers.runner.fence import AnotherRun, Fence
from workers.runner.finish import Finisher, Outcome, Reply
from workers.runner.heartbeat import Heartbeat
from workers.runner.pace import Pace
from workers.runner.perform import perform
from workers.runner.scripts import Scripts
from workers.runner.signals import Interrupted, Signals
from workers.runner.sweep import YOUNG, Sweep
from workers.runner.tick import Ticker
from workers.runner.wire import ROW_SECONDS, Common
from workers.stage import Stage

if TYPE_CHECKING:
    from workers.desk import Desk

#: How often a suspended worker looks whether it may go on.
SUSPENDED_SECONDS = 1.0
#: A lost reply or two, or a connection that has to be made anew, must not keep a worker from giving back.
FAREWELLS = 3
#: The shortest wait for work: a tick that is due is not worth a wait.
SHORTEST_PEEK = 0.01


class LeaveCall(msgspec.Struct, frozen=True):
    queue: str
    worker: str


class BatchWorker(SimpleWorker):
    """Works one stage. `desk` gives the Redis clients and settings, `stages` the table that the stage is one of."""

    def __init__(self, stage: Stage, desk: Desk, stages: Sequence[Stage], signals: Signals | None = None) -> None:
        self._signals = signals or Signals(desk.settings.grace)
        self._fence = Fence(desk.queues)
        self._patience = Patience()
        queue = Queue(stage.name, connection=desk.queues, serializer=JSONSerializer)
        super().__init__(
            [queue],
            name=_free_name(desk.queues, stage.name),
            connection=desk.queues,
            serializer=JSONSerializer,
            worker_ttl=ROW_SECONDS - 60,  # RQ adds the minute again
        )
        self.log.setLevel(logging.WARNING)  # RQ narrates what the runner says once
        self._stage, self._desk, self._queue = stage, desk, queue
        common = Common.of(desk.settings, stages[0].name)
        self._scripts = Scripts(desk.queues, common)
        row = self.key, self.executions_key
        self._claimer = Claimer(self._scripts, stage, queue, self.name, row)
        self._finisher = Finisher(self._scripts, queue.name, self.name, None if desk.one_server else desk.texts)
        wip = queue.started_job_registry.key
        self._heartbeat = Heartbeat(Scripts(desk.queues, common), self.name, (*row, wip), desk.settings.lease)
        self._ticker = Ticker(self._scripts, self.name, queue.name, self.key)
        self._sweep = Sweep(desk, self._scripts, stages)
        self._commands = Commands(self._signals)
        self._pace = Pace(desk.settings.batch)
        self._log = log.get(worker=self.name)
        #: Whether the queue may have something: the next turn claims. Else it waits for something to come.
        self._stirring = True

    # -- a worker's life ---------------------------------------------------------------------------------------

    def work(self, *_: Any, **__: Any) -> bool:
        """Work until a stop signal."""
        self._signals.install()
        self._heartbeat.start()
        try:
            self._attend(self._begin, once=True)
            self._attend(self._turn)
        finally:
            self._heartbeat.end()
            self._farewell()
        return True

    def _attend(self, step: Callable[[], None], *, once: bool = False) -> None:
        """Do `step` until a stop signal, whatever Redis does meanwhile."""
        while not self._signals.stopping:
            try:
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

    def _begin(self) -> None:
        self._register()
        if self.pubsub_thread is None:
            self.subscribe()  # type: ignore[no-untyped-call]
        self._log.info("worker started", stage=self._stage.name, pid=os.getpid())

    def _register(self) -> None:
        """Into RQ's lists of workers; with a lease first, so that a row never outlives its worker."""
        self._ticker.tick()
        with suppress(ValueError):  # RQ refuses a name that has a row; this one is ours
            self.register_birth()  # type: ignore[no-untyped-call]
        self.set_state(WorkerStatus.STARTED)

    def _farewell(self) -> None:
        """Give back and leave no row. When Redis is away the lease ends by itself and another worker does this."""
        for _ in range(FAREWELLS):
            try:
                self._scripts.call("leave", LeaveCall(self._queue.name, self.name))
                break
            except (RedisError, OSError) as error:
                self._fence.forget()
                self._log.warning("farewell not heard", error=str(error))
        with suppress(RedisError, OSError):
            self.unsubscribe()
        self._scripts.line.close()
        self._log.info("worker stopped")

    def _turn(self) -> None:
        if self._ticker.left <= 0:
            self._tick()
        if self._stirring:
            self._claim_and_run()
        else:
            self._peek()

    # -- the steps of a turn -----------------------------------------------------------------------------------

    def _tick(self) -> None:
        ticked = self._ticker.tick(self._sweep.lock, YOUNG)
        if not ticked.registered:
            self._register()
        if ticked.old is not None:
            self._sweep.sweep(ticked.old)

    def _claim_and_run(self) -> None:
        claimed = self._claimer.claim(self._pace.limit)
        if claimed.state is State.UNREGISTERED:
            self._register()
        elif claimed.state is State.SUSPENDED:
            self._suspend()
        elif claimed.jobs:
            self._run(claimed.jobs)
        else:
            self._stirring = claimed.stirred

    def _run(self, jobs: Sequence[Held]) -> None:
        """Run a batch and see it written. What the batch gave stays here until Redis has it or has another run.

        When Redis goes away under the stage, the batch stays leased and beating; the next claim hands it out again.
        """
        began = time.monotonic()
        self._heartbeat.hold(longest=2 * self._stage.timeout + 60)
        self._commands.hold(job.id for job in jobs)
        results = perform(self._stage, self._desk, jobs, self._signals, self._commands)
        seconds = time.monotonic() - began
        self._settle(results, seconds)
        self._let_go()
        self._pace.learn(len(jobs), seconds)

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
        given_away = [name.decode("ascii") for reply in replies for name in reply.lost]
        close(self._log, self._stage.name, results, given_away, seconds)
        for name in (name.decode("ascii") for reply in replies for name in reply.dependents):
            self._queue.enqueue_dependents(self.job_class(name, connection=self.connection, serializer=self.serializer))

    def _peek(self) -> None:
        """Wait until the queue has something, changing nothing: its head is moved onto its head."""
        left = max(self._ticker.left, SHORTEST_PEEK)
        with self._signals.waiting():
            found = self._scripts.line.command("BLMOVE", self._queue.key, self._queue.key, "LEFT", "LEFT", left)
        self._stirring = found is not None

    def _suspend(self) -> None:
        self.set_state(WorkerStatus.SUSPENDED)
        with self._signals.waiting():
            time.sleep(SUSPENDED_SECONDS)

    # -- when things go wrong ----------------------------------------------------------------------------------

    def _drop(self) -> None:
        """Redis has another life than what we hold: forget it. The next claim says what this life knows."""
        self._log.warning("redis restarted", held="dropped")
        self._fence.forget()
        self._let_go()
        self._stirring = True

    def _let_go(self) -> None:
        self._heartbeat.release()
        self._commands.release()

    def _rest(self, error: BaseException) -> None:
        if reason(error) is None:
            self._log.error("unexpected answer of redis", exc_info=error)
        self._stirring = True
        with suppress(Interrupted), self._signals.waiting():
            self._patience.wait(error)

    # -- what RQ calls -----------------------------------------------------------------------------------------

    def _set_connection(self, connection: Redis) -> Redis:
        """RQ would set a socket timeout of minutes here; the desk's own stands."""
        return connection

    def unsubscribe(self) -> None:
        """RQ unsubscribes before it stops the thread, which then waits out a second."""
        if self.pubsub_thread is not None and self.pubsub is not None:
            self.pubsub_thread.stop()
            self.pubsub.unsubscribe()
            self.pubsub_thread.join(timeout=1)

    def handle_payload(self, message: dict[str, Any]) -> None:
        """A command from the worker's channel; runs in the subscription's thread."""
        self._commands.obey(message)

    def _pubsub_exception_handler(self, exc: Exception, *_: Any) -> None:
        """The subscription outlives whatever befalls its connection: redis-py subscribes again when it reconnects."""
        self._log.debug("command channel away", error=str(exc))
        time.sleep(1.0)


def _free_name(redis: Redis, stage: str) -> str:
    """`stage@host.pid`, with a number behind it while a dead worker of the same place is not buried yet."""
    name = f"{stage}@{socket.gethostname()}.{os.getpid()}"
    tried, n = name, 1
    prefix = SimpleWorker.redis_worker_namespace_prefix
    while redis.exists(prefix + tried, f"{prefix}{tried}:executions"):
        n += 1
        tried = f"{name}.{n}"
    return tried
