from __future__ import annotations

import dataclasses
import re
from datetime import time
from ipaddress import ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import yaml

from aggregator.config.check import check
from aggregator.config.schema import (
    DigestSection,
    Document,
    FeedSection,
    HealthSection,
    LimitsSection,
    RetentionSection,
)
from aggregator.model import Feed, Limits, Retention
from aggregator.text import slug

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic import BaseModel

BLOCKS = (LimitsSection, DigestSection, RetentionSection, HealthSection)
_SETTING = re.compile(
    r"^# ( *(?:{})\:.*)$".format(
        "|".join([*Document.model_fields, *(key for each in BLOCKS for key in each.model_fields)])
    )
)


def _tables(reference: str) -> dict[str, list[list[str]]]:
    """The reference's tables by heading: each row as its cells."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in reference.splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif line.startswith("| `"):
            found.setdefault(heading, []).append([cell.strip() for cell in line.strip("|").split("|")])
    return found


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("The file", Document),
        ("`feeds`: one feed", FeedSection),
        ("`limits`", LimitsSection),
        ("`digest`", DigestSection),
        ("`retention`", RetentionSection),
        ("`health`", HealthSection),
    ],
)
def test_the_reference_has_every_key_and_no_other(reference: str, heading: str, model: type[BaseModel]) -> None:
    assert [row[0].strip("`") for row in _tables(reference)[heading]] == list(model.model_fields)


def test_the_schema_has_every_field_of_the_model() -> None:
    assert list(LimitsSection.model_fields) == [field.name for field in dataclasses.fields(Limits)]
    assert list(FeedSection.model_fields) == [field.name for field in dataclasses.fields(Feed)]
    assert LimitsSection().limits() == Limits()


def test_the_reference_has_the_bounds_and_defaults_of_the_schema(reference: str) -> None:
    for key, _, default, low, high in _tables(reference)["`limits`"]:
        field = LimitsSection.model_fields[key.strip("`")]
        bounds = {kind: getattr(each, kind) for each in field.metadata for kind in ("ge", "le") if hasattr(each, kind)}
        assert (float(low), float(high)) == (bounds["ge"], bounds["le"]), key
        assert default == f"`{field.default}`"
        assert low != default


def test_the_reference_example_is_the_message(reference: str) -> None:
    message = re.search(r"^ +feeds.yaml line 12: feeds\[3\]\.url: (.*)$", reference, re.MULTILINE)
    assert message is not None
    with pytest.raises(Exception, match=re.escape(message[1])):
        check("feeds: [{url: ftp://x}]")


def test_the_commented_settings_are_the_defaults(shipped: str) -> None:
    head, _, block = shipped.partition("\nfeeds:\n")
    settings = "\n".join(match[1] for line in head.splitlines() if (match := _SETTING.match(line)))
    said = yaml.safe_load(settings)
    assert set(said) == set(Document.model_fields) - {"feeds"}
    document = check(f"{settings}\nfeeds:\n{block}").document
    assert list(said["limits"]) == list(LimitsSection.model_fields)
    assert document.limits == LimitsSection()
    assert document.retention.retention() == Retention()
    assert list(said["retention"]) == [field.name for field in dataclasses.fields(Retention)]
    assert document.health == HealthSection(port=8790)
    assert document.digest.at == DigestSection().at == time(7)
    assert (document.window_days, document.workers) == (Document(feeds=()).window_days, Document(feeds=()).workers)
    # These two, and the port, have no default that could be shown; what stands there is an example, and said to be one.
    assert document.allow_private == (ip_network("127.0.0.1/32"),)
    assert document.contact == "news-desk@example.org"


def test_the_head_comment_explains_every_key_of_a_feed(shipped: str) -> None:
    explained = re.findall(r"^#   (\w+) {2,}\S", shipped.partition("\nfeeds:\n")[0], re.MULTILINE)
    assert explained == list(FeedSection.model_fields)


def test_the_shipped_settings_are_all_defaults(shipped: str) -> None:
    document = check(shipped).document
    assert document.model_dump(exclude={"feeds"}) == Document(feeds=()).model_dump(exclude={"feeds"})


def test_the_shipped_feeds_are_many_and_complete(shipped: str) -> None:
    feeds = check(shipped).feeds
    assert len(feeds) >= 80
    assert all(feed.language and feed.country and feed.topics and feed.outlet for feed in feeds)
    assert len({feed.country for feed in feeds}) >= 25
    assert len({feed.language for feed in feeds}) >= 10
    desk = {"ukrinform", "unn", "pravda_ua", "eurointegration", "rbc_ua", "interfax_ua", "suspilne", "kyivindependent"}
    big = {"ft", "bloomberg", "wsj", "nyt", "wapo", "guardian", "bbc", "axios", "politico", "economist", "spiegel"}
    assert desk | big <= {feed.outlet for feed in feeds}
    assert all(len(line) <= 160 for line in shipped.splitlines())


def test_other_readers_of_yaml_see_the_same_feeds(shipped: str) -> None:
    said = yaml.safe_load(shipped)["feeds"]
    for row, feed in zip(said, check(shipped).feeds, strict=True):
        assert row == {
            "url": feed.url,
            "outlet": feed.outlet,
            "language": feed.language,
            "country": feed.country,
            "topics": list(feed.topics),
        }


def _outlets(shared: Path) -> Mapping[str, tuple[str, ...]]:
    """The domains of each outlet of the table."""
    rows = (shared / "data" / "outlets.tsv").read_text(encoding="utf-8").splitlines()
    cells = [row.split("\t") for row in rows if row and not row.startswith("#")]
    return {cell[0]: tuple(cell[3].split(",")) for cell in cells}


@pytest.mark.realdata
def test_an_outlet_of_the_table_is_named_by_its_id_and_others_take_no_id_of_it(shipped: str, shared: Path) -> None:
    table = _outlets(shared)
    owner = {domain: outlet for outlet, domains in table.items() for domain in domains}
    for feed in check(shipped).feeds:
        host = urlsplit(feed.url).hostname or ""
        parts = host.split(".")
        owners = {owner[name] for at in range(len(parts)) if (name := ".".join(parts[at:])) in owner}
        if owners:
            assert feed.outlet in owners, feed
        elif feed.outlet not in table:
            assert slug(feed.outlet) not in table, feed


@pytest.mark.realdata
def test_every_shipped_feed_is_one_that_public_lists_hold(shipped: str, shared: Path) -> None:
    known = yaml.safe_load((shared / "data" / "feed_candidates.yaml").read_text(encoding="utf-8"))["feeds"]
    assert {feed.url for feed in check(shipped).feeds} <= {row["url"] for row in known}
