"""What each part is worth: the main figures with one part at a time switched off, in the order of time.

Parts are switched off here, by other values of the names of modules: the package has no flags for it.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from aggregator.cluster import fingerprint
from aggregator.cluster.vocabulary import Vocabulary
from benchmarks.labelled import runs
from benchmarks.labelled.scores import cross, figures
from benchmarks.labelled.sets import load, made_up
from tests.fakes.oracle import ExactShelf, IndexShelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from aggregator.model import Fingerprint
    from benchmarks.labelled.sets import Stream

SETS = ("ecbplus", "fnc1", "og2021-en", "og2021")
# The labelled sets name no outlets and hold few round-ups: what guards against boilerplate and bridges shows on news
# that is made up (benchmarks/chains.py), of which this share will do.
MADE_UP = 0.04

Switch = tuple[object, str, Any]


def _nothing(*_: object) -> None:
    """Instead of a step that changes what is kept."""


def everywhere(module: str, name: str, instead: object) -> list[Switch]:
    """A name of a module of the stage, wherever the stage's modules imported it."""
    whole = getattr(import_module(f"aggregator.cluster.{module}"), name)
    users = [one for key, one in sorted(sys.modules.items()) if key.startswith("aggregator.cluster.")]
    return [(user, name, instead) for user in users if getattr(user, name, None) is whole]


def _without_names(*given: Any) -> list[Fingerprint]:  # noqa: ANN401 -- whatever fingerprints is given
    return [replace(one, names={}, name_forms=(), name_keys=()) for one in fingerprint.fingerprints(*given)]


# The names and what is switched to what; made when asked for, since what stands in other modules may change by then.
PARTS: dict[str, Callable[[], list[Switch]]] = {
    "whole": list,
    "no background table": lambda: [(runs, "Vocabulary", lambda **_: Vocabulary())],
    "no sweep": lambda: [(runs, "sweep", _nothing)],
    "no copies level": lambda: everywhere("copies", "copy_score", _nothing),
    # The rules stand once for a pair and once, in part, for matrices.
    "no look-alike rules": lambda: [
        *everywhere("lookalike", "contradict", lambda *_: False),
        *everywhere("likeness", "_other_names", lambda prints: np.zeros((len(prints), len(prints)), dtype=bool)),
    ],
    "no round-up rule": lambda: everywhere("roundup", "halves", lambda *_: ()),
    "no names across languages": lambda: [(runs, "fingerprints", _without_names)],
    "no boilerplate": lambda: [(runs, "Boilerplate", _nothing)],
    "exact scan": lambda: [(runs, "MemoryShelf", ExactShelf)],
    "inverted index": lambda: [(runs, "MemoryShelf", IndexShelf)],
    # The sweep compares without candidates: beside "no sweep" this shows what they cost until it comes.
    "exact scan, no sweep": lambda: [(runs, "MemoryShelf", ExactShelf), (runs, "sweep", _nothing)],
    "inverted index, no sweep": lambda: [(runs, "MemoryShelf", IndexShelf), (runs, "sweep", _nothing)],
}


@contextmanager
def switched(part: str) -> Iterator[None]:
    """Runs within this do without the part (or with the oracle) of that name."""
    with ExitStack() as stack:
        for holder, name, instead in PARTS[part]():
            stack.callback(setattr, holder, name, getattr(holder, name))
            setattr(holder, name, instead)
        yield


def ablation(data: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """The main figures of each part's absence, by the name of the part."""
    streams = {name: load(data, name) for name in SETS}
    planted, background = made_up(MADE_UP)
    for part in PARTS:
        with switched(part):
            found = {name: runs.cluster(stream) for name, stream in streams.items()}
            found["made-up"] = runs.cluster(planted, background)
        yield part, _main_figures({**streams, "made-up": planted}, found)


def _main_figures(streams: dict[str, Stream], found: dict[str, runs.Run]) -> dict[str, float]:
    scored, named = {}, {}
    for name, stream in streams.items():
        ids = sorted(stream.stories)
        named[name] = [stream.stories[i] for i in ids], found[name].clusters(ids)
        scored[name] = figures(*named[name])
    languages = {article.id: article.language for article in streams["og2021"].articles}
    across = cross(*named["og2021"], [languages[i] for i in sorted(languages)])["all"]
    return {
        "ecbplus pair": scored["ecbplus"]["pair_f1"],
        "ecbplus B3": scored["ecbplus"]["b3_f1"],
        "fnc1 pair": scored["fnc1"]["pair_f1"],
        "fnc1 B3": scored["fnc1"]["b3_f1"],
        "og2021-en B3": scored["og2021-en"]["b3_f1"],
        "cross P": across["p"],
        "cross R": across["r"],
        "made-up P": scored["made-up"]["pair_p"],
        "made-up R": scored["made-up"]["pair_r"],
        "CPU s": sum(run.seconds for run in found.values()),
    }
