"""The daemon's log: one JSON line an event on standard error, or coloured lines on a terminal.

What comes from outside (a title, an address, a server's words) may stand in it, so nothing can end a line, steer a
terminal or give a password away. What repeats itself is told at its 1st, 2nd, 4th, 8th ... time.
"""

from __future__ import annotations

import logging
import sys
import unicodedata
from typing import TYPE_CHECKING

import structlog

from aggregator.urls import without_secrets

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any

    from structlog.typing import WrappedLogger

LONGEST = 2_000  # characters of one value; a bug's traceback has its own bound
LONGEST_TRACEBACK = 20_000
_TRACEBACK = "exception"
# Control characters, line ends, marks that turn the direction of text, halves of surrogate pairs.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
_REPEATING = frozenset({"warning", "error", "critical"})
_REMEMBERED = 1_000


def configure_logs() -> None:
    """Sets the log up for a daemon."""
    # apscheduler reports through the standard library; what matters of it is logged by the jobs themselves.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    person = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            Repetitions(),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            structlog.processors.format_exc_info,
            harmless,
            structlog.dev.ConsoleRenderer() if person else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def harmless(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: every text without secrets, without what steers a terminal, and of bounded length."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _shown(value, traceback=name == _TRACEBACK)
        elif not isinstance(value, (int, float, type(None))):
            event[name] = _shown(str(value), traceback=False)
    return event


def _shown(text: str, *, traceback: bool) -> str:
    text = without_secrets(text)  # before it is cut, which could hide what makes a secret one
    longest = LONGEST_TRACEBACK if traceback else LONGEST
    if len(text) > longest:
        # Of a traceback the end says what happened.
        text = f"... {text[-longest:]}" if traceback else f"{text[:longest]} ..."
    kept = "\n" if traceback else ""
    return "".join(_escaped(one) if _unseen(one) and one not in kept else one for one in text)


def _unseen(character: str) -> bool:
    return not " " <= character <= "~" and unicodedata.category(character) in _UNSEEN


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


class Repetitions:
    """A structlog processor that drops an error that was told before, but for its 2nd, 4th, 8th ... time.

    `times` then says how often it came. Two errors are the same if level, event, job, stage and feed are, and the text,
    but for its figures: a time or a count in it makes no other error.
    """

    def __init__(self) -> None:
        self._times: dict[tuple[str, ...], int] = {}

    def __call__(
        self, _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """The event, or DropEvent."""
        if event.get("level") not in _REPEATING:
            return event
        names = ("level", "event", "job", "stage", "feed", "page", "what", "text")
        key = tuple("".join(one for one in str(event.get(name, "")) if not one.isdigit()) for name in names)
        times = self._times.pop(key, 0) + 1
        self._times[key] = times  # the latest last
        if len(self._times) > _REMEMBERED:
            del self._times[next(iter(self._times))]
        if times & (times - 1):
            raise structlog.DropEvent
        if times > 1:
            event["times"] = times
        return event
