"""The demo: serves the seeds on loopback as real feeds and pages, and runs every stage over them."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator import pipeline, seeds, shipped
from aggregator.answers import Answers
from aggregator.cli.home import open_home
from aggregator.cli.progress import shown_progress
from aggregator.cli.show import console, print_digest
from aggregator.daemon import collect, sole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aggregator.cli.home import Home
    from aggregator.model import Story
    from aggregator.seeds import Seed

SETTINGS = """\
# A home of the demo: its feeds are served on loopback while the demo runs.
allow_private: [127.0.0.1/32]
limits: {host_gap: 0, per_host: 16}
feeds:
"""


@contextmanager
def seedstand(corpus: Sequence[Seed], shift: timedelta) -> Iterator[str]:
    """Serves a corpus on loopback: a feed and pages for every outlet. Gives the base address."""
    by_outlet: dict[str, list[Seed]] = defaultdict(list)
    for seed in corpus:
        by_outlet[seed.outlet].append(seed)
    pages = {f"/{seed.outlet}{seed.path}": seed for seed in corpus}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, kind, body = self.answer()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def answer(self) -> tuple[int, str, bytes]:
            outlet = self.path.removeprefix("/feeds/").removesuffix(".xml")
            if outlet in by_outlet:
                base = f"http://127.0.0.1:{server.server_port}"
                return 200, "application/rss+xml", seeds.feed(outlet, by_outlet[outlet], base, shift).encode()
            if self.path in pages:
                seed = pages[self.path]
                paid = 403, "text/plain", b"subscribers only"
                return paid if seed.paid else (200, "text/html", seeds.page(seed).encode())
            return 404, "text/plain", b"no such page"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base's signature
            """Says nothing: the demo's own output is the point."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def run_demo(keep: Path | None, *, as_json: bool) -> int:
    """Runs the demo in a home that is kept, or in a temporary one. Returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="retold-demo-") as temporary:
        return _run(keep or Path(temporary), as_json=as_json, kept=keep is not None)


def _run(home: Path, *, as_json: bool, kept: bool) -> int:
    now = datetime.now(UTC)
    corpus = seeds.load(shipped.seeds())
    # The newest seed is an hour old, whatever the day.
    shift = now - timedelta(hours=1) - max(seed.published for seed in corpus)
    with seedstand(corpus, shift) as base:
        (home / "storage").mkdir(parents=True, exist_ok=True)
        outlets = sorted({seed.outlet for seed in corpus})
        lines = [f"  - {{url: '{base}/feeds/{outlet}.xml', outlet: {outlet}, topics: [demo]}}\n" for outlet in outlets]
        (home / "feeds.yaml").write_text(SETTINGS + "".join(lines), encoding="utf-8")
        with open_home(home) as opened, sole(opened.settings.storage):
            with shown_progress(quiet=as_json) as progress:
                asyncio.run(collect(opened.desk, opened.settings, now, everything=True, progress=progress))
                pipeline.think(opened.desk, now, progress)
            return _show(opened, corpus, now, as_json=as_json, kept=kept)


def _show(opened: Home, corpus: Sequence[Seed], now: datetime, *, as_json: bool, kept: bool) -> int:
    answers = Answers(opened.desk)
    digest = answers.digest(now.date(), "UTC", now)
    if as_json:
        print_digest(digest, "json")
        return 0
    print_digest(digest, "terminal" if sys.stdout.isatty() else "text")
    wrong = misjudged(answers.stories(limit=None), corpus)
    out = console()
    outlets = len({seed.outlet for seed in corpus})
    verdict = f"{len(wrong)} stories are not as labelled:" if wrong else "every story has its right origin and state."
    out.print(f"{len(corpus)} articles by {outlets} outlets; checked against seeds/labels.jsonl: {verdict}")
    for line in wrong:
        out.print(f"  {line}")
    if kept:
        out.print(f"The home is kept: aggregator stories --home {opened.settings.home}")
    else:
        out.print("Next: `aggregator init ~/news`, then `aggregator once --home ~/news`.")
    return 1 if wrong else 0


def misjudged(stories: Sequence[Story], corpus: Sequence[Seed]) -> list[str]:
    """The clusters that are not what the labels say: mixed stories, another origin, another state."""
    labels = {label["id"]: label for label in seeds.labels(shipped.seeds())}
    by_page = {f"/{seed.outlet}{seed.path}": labels[seed.id] for seed in corpus}
    wrong = []
    for story in stories:
        truth = [by_page["/" + one.url.split("/", 3)[3]] for one in story.articles]
        names = sorted({label["story"] for label in truth})
        if len(names) > 1:
            wrong.append(f"story {story.cluster} mixes {', '.join(names)}")
            continue
        languages = {label["lang"] for label in truth}
        (label, *_) = truth
        expected = [label.get("cluster_by_language", {}).get(language, label) for language in sorted(languages)]
        outlets = [outlet for one in expected for outlet in one["cluster_origin"]] or [None]
        states = [state for one in expected for state in one["cluster_origin_state"]]
        said = story.origin.outlet, story.origin.state.value
        if said[0] not in outlets or said[1] not in states:
            wrong.append(f"story {story.cluster} ({names[0]}): {said[0]} {said[1]}, labelled {outlets} {states}")
    return wrong
