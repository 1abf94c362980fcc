"""The stages together: what becomes of entries whose pages fail, and that a second pass changes nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from aggregator import pipeline
from aggregator.errors import RejectedError, StorageError, TransientError
from aggregator.extract.article import compose
from aggregator.fetch.client import Response
from aggregator.fetch.politeness import HostPausedError
from aggregator.model import Entry, Feed, FeedState, HostWishes, Limits, Poll, Quality
from aggregator.pipeline import Desk, collect, pages
from aggregator.pipeline.collect import Tools
from aggregator.store.open import open_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aggregator.model import Article

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FEED = "https://feeds.bbci.co.uk/news/rss.xml"
PARAGRAPH = (
    "The council of Brennholm closed the northern harbour bridge after divers found cracks in two of its piers. "
)
PAGE = f"<html lang=en><body><article><h1>Bridge closed</h1><p>{PARAGRAPH * 6}</p></article></body></html>"


@dataclass
class FakeFetcher:
    """Answers from a dictionary; an exception there is raised."""

    answers: dict[str, str | Exception]
    asked: list[str] = field(default_factory=list)
    spacing: float = 0.0

    async def get(self, url: str, **_: object) -> Response:
        self.asked.append(url)
        answer = self.answers[url]
        if isinstance(answer, Exception):
            raise answer
        return Response(200, url, {"content-type": "text/html; charset=utf-8"}, answer.encode(), None)

    def gap(self, _: str) -> float:
        return self.spacing

    def drain(self) -> HostWishes:
        return HostWishes()


class FakeWorkers:
    """Calls the function here and now."""

    async def run(self, function: Callable[..., Any], /, *args: object, seconds: float, stage: str) -> Any:
        assert seconds > 0
        assert stage
        return function(*args)


TOOLS = Tools(FakeFetcher({}), FakeWorkers(), Limits())  # type: ignore[arg-type]  # fakes of the same form


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = open_memory()
    yield Desk(store, window=259_200.0, feeds={FEED: Feed(FEED, "BBC News", "BBC", topics=("world",))})
    store.close()


def keep(desk: Desk, *entries: Entry) -> None:
    with desk.store.write() as unit:
        unit.feeds.save_poll(Poll(FeedState(FEED), "new", entries), NOW)


def entry(key: str, **fields: Any) -> Entry:
    given: dict[str, Any] = {"url": f"https://www.bbc.co.uk/news/{key}", "title": f"Title of {key}"}
    return Entry(FEED, key, **(given | fields))


def read(desk: Desk, answers: dict[str, str | Exception], now: datetime = NOW) -> FakeFetcher:
    fetcher = FakeFetcher(answers)
    tools = Tools(fetcher, FakeWorkers(), Limits())  # type: ignore[arg-type]  # fakes of the same form
    asyncio.run(pages.read_pages(desk, tools, now))
    return fetcher


def articles(desk: Desk) -> list[Article]:
    with desk.store.read() as unit:
        return sorted(unit.articles.unattributed(100), key=lambda one: one.url)


AGGREGATOR = "https://news.google.com/rss/search?q=harbour"
SOURCES = [
    ("by its site", "https://www.reuters.com", "anything", "https://news.google.com/rss/articles/1", "reuters"),
    ("by its name", "", "Reuters", "https://news.google.com/rss/articles/1", "reuters"),
    ("an outlet outside the table", "https://harbourherald.com", "", "https://harbourherald.com/a", "harbourherald"),
    ("a name that nobody knows", "", "Top stories", "https://news.google.com/rss/articles/1", ""),
    ("none", "", "", "https://news.google.com/rss/articles/1", ""),
]


@pytest.mark.parametrize(("url", "name", "link", "outlet"), [x[1:] for x in SOURCES], ids=[x[0] for x in SOURCES])
def test_an_entry_of_an_aggregators_feed_belongs_to_its_source(
    desk: Desk, url: str, name: str, link: str, outlet: str
) -> None:
    desk.feeds[AGGREGATOR] = Feed(AGGREGATOR, "news.google.com", "Google News")
    found = Entry(AGGREGATOR, "k", link, "T", source_url=url, source_name=name)
    assert desk.outlet_of(found) == outlet


def test_an_entry_on_its_feeds_own_site_stays_with_the_feed(desk: Desk) -> None:
    assert desk.outlet_of(entry("a", source_url="https://apnews.com", source_name="AP")) == "bbc"
    elsewhere = entry("a", url="https://apnews.com/article/a", source_url="https://apnews.com", source_name="AP")
    assert desk.outlet_of(elsewhere) == "ap"
    assert desk.outlet_of(replace(entry("a"), feed="https://gone.example/rss")) == "bbc"


def test_a_page_becomes_an_article_of_its_sources_outlet(desk: Desk) -> None:
    link = "https://news.google.com/rss/articles/1"
    keep(desk, entry("a", url=link, title="Bridge closed - Reuters", source_url="https://www.reuters.com"))
    read(desk, {link: RejectedError("HTTP 403", stage="fetch")})
    assert [one.outlet for one in articles(desk)] == ["reuters"]


def test_a_page_becomes_an_article_of_its_feeds_outlet(desk: Desk) -> None:
    keep(desk, entry("a"))
    read(desk, {"https://www.bbc.co.uk/news/a": PAGE})
    (article,) = articles(desk)
    assert (article.outlet, article.quality, article.first_seen) == ("bbc", Quality.FULL, NOW)
    assert PARAGRAPH.strip() in article.text


def test_the_same_page_in_two_entries_is_asked_for_once(desk: Desk) -> None:
    keep(desk, entry("a"), entry("b", url="https://www.bbc.co.uk/news/a"))
    assert read(desk, {"https://www.bbc.co.uk/news/a": PAGE}).asked == ["https://www.bbc.co.uk/news/a"]
    keep(desk, entry("c", url="https://www.bbc.co.uk/news/a"))
    assert read(desk, {}).asked == []
    assert len(articles(desk)) == 1
    with desk.store.read() as unit:
        assert unit.feeds.waiting(NOW) == 0


@pytest.mark.parametrize(
    "error",
    [
        TransientError("answered 403", stage="http", status=403),
        RejectedError("not a public address", stage="connect"),
    ],
)
def test_a_page_that_will_never_come_leaves_the_feeds_words(desk: Desk, error: Exception) -> None:
    keep(desk, entry("a", summary="The bridge is closed, the council says."))
    read(desk, {"https://www.bbc.co.uk/news/a": error})
    (article,) = articles(desk)
    assert article.quality is Quality.SUMMARY
    assert article.text == "The bridge is closed, the council says."
    assert article.reason == str(error)


def test_a_page_that_fails_for_now_is_tried_again_and_then_the_feeds_words_must_do(desk: Desk) -> None:
    keep(desk, entry("a"))
    failing: dict[str, str | Exception] = {
        "https://www.bbc.co.uk/news/a": TransientError("answered 502", stage="http", status=502)
    }
    moment = NOW
    for wait in pages.PAGE_RETRIES:
        assert read(desk, failing, moment).asked
        assert articles(desk) == []
        assert read(desk, failing, moment + wait - timedelta(seconds=1)).asked == []
        moment += wait
    read(desk, failing, moment)
    (article,) = articles(desk)
    assert article.quality is Quality.TITLE
    assert article.first_seen == NOW


def test_a_feeds_own_full_text_stands_in_for_a_page(desk: Desk) -> None:
    content = f"<p>{PARAGRAPH * 5}</p>"
    keep(desk, entry("a", url=None, content=content), entry("b", content=content))
    read(desk, {"https://www.bbc.co.uk/news/b": TransientError("answered 502", stage="http", status=502)})
    found = articles(desk)
    assert len(found) == 2
    assert all(one.quality is Quality.FULL and PARAGRAPH.strip() in one.text for one in found)


def test_a_page_is_not_asked_for_where_the_feed_has_the_whole_article(desk: Desk) -> None:
    whole, cut = f"<p>{PARAGRAPH * 30}</p>", f"<p>{PARAGRAPH * 30} and then</p>"
    keep(desk, entry("a", content=whole), entry("b", content=cut))
    assert read(desk, {"https://www.bbc.co.uk/news/b": PAGE}).asked == ["https://www.bbc.co.uk/news/b"]
    by_url = {one.url: one for one in articles(desk)}
    own = by_url["https://www.bbc.co.uk/news/a"]
    assert (own.quality, own.reason) == (Quality.FULL, "")
    assert own.text.count(PARAGRAPH.strip()) == 30
    assert by_url["https://www.bbc.co.uk/news/b"].text.count(PARAGRAPH.strip()) < 30


def test_content_that_cannot_be_read_adds_its_reason(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_entry: Entry) -> None:
        raise RejectedError("took more than 20 s", stage="extract")

    monkeypatch.setattr("aggregator.pipeline.pages.content_page", broken)
    keep(desk, entry("a", url=None, content="<p>x</p>"))
    read(desk, {})
    (article,) = articles(desk)
    assert article.reason == "the feed gives no link; took more than 20 s"


def test_an_entry_of_a_feed_no_longer_subscribed_is_its_hosts(desk: Desk) -> None:
    keep(desk, entry("a", url="https://www.theguardian.com/world/a"))
    desk.feeds.clear()
    read(desk, {"https://www.theguardian.com/world/a": PAGE})
    assert [one.outlet for one in articles(desk)] == ["guardian"]


def test_a_second_pass_of_every_stage_changes_nothing(desk: Desk) -> None:
    keep(desk, entry("a"), entry("b"))
    read(desk, {f"https://www.bbc.co.uk/news/{key}": PAGE for key in "ab"})
    told: list[tuple[str, int, int]] = []
    pipeline.think(desk, NOW, lambda *progress: told.append(progress))
    assert {stage for stage, _, _ in told} == {"credits", "clusters", "origins"}

    def state() -> object:
        with desk.store.read() as unit:
            return unit.clusters.members_of([1, 2]), unit.origins.get([1, 2]), unit.vocabulary.known()

    before = state()
    with desk.store.read() as unit:
        assert unit.clusters.members_of([1, 2]) == {1: [1, 2]}
    pipeline.think(desk, NOW + timedelta(hours=1))
    assert state() == before


def test_a_failure_while_clustering_leaves_the_vocabulary_to_be_read_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(desk, entry("a"))
    read(desk, {"https://www.bbc.co.uk/news/a": PAGE})
    pipeline.attribute(desk)

    def fail(*_: object) -> None:
        raise RejectedError("a bug", stage="cluster")

    with monkeypatch.context() as patch:
        patch.setattr("aggregator.cluster.assign.assign", fail)
        with pytest.raises(RejectedError):
            pipeline.cluster(desk)
    assert desk.vocabulary is None
    assert pipeline.cluster(desk) == 1
    with desk.store.read() as unit:
        documents, _ = unit.vocabulary.known()
        assert documents["en"] == 1


def test_one_article_that_strikes_a_bug_stops_no_stage(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(desk, entry("a"), entry("b"), entry("c"))
    read(desk, {f"https://www.bbc.co.uk/news/{key}": PAGE.replace("harbour", f"harbour {key}") for key in "abc"})

    def striking(of: Callable[..., Any], which: Callable[..., bool]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            if which(*args):
                raise IndexError("a bug")
            return of(*args)

        return call

    from aggregator.cluster import assign  # noqa: PLC0415 -- what is patched
    from aggregator.origin import attributions, resolve  # noqa: PLC0415 -- the same

    bad = striking(attributions.attribute, lambda article, *_: article.url.endswith("/a"))
    monkeypatch.setattr(attributions, "attribute", bad)
    worse = striking(assign.assign, lambda _shelf, one, _window: one.article == 2)
    monkeypatch.setattr(assign, "assign", worse)
    worst = striking(resolve.resolve, lambda *_: True)
    monkeypatch.setattr(resolve, "resolve", worst)
    with structlog.testing.capture_logs() as logs:
        pipeline.think(desk, NOW)
    assert {log["stage"] for log in logs} == {"attribute", "cluster", "resolve"}
    with desk.store.read() as unit:
        assert unit.articles.counts() == {"articles": 3, "unattributed": 0, "unclustered": 0}
        assert len(unit.clusters.memberships([1, 2, 3])) == 2
        assert unit.origins.counts()["unresolved"] == 0


def test_one_feed_that_strikes_a_bug_is_put_off_and_the_others_are_polled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def poll(feed: Feed, state: FeedState, *_: object, **__: object) -> Poll:
        if feed.url == FEED:
            raise ValueError("a bug")
        return Poll(replace(state, last_success=NOW), "new", (Entry(feed.url, "x", None, "A title"),))

    monkeypatch.setattr(collect, "poll", poll)
    other = Feed("https://example.org/feed", "cnn", "CNN")
    with structlog.testing.capture_logs() as logs:
        added = asyncio.run(collect.poll_feeds(desk, TOOLS, [desk.feeds[FEED], other], NOW))
    assert added == 1
    assert [log["feed"] for log in logs] == [FEED]
    with desk.store.read() as unit:
        state = unit.feeds.states([FEED])[FEED]
    assert state.failures == 1
    assert state.next_due == NOW + collect.AFTER_BUG
    assert "a bug" in (state.error or "")


def test_a_full_disk_is_said_as_such_and_nothing_else_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def poll(feed: Feed, state: FeedState, *_: object, **__: object) -> Poll:
        if feed.url == FEED:
            raise StorageError("the disk is full")
        return Poll(replace(state, last_success=NOW), "new", (Entry(feed.url, "x", None, "A title"),))

    monkeypatch.setattr(collect, "poll", poll)
    other = Feed("https://example.org/feed", "cnn", "CNN")
    with pytest.raises(StorageError, match="disk is full"):
        asyncio.run(collect.poll_feeds(desk, TOOLS, [desk.feeds[FEED], other], NOW))
    with desk.store.read() as unit:
        assert unit.feeds.counts()["entries"] == 1


@pytest.mark.parametrize("error", [ValueError("a bug"), StorageError("the disk is full")])
def test_one_page_that_strikes_a_bug_is_put_off(desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def composed(entry: Entry, *rest: Any) -> Article:
        if entry.key == "a":
            raise error
        return compose(entry, *rest)

    monkeypatch.setattr(pages, "compose", composed)
    keep(desk, entry("a"), entry("b"))
    answers: dict[str, str | Exception] = {f"https://www.bbc.co.uk/news/{key}": PAGE for key in "ab"}
    if isinstance(error, StorageError):
        with pytest.raises(StorageError):
            read(desk, answers)
    else:
        read(desk, answers)
        with desk.store.read() as unit:
            assert unit.feeds.waiting(NOW) == 0
            assert unit.feeds.waiting(NOW + collect.AFTER_BUG) == 1
    assert [one.url for one in articles(desk)] == ["https://www.bbc.co.uk/news/b"]


def test_a_host_that_asked_for_rest_costs_no_try_and_is_not_asked_before(desk: Desk) -> None:
    keep(desk, entry("a"))
    paused = HostPausedError("www.bbc.co.uk wants a rest", stage="http", retry_after=7200.0)
    for _ in range(5):
        read(desk, {"https://www.bbc.co.uk/news/a": paused})
        with desk.store.read() as unit:
            assert unit.feeds.waiting(NOW + timedelta(seconds=7199)) == 0
            (queued,) = unit.feeds.queued([1])
        assert queued.tries == 0
    asked = TransientError("answered 429", stage="http", status=429, retry_after=172_800.0)
    read(desk, {"https://www.bbc.co.uk/news/a": asked}, NOW + timedelta(hours=2))
    with desk.store.read() as unit:
        assert unit.feeds.waiting(NOW + timedelta(hours=49)) == 0
        assert unit.feeds.waiting(NOW + timedelta(hours=51)) == 1


def test_a_round_takes_hosts_in_turn_and_a_few_pages_of_each() -> None:
    links: list[tuple[int, str | None]] = [(n, f"https://a.org/{n}") for n in range(5)]
    links += [(5, "https://b.org/x"), (6, None), (7, "https://b.org/x"), (8, "https://b.org/y")]
    tools = Tools(FakeFetcher({}, spacing=9.0), FakeWorkers(), Limits())  # type: ignore[arg-type]  # fakes of the same form
    assert pages.a_round(links, tools) == [[0], [5, 7], [6], [1], [8]]
    assert len(pages.a_round(links, TOOLS)) > 5


def test_a_pass_waits_for_its_time_where_it_is_told_to(desk: Desk) -> None:
    keep(desk, entry("a"))
    read(desk, {"https://www.bbc.co.uk/news/a": PAGE})
    pipeline.think(desk, NOW)
    assert desk.swept == NOW
    keep(desk, entry("b"))
    read(desk, {"https://www.bbc.co.uk/news/b": PAGE})
    hour = timedelta(hours=1)
    pipeline.think(desk, NOW + hour / 2, sweep_every=hour)
    assert desk.swept == NOW
    with desk.store.read() as unit:
        assert unit.clusters.unswept() != []
    pipeline.think(desk, NOW + hour, sweep_every=hour)
    assert desk.swept == NOW + hour


def test_a_bug_in_the_pass_leaves_the_clusters_and_the_later_stages_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(desk, entry("a"))
    read(desk, {"https://www.bbc.co.uk/news/a": PAGE})

    def fail(*_: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("aggregator.cluster.sweep.sweep", fail)
    pipeline.think(desk, NOW)
    with desk.store.read() as unit:
        assert unit.clusters.unswept() == []
        assert unit.clusters.unresolved(1) == []
