"""Twenty-four hours of polling under a clock that the test holds, judged by the server's own log (C01 to C20).

The score counts what a publisher would hold against us. The day has restarts, and a person who wishes everything now.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from aggregator.pipeline import agenda, collect
from tests.fetch.conftest import serving
from tests.fetch.newsroom import newsroom

if TYPE_CHECKING:
    from tests.fetch.conftest import Faults
    from tests.fetch.newsroom import Newsroom

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TICK = timedelta(seconds=15)
MODIFIED = formatdate(1_756_000_000, usegmt=True)
ODD = 'W/"a,b;c=\\d/é-gzip"'.encode().decode("latin-1")
# What each feed gives as validators: (ETag, Last-Modified), as they have to come back.
GIVEN: dict[str, tuple[str | None, str | None]] = {
    "etag": ('"v1"', None),
    "lastmod": (None, MODIFIED),
    "both": ('"v1"', MODIFIED),
    "etag-odd": (ODD, None),
    "lastmod-odd": (None, "Sun, 24 Aug 2025 01:46:40 +0200"),
    "max-age": ('"v1"', None),
    "no-cache": ('"v1"', None),
}
# The least minutes between two polls that server or document ask for, beyond the floor.
ASKED = {"max-age": 120, "max-age-absurd": 360, "expires": 118, "ttl": 180, "sy-period": 360}
FLOOR, FLOOR_BLIND = 15, 60
# Seconds of rest after a 429 or 503, and whether it is the host's.
RESTS = {
    "429-seconds": (3600, True),
    "429-date": (3590, True),
    "429-bare": (3600, True),
    "429-absurd": (7 * 86400, True),
    "503-retry": (1800, False),
}
HEADERS = {"host", "accept", "accept-encoding", "connection", "user-agent", "if-none-match", "if-modified-since"}
# Each on a host of its own, beside a good feed: a 429 is the host's.
HOSTS = {"429-seconds": 3, "429-date": 4, "429-bare": 4, "429-absurd": 5, "503-retry": 6}
CALM = [
    *GIVEN,
    "etag-rotates",
    "max-age-absurd",
    "expires",
    "ttl",
    "sy-period",
    "ok",
    "ok-grow",
    "flap",
    "redirect-301",
]


@dataclass
class Day:
    """What was asked when, in the newsroom's time; requests that a person wished are marked."""

    server: Faults
    seen: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)

    def note(self, now: datetime, *, wished: bool) -> None:
        """Reads the log on from where it was read to."""
        fresh = [row for row in self.server.log("") if row["id"] > self.seen]
        for row in fresh:
            self.rows.append(row | {"at": now, "wished": wished})
            self.seen = max(self.seen, row["id"])


def score(day: Day) -> dict[str, int]:
    """The publisher's view: each figure has to be 0."""
    counts = dict.fromkeys(
        ("unconditional", "wrong validators", "under the floor", "inside a rest", "stray headers"), 0
    )
    by_feed: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in day.rows:
        by_feed[row["fault"]].append(row)
        stray = set(row["headers"]) - HEADERS or row["cookie"] or row["referer"] or "?" in row["path"]
        counts["stray headers"] += bool(stray)
    for key, rows in by_feed.items():
        fault = key.partition("~")[0]
        etag, modified = GIVEN.get(fault, (None, None))
        for hit, row in enumerate(rows):
            given = (f'"r{hit}"', None) if fault == "etag-rotates" and hit else (etag, modified)
            sent = (row["inm"], row["ims"])
            if hit and sent == (None, None) and any(given):
                counts["unconditional"] += 1
            elif sent != (given if hit else (None, None)):
                counts["wrong validators"] += 1
        asked = [row for row in rows if row["path"].endswith("feed.xml")]
        floor = ASKED.get(fault, FLOOR if any(GIVEN.get(fault, ())) or fault == "etag-rotates" else FLOOR_BLIND)
        for one, other in itertools.pairwise(asked):
            counts["under the floor"] += not other["wished"] and other["at"] - one["at"] < floor * MINUTE
    for key, rows in by_feed.items():
        seconds, of_host = RESTS.get(key.partition("~")[0], (0, False))
        for row in rows[: 2 if seconds else 0]:  # the third answer is a good one
            until = row["at"] + timedelta(seconds=seconds)
            others = [r for r in day.rows if (r["host"] == row["host"] if of_host else r["fault"] == key)]
            counts["inside a rest"] += sum(row["at"] < other["at"] < until for other in others)
    return counts


async def live(room: Newsroom, day: Day) -> None:
    """A day: ticks where something is due, a restart every five hours, everything wished in the fourth."""
    end, wish = room.now + 24 * HOUR, room.now + 3.7 * HOUR
    while room.now < end:
        until = min(room.now + 5 * HOUR, end)
        async with room.tools() as tools:
            while room.now < until:
                wished = room.now >= wish
                wish = end if wished else wish
                due = (agenda.all_feeds if wished else agenda.due_feeds)(room.desk, room.now)
                if due:
                    await collect.poll_feeds(room.desk, tools, due, room.now)
                    day.note(room.now, wished=wished)
                room.now += max(TICK, min(_next(room) - room.now, wish - room.now, until - room.now))


def _next(room: Newsroom) -> datetime:
    with room.desk.store.read() as unit:
        states = unit.feeds.states(list(room.desk.feeds))
    return min(state.next_due or room.now for state in states.values())


def test_a_day_gives_no_publisher_cause_to_complain() -> None:
    with serving("--scale", "0.02", "--hosts", "127.0.0.1,127.0.0.3,127.0.0.4,127.0.0.5,127.0.0.6") as server:
        urls = [server.url(fault, "day") for fault in CALM]
        for fault, host in HOSTS.items():
            urls.append(server.url(fault, "day").replace("127.0.0.1", f"127.0.0.{host}"))
        urls += [server.url("both", f"day{host}").replace("127.0.0.1", f"127.0.0.{host}") for host in (3, 4, 5, 6)]
        day = Day(server)
        with newsroom(urls) as room:
            asyncio.run(live(room, day))
            states = [room.state(url) for url in urls]
    counts = score(day)
    print(counts, len(day.rows), "requests")  # noqa: T201 -- the score, for whoever runs it with -s
    assert counts == dict.fromkeys(counts, 0)
    asked = {key: [row for row in day.rows if row["fault"] == key] for key in {row["fault"] for row in day.rows}}
    for fault in GIVEN:
        rows = asked[f"{fault}~day"]
        assert len([row for row in rows if row["inm"] is None and row["ims"] is None]) == 1
        assert len(rows) >= 6
    # Patience is no neglect: hints are followed for six hours at most, and a 503 holds nobody else.
    assert len(asked["max-age-absurd~day"]) >= 4
    assert len(asked["both~day6"]) >= 6
    assert len(asked["429-absurd~day"]) == 1
    assert all(state.failures == 0 for state in states if "429-absurd" not in state.feed and "flap" not in state.feed)
