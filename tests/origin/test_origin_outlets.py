from __future__ import annotations

import re

import pytest

from aggregator.errors import ConfigError
from aggregator.origin.outlets import OutletTable, host_slug
from aggregator.origin.rows import MARKS
from aggregator.text import slug

ROW = "harbour\tnewspaper\tGB\tharbour.example,news.harbour.co.uk\tHarbour Herald|^HH|~Харбор"


def test_a_row_becomes_an_outlet() -> None:
    table = OutletTable.parse(f"# a comment\n\n{ROW}\n")
    (outlet,) = table
    assert (outlet.id, outlet.name, outlet.kind, outlet.country) == ("harbour", "Harbour Herald", "newspaper", "GB")
    assert outlet.domains == ("harbour.example", "news.harbour.co.uk")
    assert outlet.aliases == ("Harbour Herald", "^HH", "~Харбор")
    assert len(table) == 1
    assert table.get("harbour") is outlet
    assert table.get("nobody") is None


@pytest.mark.parametrize(
    ("tsv", "wanted"),
    [
        ("a\tb\tc", "line 1: 3 columns"),
        (f"{ROW}\n{ROW}", "line 2: the id harbour stands twice"),
        (f"{ROW}\nx{ROW}", "line 2: harbour.example belongs to harbour"),
        ("Großes Blatt\t\t\t\tX", "line 1: 'Großes Blatt' is no id"),
        ("\t\t\t\tX", "line 1: '' is no id"),
        ("harbour\t\t\t\t^|", "line 1: harbour has no name"),
        ("harbour\t\t\t\tX\tnobody", "'nobody', the parent of harbour"),
    ],
)
def test_errors_name_the_line(tsv: str, wanted: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(wanted)):
        OutletTable.parse(tsv)


def test_hosts_find_the_longest_domain(table: OutletTable) -> None:
    for host, outlet in [
        ("www.ft.com", "ft"),
        ("arabic.cnn.com", "cnn"),
        ("NEWS.SKY.COM", "sky"),
        ("edition.cnn.com", "cnn"),
        ("cincodias.elpais.com", "cincodias"),
        ("brasil.elpais.com", "elpais"),
    ]:
        found = table.by_host(host)
        assert found is not None
        assert found.id == outlet
    assert table.by_host("nobody.example") is None
    assert table.by_host("") is None
    assert table.by_host("com") is None


@pytest.mark.parametrize(
    ("name", "outlet"),
    [
        ("ft", "ft"),
        ("Financial Times", "ft"),
        ("financial  times", "ft"),
        ("The Times", "times_uk"),
        ("the Times", "nyt"),
        ("ft.com", "ft"),
        ("https://www.ft.com/content/x", "ft"),
        ("www.harbour-herald.co.uk", "harbourherald"),
        ("https://news.harbourherald.net/x", "harbourherald"),
        ("Harbour Herald", "harbourherald"),
        ("Портовый вестник", "portovyyvestnik"),
        ("Table.Harbours", "tableharbours"),
        ("F.A.Z.", "faz"),
        ("https://feeds.feedburner.com/harbour", ""),
        ("https://news.google.com/rss", ""),
        ("", ""),
    ],
)
def test_whatever_names_an_outlet_becomes_its_id(table: OutletTable, name: str, outlet: str) -> None:
    assert table.resolve(name) == outlet


@pytest.mark.parametrize(
    ("host", "wanted"),
    [("news.bbc.co.uk", "bbc"), ("127.0.0.1", ""), ("::1", ""), ("[fe80::1]", ""), ("163.com", "163"), ("", "")],
)
def test_a_bare_address_is_nobody(host: str, wanted: str) -> None:
    assert host_slug(host) == wanted


def test_names_to_show(table: OutletTable) -> None:
    assert table.name("ft") == "Financial Times"
    assert table.name("harbourherald") == "harbourherald"


def test_families(table: OutletTable) -> None:
    assert table.family("cincodias") == "elpais"
    assert table.family("elpais") == "elpais"
    assert table.family("nobody") == "nobody"


def test_the_shipped_table_is_in_order(table: OutletTable) -> None:
    assert len(table) > 800
    for outlet in table:
        assert outlet.kind
        assert slug(outlet.id) == outlet.id.replace("_", "")
        assert outlet.name == outlet.name.strip(MARKS + " ")
        assert len(set(outlet.aliases)) == len(outlet.aliases)
        for domain in outlet.domains:
            assert re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}(?:/\w+)?", domain), domain
