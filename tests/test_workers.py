"""Worker processes: results, limits, deaths, and nothing left behind.

Real processes do real tasks. A task must be importable in a fresh process, so they are builtins: eval and exec.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest

from aggregator import workers as module
from aggregator.errors import AggregatorError, NotFoundError, RejectedError, TransientError
from aggregator.workers import Workers, _Call

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

FOREVER = "__import__('signal').pause()"
PID = "__import__('os').getpid()"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as pool:
        yield pool


def do(pool: Workers, expression: str, seconds: float = 20.0) -> Coroutine[None, None, object]:
    return pool.run(eval, expression, seconds=seconds, stage="extract")


def refusal(pool: Workers, expression: str, seconds: float = 20.0) -> AggregatorError:
    with pytest.raises(AggregatorError) as caught:
        asyncio.run(do(pool, expression, seconds))
    return caught.value


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# ---------------------------------------------------------------- what comes home


def test_a_result_comes_home_from_another_process(workers: Workers) -> None:
    assert asyncio.run(workers.run(divmod, 17, 5, seconds=20, stage="parse")) == (3, 2)
    assert asyncio.run(do(workers, PID)) != os.getpid()


def test_many_calls_at_once_wait_in_the_queue(workers: Workers) -> None:
    async def many() -> list[object]:
        return await asyncio.gather(*(do(workers, f"{number} * 2") for number in range(60)))

    assert asyncio.run(many()) == [number * 2 for number in range(60)]


def test_an_error_of_ours_travels_as_it_is(workers: Workers) -> None:
    code = "from aggregator.errors import TransientError\nraise TransientError('slow', stage='http', status=503)"
    with pytest.raises(TransientError, match=r"^slow$") as caught:
        asyncio.run(workers.run(exec, code, seconds=20, stage="parse"))
    assert (caught.value.stage, caught.value.status) == ("http", 503)


def test_any_other_exception_is_a_rejection_with_its_type_and_text(workers: Workers) -> None:
    error = refusal(workers, "int('x')")
    assert isinstance(error, RejectedError)
    assert error.stage == "extract"
    assert str(error).startswith("ValueError: invalid literal for int()")


def test_a_task_cannot_end_its_worker_by_leaving(workers: Workers) -> None:
    assert str(refusal(workers, "__import__('sys').exit(3)")) == "SystemExit: 3"


def test_what_cannot_be_sent_is_the_callers_bug(workers: Workers) -> None:
    with pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
        asyncio.run(workers.run(lambda: 1, seconds=20, stage="parse"))


# ---------------------------------------------------------------- limits


def test_too_long_is_a_rejection_that_names_the_limit(workers: Workers) -> None:
    error = refusal(workers, FOREVER, 0.2)
    assert isinstance(error, RejectedError)
    assert str(error) == "took more than 0.2 s"
    assert asyncio.run(do(workers, "1 + 1")) == 2


def test_too_much_memory_is_a_rejection_that_names_the_limit(workers: Workers) -> None:
    assert str(refusal(workers, "bytearray(2 ** 31)")) == "needed more than 1074 MB of memory"
    assert asyncio.run(do(workers, "__import__('resource').getrlimit(9)")) == (2**30, 2**30)


def test_a_crash_is_a_rejection(workers: Workers) -> None:
    error = refusal(workers, "__import__('os').abort()")
    assert isinstance(error, RejectedError)
    assert str(error) == "brought its worker down (exit code -6, limit 1074 MB of memory)"


def test_a_worker_keeps_its_own_time_where_the_parent_is_dead(workers: Workers) -> None:
    assert 20 < float(str(asyncio.run(do(workers, "__import__('signal').getitimer(0)[0]")))) <= 25
    error = refusal(workers, "__import__('signal').raise_signal(14)", 3)
    assert str(error) == "took more than 3 s"


def test_workers_ignore_a_ctrl_c_and_end_at_once_by_sigterm(workers: Workers) -> None:
    assert asyncio.run(do(workers, "__import__('signal').raise_signal(2) or 'still here'")) == "still here"
    handler = asyncio.run(do(workers, "int(__import__('signal').getsignal(15))"))
    assert handler == int(signal.SIG_DFL)


# ---------------------------------------------------------------- killed from outside


def test_a_call_whose_worker_was_killed_is_repeated_once(workers: Workers, tmp_path: Path) -> None:
    kill_the_first = (
        f"(lambda p: 'second' if p.exists() else (p.touch(), __import__('signal').raise_signal(9)))"
        f"(__import__('pathlib').Path({str(tmp_path / 'ran')!r}))"
    )
    assert asyncio.run(do(workers, kill_the_first)) == "second"
    error = refusal(workers, "__import__('signal').raise_signal(9)")
    assert isinstance(error, RejectedError)
    assert str(error) == "its worker was killed twice (exit code -9)"


def test_killing_an_idle_worker_breaks_nothing() -> None:
    with Workers(1) as pool:
        first = int(str(asyncio.run(do(pool, PID))))
        broken = pool._pool
        os.kill(first, signal.SIGKILL)
        # pebble gives up its whole pool then; here it is waited for, so that the next call finds it so.
        vars(broken)["_pool_manager_loop"].join(10)
        second = int(str(asyncio.run(do(pool, PID))))
        assert second != first
        assert pool._pool is not broken


class BreakingPool:
    """A pool that takes a task and breaks."""

    active = True

    def __init__(self) -> None:
        self.ended = 0

    def schedule(self, function: Callable[[], bytes], *, timeout: float | None = None) -> Future[bytes]:
        raise RuntimeError(f"Unexpected error within the Pool, before {function} of {timeout} s")

    def stop(self) -> None:
        self.ended += 1

    def join(self) -> None:
        self.ended += 1


def test_a_pool_that_breaks_is_replaced_once() -> None:
    broken = BreakingPool()
    pool = Workers(1)
    pool._pool = broken
    elsewhere: Future[bytes] = Future()
    pool._waiting[elsewhere] = BreakingPool()
    with pool:
        assert asyncio.run(do(pool, "1 + 1")) == 2
    assert broken.ended == 2
    assert not elsewhere.cancelled()
    pool._replace(broken)  # a second caller that saw it break does no more
    assert broken.ended == 2


def test_a_pool_that_breaks_again_is_something_passing(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = BreakingPool()
    monkeypatch.setattr(workers, "_start", lambda _stage: broken)
    monkeypatch.setattr(workers, "_pool", None)
    assert str(refusal(workers, "1 + 1")) == "the workers could not be kept alive"


# ---------------------------------------------------------------- cancelling and closing


async def started(pool: Workers) -> int:
    """Waits until the one task under way runs, and gives the pid of its worker."""
    while True:
        await asyncio.sleep(0)
        if any(future.running() for future in pool._waiting):
            tasks = vars(pool._pool)["_pool_manager"].task_manager.tasks.values()
            return int(next(task.worker_id for task in tasks if task.future in pool._waiting))


def test_cancelling_a_call_kills_its_worker(workers: Workers) -> None:
    async def cancel() -> int:
        task = asyncio.ensure_future(do(workers, FOREVER))
        pid = await started(workers)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await do(workers, "1 + 1") == 2
        assert await do(workers, "2 + 2") == 4
        return pid

    pid = asyncio.run(cancel())
    while alive(pid):  # pebble looks every tenth of a second
        os.sched_yield()


def test_closing_ends_the_calls_under_way_and_every_worker() -> None:
    async def close() -> list[int]:
        pool = Workers(2)
        pids = [int(str(await do(pool, PID))) for _ in range(10)]
        tasks = [asyncio.ensure_future(do(pool, FOREVER)) for _ in range(4)]  # two of them in the queue
        await started(pool)
        pool.close()
        for task in tasks:
            with pytest.raises(TransientError, match="the workers were closed"):
                await task
        with pytest.raises(TransientError, match="the workers were closed"):
            await do(pool, "1 + 1")
        pool.close()
        return pids

    assert not any(alive(pid) for pid in asyncio.run(close()))


class WaitingPool(BreakingPool):
    """A pool that takes a task and never does it."""

    def schedule(self, function: Callable[[], bytes], *, timeout: float | None = None) -> Future[bytes]:
        assert callable(function)
        assert timeout
        return Future()


def test_closing_ends_the_calls_that_wait_in_the_queue() -> None:
    async def close() -> None:
        pool = Workers(1)
        pool._pool = WaitingPool()
        task = asyncio.ensure_future(do(pool, "1 + 1"))
        await asyncio.sleep(0)  # lets it run as far as it can
        assert pool._waiting
        pool.close()
        with pytest.raises(TransientError, match="the workers were closed"):
            await task

    asyncio.run(close())


def test_workers_that_were_never_called_start_nothing() -> None:
    with Workers() as pool:
        assert pool._pool is None
    assert pool._pool is None


def test_callers_that_come_together_start_one_pool() -> None:
    with Workers(1) as pool:
        first = pool._start("parse")
        assert pool._start("parse") is first


def test_a_pool_found_dead_is_ended_before_the_next() -> None:
    dead = BreakingPool()
    dead.active = False
    pool = Workers(1)
    pool._pool = dead
    with pool:
        assert asyncio.run(do(pool, "1 + 1")) == 2
    assert dead.ended == 2


# ---------------------------------------------------------------- inside a worker


def answer(expression: str) -> tuple[bool, object]:
    call = _Call(eval, (expression,), 20.0, 10**9, "parse")
    found = pickle.loads(call())
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert isinstance(found, tuple)
    return found


def test_the_answer_says_whether_it_is_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer("6 * 7") == (True, 42)
    raising = "(_ for _ in ()).throw(__import__('aggregator.errors').errors.NotFoundError('none'))"
    for expression, kind, text in (
        (raising, NotFoundError, "none"),
        ("1 / 0", RejectedError, "ZeroDivisionError: division by zero"),
        ("bytearray(2 ** 62)", RejectedError, "needed more than 1000 MB of memory"),
        ("lambda: 1", RejectedError, "Error: Can't pickle"),
    ):
        done, error = answer(expression)
        assert not done
        assert isinstance(error, kind)
        assert text in str(error)
    monkeypatch.setattr(module, "MAX_RESULT", 100)
    done, error = answer("'x' * 200")
    assert not done
    assert "bytes, more than 100" in str(error)


@pytest.mark.parametrize("hard", ["", "resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))"])
def test_a_worker_takes_on_its_limits(hard: str) -> None:
    code = f"""
import resource
from aggregator.workers import _prepare
{hard}
_prepare(2**33)
print(*resource.getrlimit(resource.RLIMIT_AS))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    wanted = 2**32 if hard else 2**33
    assert done.stdout.split() == [str(wanted)] * 2


def test_preloaded_modules_are_there_at_a_workers_birth() -> None:
    assert Workers(1, preload=["this_module_is_nowhere"])._preload[-1] == "this_module_is_nowhere"
