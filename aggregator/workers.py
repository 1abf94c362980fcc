"""Killable worker processes: whatever reads foreign input runs here, under a time limit and a memory limit.

    run(function, *args) ──> queue ──> worker 1 .. count ──> result, or RejectedError naming the limit

Workers come from a fork server (a small process of its own, which has imported the heavy parsers once): a fork of the
daemon itself would copy its threads' locks, its sockets and the store's file lock; a freshly spawned interpreter would
pay those imports every time. Neither the server nor a worker exists before the first call; the server ends with the
interpreter, the workers with `Workers.close`.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Protocol, Self, TypeVar, cast

from aggregator.errors import AggregatorError, RejectedError, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future
    from types import TracebackType

T = TypeVar("T")

# Bounds what leaks inside the parsers; a new worker costs some 10 ms.
TASKS_PER_WORKER = 200
# The largest pickled result; what 10 MB of feed or page turns into stays far below it.
MAX_RESULT = 2**26
# How long after its time limit a worker ends by itself: it comes to this only where the parent is dead.
ALARM_SECONDS = 5.0
# Imported once, by the fork server. `__main__` too: else every worker would import the command line anew.
PRELOAD = ["__main__", "aggregator.workers", "feedparser", "lxml.html", "py3langid", "tldextract", "trafilatura"]
# How a worker ends that somebody else ended; 255: the fork server died, and nobody can tell any more.
_FROM_OUTSIDE = frozenset([-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, 255])


class _Pool(Protocol):
    """What is used of pebble's ProcessPool, whose own annotations are not complete."""

    @property
    def active(self) -> bool: ...
    def schedule(self, function: Callable[[], bytes], *, timeout: float | None = None) -> Future[bytes]: ...
    def stop(self) -> None: ...
    def join(self) -> None: ...


class _LostError(Exception):
    """A worker went away, and the task need not be at fault. `error` is what to say if it happens again."""

    def __init__(self, error: AggregatorError) -> None:
        super().__init__(str(error))
        self.error = error


class Workers:
    """A pool of worker processes, started at the first call. Close it, or use it as a context manager.

    Args:
        count: how many processes.
        memory: bytes of address space that each may use.
        preload: modules that the fork server imports besides the usual parsers, for what takes long to load.
    """

    def __init__(self, count: int = 2, memory: int = 2**30, preload: Sequence[str] = ()) -> None:
        self._count = count
        self._memory = memory
        self._preload = [*PRELOAD, *preload]
        self._lock = Lock()
        self._closed = False
        self._pool: _Pool | None = None
        self._waiting: dict[Future[bytes], _Pool] = {}
        self.killed: Counter[str] = Counter()
        """Workers that ended before their task, by stage."""

    async def run(self, function: Callable[..., T], /, *args: object, seconds: float, stage: str) -> T:
        """Call a function of a module with these arguments in a worker, which is killed when `seconds` have passed.

        Function, arguments and result are pickled. Time spent in the queue does not count. When the caller is
        cancelled its worker is killed. Where somebody else kills the worker the call is repeated once.

        Args:
            function: what to call.
            *args: its arguments.
            seconds: how long it may take.
            stage: the stage that an error names.

        Raises:
            RejectedError: it took too long or too much memory, brought its worker down, or raised any exception that
                is not an AggregatorError: the text has its type and its message.
            TransientError: the workers were closed, or could not be kept alive.
            AggregatorError: raised by the function itself, as it is.
        """
        call = _Call(function, args, seconds, self._memory, stage)
        try:
            return cast("T", await self._try(call))
        except _LostError:
            pass
        try:
            return cast("T", await self._try(call))
        except _LostError as lost:
            raise lost.error from None

    async def _try(self, call: _Call) -> object:
        pool = self._pool
        if pool is None or not pool.active:
            # Off the event loop, which the start of the fork server would hold up for most of a second.
            pool = await asyncio.to_thread(self._start, call.stage)
        try:
            future = pool.schedule(call, timeout=call.seconds)
            self._waiting[future] = pool
            try:
                answer: bytes = await asyncio.wrap_future(future)
            finally:
                del self._waiting[future]
        except TimeoutError:
            self.killed[call.stage] += 1
            raise call.too_long() from None
        except OSError as error:  # pebble's ProcessExpired: the worker is dead
            self.killed[call.stage] += 1
            raise call.post_mortem(getattr(error, "exitcode", 255)) from None
        except RuntimeError:  # pebble gives up a pool when one of its idle workers was killed
            await asyncio.to_thread(self._replace, pool)
            raise _LostError(TransientError("the workers could not be kept alive", stage=call.stage)) from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            raise _LostError(TransientError("the workers were closed", stage=call.stage)) from None
        done, value = pickle.loads(answer)  # noqa: S301 -- from our own worker
        if done:
            return value
        raise value

    def _start(self, stage: str) -> _Pool:
        from multiprocessing import get_context  # noqa: PLC0415 -- with pebble 60 ms, which `--help` need not pay

        from pebble import ProcessPool  # noqa: PLC0415 -- as above

        with self._lock:
            if self._closed:
                raise TransientError("the workers were closed", stage=stage)
            if self._pool is not None and self._pool.active:
                return self._pool
            if self._pool is not None:
                self._end(self._pool)
            # numpy's BLAS reserves memory for a thread a core, which would count against every worker's limit.
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
            context = get_context("forkserver")
            context.set_forkserver_preload(self._preload)
            pool: _Pool = ProcessPool(self._count, TASKS_PER_WORKER, _prepare, (self._memory,), context)
            # A Ctrl-C is for the parent, also while the fork server still loads what it is to share.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                pool.schedule(bytes)  # the first task starts it
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
            self._pool = pool
            return pool

    def _replace(self, pool: _Pool) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
                self._end(pool)

    def _end(self, pool: _Pool) -> None:
        """Kill a pool's workers; whoever waits for one of them learns that it is gone."""
        pool.stop()
        pool.join()
        for future, home in list(self._waiting.items()):
            if home is pool:
                future.cancel()

    def close(self) -> None:
        """Kill the workers and wait for their end; calls under way raise TransientError. May be called twice."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
            if pool is not None:
                self._end(pool)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Call:
    """One call as it travels to a worker, and what its ends mean."""

    def __init__(
        self, function: Callable[..., object], args: tuple[object, ...], seconds: float, memory: int, stage: str
    ) -> None:
        self.function = function
        self.args = args
        self.seconds = seconds
        self.memory = memory
        self.stage = stage

    def __call__(self) -> bytes:
        """In the worker: (True, result) or (False, error), pickled."""
        # A worker whose parent was killed has nobody who keeps its time.
        signal.setitimer(signal.ITIMER_REAL, self.seconds + ALARM_SECONDS)
        try:
            answer = pickle.dumps((True, self.function(*self.args)))
            if len(answer) <= MAX_RESULT:
                return answer
            error: AggregatorError = self._rejected(f"gave a result of {len(answer)} bytes, more than {MAX_RESULT}")
        except AggregatorError as raised:
            error = raised
        except MemoryError:
            error = self._rejected(f"needed more than {_megabytes(self.memory)} of memory")
        except BaseException as raised:  # noqa: BLE001 -- a task must never end its worker, not even by sys.exit
            error = self._rejected(f"{type(raised).__name__}: {raised}"[:500])
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return pickle.dumps((False, error))

    def too_long(self) -> RejectedError:
        return self._rejected(f"took more than {self.seconds:g} s")

    def post_mortem(self, code: int) -> AggregatorError | _LostError:
        """What a dead worker's exit code says."""
        if code == -signal.SIGALRM:
            return self.too_long()
        if code in _FROM_OUTSIDE:
            return _LostError(self._rejected(f"its worker was killed twice (exit code {code})"))
        return self._rejected(f"brought its worker down (exit code {code}, limit {_megabytes(self.memory)} of memory)")

    def _rejected(self, text: str) -> RejectedError:
        return RejectedError(text, stage=self.stage)


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.0f} MB"


def _prepare(memory: int) -> None:
    """In a new worker: its limits. SIGTERM ends it at once, also inside a parser's C code."""
    import resource  # noqa: PLC0415 -- workers only

    for limit, wished in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        value = wished if hard == resource.RLIM_INFINITY else min(wished, hard)
        resource.setrlimit(limit, (value, value))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
