"""What is wrong with a table of outlets, line by line."""

from __future__ import annotations

import pytest

from aggregator import shipped
from aggregator.errors import ConfigError
from aggregator.origin.audit import audit
from aggregator.origin.outlets import OutletTable
from aggregator.origin.rows import SHIPPED

REMOVE = "remove it in one of them, or make it longer"
BASE = "harbour\tnewspaper\tGB\tharbour.example\tHarbour Herald|^HH|~Харбор\ngull\tonline\t\tgull.example\tThe Gull"


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        ("", []),
        ("# a comment\n\nkelp\tonline\t\tkelp.example\tKelp Daily\tharbour", []),
        ("kelp\tonline", ["line 1: 2 columns, expected 5 between tabs: id, kind, country, domains, aliases"]),
        ("Kelp Daily\t\t\t\tX", ["line 1: 'Kelp Daily' is no id: ASCII letters and digits in lower case"]),
        ("kelp\t\t\t\t", ["line 1: kelp has no name: give it an alias, the fifth column"]),
        (
            "kelp\t\t\t\tKelp Daily\nkelp\t\t\t\tKelp Weekly",
            ["line 2: the id kelp stands twice (line 1): make one row of both"],
        ),
        (
            "kelp\t\t\tgull.example\tKelp Daily",
            [
                f"line 1: gull.example belongs to gull already ({SHIPPED}, line 2): leave it out in one of them"
            ],
        ),
        (
            "kelp\t\t\tkelp.example\tKelp Daily\nmoss\t\t\tkelp.example\tMoss Daily",
            ["line 2: kelp.example belongs to kelp already (own.tsv, line 1): leave it out in one of them"],
        ),
        (
            "kelp\t\t\twww.kelp.example\tKelp Daily",
            ["line 1: no address is on 'www.kelp.example', a domain of kelp: give the host alone, without www."],
        ),
        (
            "kelp\t\t\t\tKelp Daily\tnobody",
            ["line 1: 'nobody', the parent of kelp, is no outlet: correct the sixth column"],
        ),
        (
            "kelp\t\t\t\tKelp Daily\tmoss\nmoss\t\t\t\tMoss Daily\tkelp",
            [
                "line 1: 'moss', the parent of kelp, has a parent itself: name that one",
                "line 2: 'kelp', the parent of moss, has a parent itself: name that one",
            ],
        ),
        (
            "kelp\t\t\t\tKelp Daily|^Kelp Daily",
            ["line 1: the alias 'Kelp Daily' of kelp stands twice: remove one"],
        ),
        (
            "kelp\t\t\t\tKelp Daily|^Harbour Herald",
            [
                f"line 1: the alias 'Harbour Herald' of kelp is read as harbour ({SHIPPED}, line 1): {REMOVE}"
            ],
        ),
    ],
)  # fmt: skip
def test_each_problem_has_its_line_and_says_what_to_do(own: str, wanted: list[str]) -> None:
    assert [str(one) for one in audit(BASE, own, "own.tsv")] == [f"own.tsv, {one}" for one in wanted]


def test_a_name_with_what_no_article_holds_is_never_read() -> None:
    for alias in ("Kelp  Weekly", "Kelp\u00a0Weekly", "Kelp\u200bWeekly"):
        (found,) = audit(f"kelp\t\t\t\tKelp Daily|{alias}")
        assert str(found).startswith(f"the shipped outlets.tsv, line 1: the alias {alias!r} of kelp is never read: ")


def test_an_ambiguous_name_of_two_outlets_is_found_once() -> None:
    (found,) = audit("kelp\t\t\t\tKelp Daily|^KD\nmoss\t\t\t\tMoss Daily|^KD")
    assert "is read as" in found.text


def test_the_shipped_table_is_clean() -> None:
    assert [str(one) for one in audit(shipped.outlet_table())] == []


def test_own_rows_are_added_and_replace_those_with_their_id() -> None:
    own = "gull\tnewspaper\tIE\tgull.ie\tGull Gazette\nkelp\tonline\t\tkelp.ie\tKelp Daily\tharbour"
    table = OutletTable.parse(BASE, own, "own.tsv")
    assert [one.id for one in table] == ["harbour", "gull", "kelp"]
    assert [table.resolve(name) for name in ("Gull Gazette", "gull.ie", "The Gull", "kelp.ie")] == [
        "gull", "gull", "thegull", "kelp",
    ]  # fmt: skip
    assert (table.family("kelp"), table.editions("harbour"), table.editions("kelp")) == ("harbour", ["kelp"], [])


def test_a_fault_of_the_own_table_names_its_file_and_its_line_even_where_the_shipped_row_comes_later() -> None:
    with pytest.raises(ConfigError, match=r"^/home/own\.tsv, line 2: 3 columns"):
        OutletTable.parse(BASE, "\nkelp\tonline\t", "/home/own.tsv")
    # Replacing keeps the shipped row's place in the table: the later line is still the own one.
    with pytest.raises(ConfigError, match=r"^own\.tsv, line 1: gull\.example belongs to gull already"):
        OutletTable.parse(BASE, "harbour\t\t\tgull.example\tHarbour Herald", "own.tsv")


def test_a_byte_order_mark_is_no_part_of_the_first_id() -> None:
    assert OutletTable.parse("\ufeff" + BASE).get("harbour") is not None
