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
from typing import TYPE_CHECKING, Any

from aggregator import pipeline, seeds, shipped
from aggregator.answers import Answers
from aggregator.cli.home import open_home
from aggregator.cli.progress import shown_progress
from aggregator.cli.show import console, print_digest
from aggregator.config.edit import write_atomically
from aggregator.errors import ConfigError
from aggregator.pipeline.session import collect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from socket import socket

    from aggregator.cli.home import Home
    from aggregator.model import Story
    from aggregator.seeds import Seed

SETTINGS = """\
# A home of the demo: its feeds are served on loopback while the demo runs.
allow_private: [127.0.0.1/32]
limits: {host_gap: 0, per_host: 16}
feeds:
"""


class _Stand(ThreadingHTTPServer):
    """A server that has room for many callers at once, and to which one that hangs up is no fault."""

    request_queue_size = 128

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:  # noqa: ANN401 -- the base's
        """Tells every error but a caller's hanging up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


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

    server = _Stand(("127.0.0.1", 0), Handler)
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
    path = home / "feeds.yaml"
    if path.exists() and not path.read_text(encoding="utf-8").startswith(SETTINGS.splitlines()[0]):
        raise ConfigError(f"{path} is a home of your own; name another directory for the demo")
    now = datetime.now(UTC)
    corpus = seeds.load(shipped.seeds())
    # The newest seed is an hour old, whatever the day.
    shift = now - timedelta(hours=1) - max(seed.published for seed in corpus)
    with seedstand(corpus, shift) as base:
        (home / "storage").mkdir(parents=True, exist_ok=True)
        outlets = sorted({seed.outlet for seed in corpus})
        lines = [f"  - {{url: '{base}/feeds/{outlet}.xml', outlet: {outlet}, topics: [demo]}}\n" for outlet in outlets]
        write_atomically(home / "feeds.yaml", SETTINGS + "".join(lines))
        with open_home(home, alone=True) as opened:
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
    stories = answers.stories(limit=None)
    wrong = misjudged(stories, corpus)
    out = console()
    outlets = len({seed.outlet for seed in corpus})
    verdict = (
        f"{len(wrong)} stories are not as labelled:" if wrong else "every story has its right origin, state and count."
    )
    told = len({label["story"] for label in seeds.labels(shipped.seeds())})
    out.print(f"{len(corpus)} articles by {outlets} outlets on {told} stories, in {len(stories)} clusters.")
    out.print(f"Checked against seeds/labels.jsonl: {verdict}")
    for line in wrong:
        out.print(f"  {line}")
    if kept:
        out.print(f"The home is kept: aggregator stories --home {opened.settings.home}")
    else:
        out.print("Next: `aggregator init ~/news`, then `aggregator once --home ~/news`.")
    return 1 if wrong else 0


def misjudged(stories: Sequence[Story], corpus: Sequence[Seed]) -> list[str]:
    """What is not as labelled: mixed stories, missing articles, another origin, state or K."""
    labels = {label["id"]: label for label in seeds.labels(shipped.seeds())}
    by_page = {f"/{seed.outlet}{seed.path}": labels[seed.id] for seed in corpus}
    wrong = []
    for story in stories:
        truth = [by_page["/" + one.url.split("/", 3)[3]] for one in story.articles]
        names = sorted({label["story"] for label in truth})
        if len(names) > 1:
            wrong.append(f"story {story.cluster} mixes {', '.join(names)}")
            continue
        wrong += _misjudged(story, truth[0])
    told = sum(len(story.articles) for story in stories)
    return wrong if told == len(corpus) else [*wrong, f"{told} articles of {len(corpus)}"]


def _misjudged(story: Story, label: dict[str, Any]) -> Iterator[str]:
    """Where the answer on one story differs from its label."""
    origin = story.origin
    for name, said, accepted in (
        ("origin", origin.outlet, label["cluster_origin"] or [None]),
        ("state", origin.state.value, label["cluster_origin_state"]),
        ("K", origin.independent, [label["independent"]]),
    ):
        if said not in accepted:
            yield f"story {story.cluster} ({label['story']}): {name} {said}, labelled {accepted}"
