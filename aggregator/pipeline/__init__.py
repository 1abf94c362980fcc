"""The flow: one function a stage. Only this package composes the stages, and data never flows back.

    feeds.yaml ──> poll ──> entries ──> read ──> articles ──> attribute ──> attributions
                     fetch/              fetch/, extract/                origin/     │
                                                                                     v
    people <── digest <── stories <── resolve ──> origins <── clusters <── assign <──┘
              digest/     answers      origin/                             cluster/

The store is the queue: every stage asks it for what lacks its output and writes result and done-mark in one
transaction, so that a kill at any moment loses nothing and doubles nothing. Fetching is async and stands in
`collect`, a person's corrections in `fix` and `pin`; the rest is plain calls that the daemon runs off its event loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from aggregator import shipped, urls
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.errors import AggregatorError
from aggregator.meter import Meter
from aggregator.model import Origin, OriginState, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from aggregator.cluster.fingerprint import Credits
    from aggregator.cluster.sums import Window
    from aggregator.model import Article, Attribution, Entry, Feed
    from aggregator.origin.cues import Cues
    from aggregator.origin.outlets import OutletTable
    from aggregator.origin.reports import Report
    from aggregator.pipeline.meaning import Meanings
    from aggregator.store.store import Store, Unit

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Told as work goes on: (stage, how many are done, how many there are)."""

BATCH = 200  # articles a transaction: long enough that a commit costs nothing, short enough that a reader never waits


AT_ONCE = timedelta(0)


def no_progress(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


@dataclass
class Desk:
    """What the stages work with.

    Args:
        store: where everything is kept.
        window: seconds within which articles may be one story, None for no bound.
        feeds: the subscriptions by URL.
        in_file_order: cluster articles in the order of their ids instead of their times.
        own_outlets: the text of a home's own outlet table.
        own_outlets_file: how errors call that one.
        meter: is told what collecting does.
    """

    store: Store
    window: float | None
    feeds: dict[str, Feed] = field(default_factory=dict)
    in_file_order: bool = False
    own_outlets: str = ""
    own_outlets_file: str = ""
    meter: Meter = field(default_factory=Meter)
    vocabulary: Vocabulary | None = None  # loaded when clustering first needs it
    tidied: date | None = None  # the day on which old sentences were last dropped
    swept: datetime | None = None  # when the last pass over changed clusters was

    @cached_property
    def table(self) -> OutletTable:
        """The outlet table, with the home's own rows."""
        from aggregator.origin.outlets import OutletTable  # noqa: PLC0415 -- parsed where it is needed

        return OutletTable.parse(shipped.outlet_table(), self.own_outlets, self.own_outlets_file)

    def take_outlets(self, own: str) -> None:
        """From now on works with another table of the home's own; where that is wrong, the old one stays.

        Raises:
            ConfigError: it is wrong; names file and line.
        """
        from aggregator.origin.outlets import OutletTable  # noqa: PLC0415 -- beside the other

        self.table = OutletTable.parse(shipped.outlet_table(), own, self.own_outlets_file)
        self.own_outlets = own

    @cached_property
    def cues(self) -> Cues:
        """The cue rules of every language."""
        from aggregator.origin.cues import Cues  # noqa: PLC0415 -- parsed where it is needed

        return Cues.parse(shipped.cue_files())

    @cached_property
    def meanings(self) -> Meanings:
        """What articles mean, where the extra is installed."""
        from aggregator.pipeline.meaning import Meanings, installed  # noqa: PLC0415 -- loads the model

        return Meanings(installed())

    def known_words(self) -> Vocabulary:
        """The vocabulary, from the store where it is not loaded."""
        if self.vocabulary is None:
            with self.store.read() as unit:
                self.vocabulary = Vocabulary(
                    *unit.vocabulary.known(), shipped.background(), shipped.concepts(), shipped.spellings()
                )
        return self.vocabulary

    def load(self) -> None:
        """Loads now what else would load when it is first needed: tables, rules and the numerical libraries."""
        import gc  # noqa: PLC0415 -- beside its only use

        import datasketch  # noqa: F401, PLC0415 -- the slowest of them

        _ = self.table, self.cues
        gc.freeze()  # what was loaded stays: a full collection over it takes 0.08 s each time

    def outlet_of(self, entry: Entry) -> str:
        """The outlet that publishes an entry: its feed's, or the one that an aggregator's feed names as its source.

        A site that itself publishes what it has from others (the link leads to it) is the publisher all the same.
        Where the feed is no longer subscribed, the page's host tells.
        """
        where = self.table.resolve(urls.host(entry.url or ""))
        own = self.table.resolve(self.feeds[entry.feed].outlet) if entry.feed in self.feeds else where
        named = self.table.resolve(entry.source_name)
        source = self.table.resolve(urls.host(entry.source_url)) or (named if self.table.get(named) else "")
        return source if source and (not where or where != own) else own


def attribute(desk: Desk, progress: Progress = no_progress) -> int:
    """Reads what every new article credits; before clustering, because a shared credit is a sign of one story."""
    done = 0
    while True:
        with desk.store.read() as unit:
            batch = unit.articles.unattributed(BATCH)
            total = done + unit.articles.counts()["unattributed"]
        if not batch:
            return done
        from aggregator.origin.attributions import attribute as read  # noqa: PLC0415 -- a pass without news skips it

        found = [
            (article.id, _attempt("attribute", article.url, partial(read, article, desk.table, desk.cues)))
            for article in batch
        ]
        with desk.store.write() as unit:
            for article_id, attributions in found:
                unit.articles.save_attributions(article_id, attributions or ())
        done += len(batch)
        progress("credits", done, total)


def cluster(desk: Desk, now: datetime | None = None, progress: Progress = no_progress) -> int:
    """Puts every new article into its cluster, those published first first.

    Without `now` time stands still, as in a replay: no cluster freezes.
    """
    window = _window(desk, now)
    done = 0
    while True:
        with desk.store.read() as unit:
            batch = unit.articles.unclustered(BATCH, by_time=not desk.in_file_order)
            total = done + unit.articles.counts()["unclustered"]
        if not batch:
            return done
        if not _attempt("cluster", f"{len(batch)} articles", partial(_cluster, desk, batch, window)):
            for article in batch:  # one by one, so that only the culprit is set aside
                _cluster_alone(desk, article, window)
        done += len(batch)
        progress("clusters", done, total)


def _window(desk: Desk, now: datetime | None) -> Window:
    from aggregator.cluster.sums import Window  # noqa: PLC0415 -- see attribute

    return Window(desk.window, None if now is None else now.timestamp())


def _cluster(desk: Desk, batch: Sequence[Article], window: Window) -> bool:
    """Clusters a batch in one transaction; a failure leaves the vocabulary to be loaded anew. Returns True."""
    from aggregator.cluster.assign import assign  # noqa: PLC0415 -- numpy
    from aggregator.cluster.boilerplate import Boilerplate, keys  # noqa: PLC0415 -- beside the fingerprints
    from aggregator.cluster.fingerprint import fingerprints  # noqa: PLC0415 -- numpy
    from aggregator.cluster.signatures import FORM  # noqa: PLC0415 -- beside the fingerprints

    vocabulary, desk.vocabulary = desk.known_words(), None
    with desk.store.read() as unit:
        boilerplate = Boilerplate(unit.sentences.known(keys(batch)))
        attributions = unit.articles.attributions([article.id for article in batch])
    prints = fingerprints(batch, vocabulary, boilerplate, {one: _credits(said) for one, said in attributions.items()})
    with desk.store.write() as unit:
        unit.clusters.keep_form("signatures", FORM)
        for one in prints:
            assign(unit.clusters, one, window)
        unit.articles.mark_clustered([one.article for one in prints])
        unit.vocabulary.learn(*vocabulary.drain())
        unit.sentences.save(boilerplate.drain())
    desk.vocabulary = vocabulary
    return True


def _credits(attributions: Sequence[Attribution]) -> Credits:
    """Whose reports an article passes on; the wire that it carries where it credits no other."""
    from aggregator.cluster.fingerprint import Credits  # noqa: PLC0415 -- numpy
    from aggregator.origin.credit import REPORTING, THRESHOLD, confidence, credited  # noqa: PLC0415 -- see attribute

    found: dict[str, list[Attribution]] = {}
    for one in attributions:
        if one.role in REPORTING:
            found.setdefault(one.outlet, []).append(one)
    sure = {outlet: confidence(said) for outlet, said in found.items()}
    ranked = sorted((outlet for outlet in sure if sure[outlet] >= THRESHOLD), key=lambda outlet: -sure[outlet])
    wire = None if ranked else credited(attributions)
    # What is only mentioned, or denied, is what the story is about; what an outlet says of itself is a phrase, no name.
    no_credits = {Role.MENTION, Role.DENIAL, Role.SELF}
    names = dict.fromkeys(one.name for one in attributions if one.role not in no_credits)
    return Credits(tuple(ranked) if wire is None else (wire.outlet,), tuple(names))


def _cluster_alone(desk: Desk, article: Article, window: Window) -> None:
    """Clusters one article; where that fails it stands in no cluster and is not tried again."""
    if not _attempt("cluster", article.url, partial(_cluster, desk, [article], window)):
        with desk.store.write() as unit:
            unit.articles.mark_clustered([article.id])


def sweep(desk: Desk, now: datetime | None = None, every: timedelta = AT_ONCE) -> None:
    """The pass over the clusters that changed since the last one.

    Args:
        desk: what the stages work with.
        now: the time; without it time stands still, as in a replay.
        every: how long to wait after the last pass; a pass costs by the clusters that changed, however little they did.
    """
    if now is not None and desk.swept is not None and now < desk.swept + every:
        return
    with desk.store.read() as unit:
        if not unit.clusters.unswept():
            return  # the daemon asks every few seconds: a pass without news takes no write lock
    if not _attempt("sweep", "the changed clusters", partial(_sweep, desk, now)):
        with desk.store.write() as unit:
            unit.clusters.mark_swept()  # they stay as they are: what struck a bug once would strike it every time
    desk.swept = now


def _sweep(desk: Desk, now: datetime | None) -> bool:
    """The pass in one transaction. Returns True."""
    from aggregator.cluster.sweep import sweep as mend  # noqa: PLC0415 -- numpy: see attribute

    with desk.store.write() as unit:
        mend(unit.clusters, unit.clusters.unswept(), _window(desk, now), desk.meanings.within(unit.articles.get))
        unit.clusters.mark_swept()
        if now is not None and desk.tidied != now.date():
            _tidy(unit, now)
            desk.tidied = now.date()
    return True


def _tidy(unit: Unit, now: datetime) -> None:
    """Drops the sentences that count for nothing any more."""
    from aggregator.cluster import boilerplate  # noqa: PLC0415 -- see attribute

    today = boilerplate.day_of(now)
    unit.sentences.forget(today - boilerplate.KEPT_DAYS, today - boilerplate.ONCE_DAYS)


def resolve(desk: Desk, now: datetime, progress: Progress = no_progress) -> int:
    """Names the origin of every cluster that changed, and keeps what that changed about it as an event."""
    done = 0
    while True:
        with desk.store.read() as unit:
            if not unit.clusters.unresolved(1):
                return done
        from aggregator.origin.change import change  # noqa: PLC0415 -- see attribute
        from aggregator.origin.resolve import resolve as judge  # noqa: PLC0415 -- see attribute

        with desk.store.write() as unit:
            batch, verdicts = unit.clusters.unresolved(BATCH), unit.corrections.verdicts()
            before = unit.origins.get(batch)
            for one in batch:
                told, said = reports(unit, unit.clusters.members(one)), verdicts.get(one, ())
                origin = _attempt("resolve", f"cluster {one}", partial(judge, told, desk.table, said))
                origin = origin or Origin(OriginState.UNKNOWN)
                # A cluster that another has swallowed has no origin of its own any more: that is no news.
                changed = change(before[one], origin) if told and one in before else None
                if changed is not None:
                    unit.origins.log(one, changed, now)
                unit.origins.save(one, origin, now)
        done += len(batch)
        progress("origins", done, done)


def reports(unit: Unit, ids: Sequence[int]) -> list[Report]:
    """Clustered articles as resolution sees them."""
    from aggregator.origin.reports import Report  # noqa: PLC0415 -- see attribute

    articles, attributions = unit.articles.get(ids), unit.articles.attributions(ids)
    memberships = unit.clusters.memberships(ids)
    return [Report(articles[one], memberships[one].level, memberships[one].partner, attributions[one]) for one in ids]


def _attempt(stage: str, what: str, work: Callable[[], T]) -> T | None:
    """The result of the work; None where it struck a bug, which is logged.

    One article that strikes a bug must not stop the stage for all others, and for ever. An error of ours (a full disk,
    say) is no bug and ends the stage.
    """
    try:
        return work()
    except AggregatorError:
        raise
    except Exception:  # noqa: BLE001 -- see above
        import structlog  # noqa: PLC0415 -- 0.1 s that only a bug pays

        structlog.get_logger().critical("bug", stage=stage, what=what, exc_info=True)
        return None


def think(desk: Desk, now: datetime, progress: Progress = no_progress, sweep_every: timedelta = AT_ONCE) -> None:
    """All the stages behind extraction, over whatever waits for them."""
    attribute(desk, progress)
    cluster(desk, now, progress)
    sweep(desk, now, sweep_every)
    resolve(desk, now, progress)
