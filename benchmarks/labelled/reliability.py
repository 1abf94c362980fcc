"""How far confidence can be trusted: a reliability table, its error, and what a fitted map would reach."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Answer = tuple[float, bool]

BINS = 10
FOLDS = 5


def table(answers: Sequence[Answer]) -> Iterator[tuple[float, int, float, float]]:
    """The bins that hold answers: lower bound, how many, the mean of what was said, the share that was right."""
    for place in range(BINS):
        held = [one for one in answers if min(BINS - 1, int(one[0] * BINS)) == place]
        if held:
            said, right = sum(one for one, _ in held), sum(ok for _, ok in held)
            yield place / BINS, len(held), said / len(held), right / len(held)


def calibration_error(answers: Sequence[Answer]) -> float:
    """The expected calibration error (Guo et al. 2017): the mean gap of a bin, weighed by its answers."""
    return sum(n * abs(said - right) for _, n, said, right in table(answers)) / max(1, len(answers))


def isotonic(answers: Sequence[Answer]) -> Callable[[float], float]:
    """The monotone step map nearest to what was right (pool adjacent violators, Ayer et al. 1955)."""
    pools: list[list[float]] = []  # the first confidence, the right ones, how many
    for said, right in sorted(answers):
        pools.append([said, float(right), 1.0])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            _, more, count = pools.pop()
            pools[-1][1] += more
            pools[-1][2] += count
    starts = [pool[0] for pool in pools]
    return lambda said: (
        pools[max(0, bisect_right(starts, said) - 1)][1] / pools[max(0, bisect_right(starts, said) - 1)][2]
    )


def cross_validated(answers: Sequence[Answer]) -> list[Answer]:
    """Each answer as an isotonic map says it that was fitted on the other folds; every FOLDS-th answer is a fold."""
    said: list[Answer] = []
    for fold in range(FOLDS):
        fitted = isotonic([one for place, one in enumerate(answers) if place % FOLDS != fold])
        said += [(fitted(one), right) for place, (one, right) in enumerate(answers) if place % FOLDS == fold]
    return said


def show(name: str, answers: Sequence[Answer]) -> None:
    """Prints the table of one way of saying confidence."""
    print(f"  {name}: expected calibration error {calibration_error(answers):.3f}, n {len(answers)}")
    for bound, count, said, right in table(answers):
        print(f"    {bound:.1f}-{bound + 1 / BINS:.1f}  said {said:.3f}  right {right:.3f}  n {count}")
