from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator.model import Cluster, Evidence, Level, Membership, Origin, OriginState, Rival, Strand, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.model import Article
    from aggregator.store.store import Store

ORIGIN = Origin(
    state=OriginState.NAMED,
    outlet="ft",
    confidence=0.93,
    evidence=(Evidence("https://example.org/a", "unn", "text", "A quote.", 0, 8, "reported-by", "en"),),
    informants=("officials",),
    chain=("ukrinform", "ft"),
    rivals=(Rival("bloomberg", 0.4),),
    independent=1,
    uncredited=2,
    verdicts=(Verdict(1, "ft", "Financial Times", pinned=True, correction=3),),
)


def test_an_origin_comes_back_and_settles_its_cluster(store: Store, now: datetime) -> None:
    with store.write() as unit:
        one = unit.clusters.add_cluster()
        unit.clusters.save_cluster(Cluster(one, {"en": Strand(1, 1.0, {})}))
    with store.write() as unit:
        unit.origins.save(one, Origin(OriginState.UNKNOWN), now)
        unit.origins.save(one, ORIGIN, now)
        assert unit.origins.get([one, one + 1]) == {one: ORIGIN}
        assert unit.clusters.unresolved(10) == []
        assert unit.origins.counts() == {"clusters": 1, "unresolved": 0}
        unit.origins.reopen(one)
        assert unit.clusters.unresolved(10) == [one]


def test_events_are_kept_in_order(store: Store) -> None:
    with store.write() as unit:
        unit.clusters.log("merged", 4, {"from": 9, "ratio": 0.7})
        unit.clusters.log("split", 4, {"into": [10]})
        unit.clusters.log("split", 5, {})
    with store.read() as unit:
        found = unit.origins.events(4)
    assert [(one.kind, one.detail) for one in found] == [
        ("merged", {"from": 9, "ratio": 0.7}),
        ("split", {"into": [10]}),
    ]
    assert found[0].at.tzinfo is not None


def test_clusters_by_when_their_articles_were_first_seen(
    store: Store, make_article: Callable[..., Article], now: datetime
) -> None:
    with store.write() as unit:
        for cluster, hours in ((1, 0), (2, 5), (1, 30)):
            article = unit.articles.add(make_article(f"{cluster}-{hours}", first_seen=now + timedelta(hours=hours)))
            unit.clusters.save_membership(Membership(article, cluster, Level.FIRST))
    with store.read() as unit:
        assert unit.origins.clusters_seen(None, None) == [1, 2]
        assert unit.origins.clusters_seen(None, None, limit=1) == [1]
        assert unit.origins.clusters_seen(now, now + timedelta(days=1)) == [2, 1]
        assert unit.origins.clusters_seen(now + timedelta(hours=6), None) == [1]
