"""Outlets from the command line: looked up, checked, found missing, added by hand and read again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from aggregator import pipeline
from aggregator.cli.home import open_home
from aggregator.model import Article

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

TEXT = "The ferry ran dry for nine days, according to the newspaper Brennholm Tidende. Nobody was hurt in the harbour."
ROW = "brennholmtidende\tnewspaper\tNO\tbrennholm.example\tBrennholm Tidende\n"


@pytest.fixture
def told(empty_home: Path) -> Path:
    """A home with two stories that credit an outlet outside the table, and one that credits a known one."""
    with open_home(empty_home) as opened:
        with opened.desk.store.write() as unit:
            for number, (title, text) in enumerate(
                [
                    ("The ferry ran dry", TEXT),
                    ("A quarry floods", "The quarry at Moss is full, according to the newspaper Brennholm Tidende."),
                    ("A pump is sold", "The pump went for a crown, the Financial Times reports."),
                    ("A bell is cast", "The bell weighs nine tons, according to the newspaper Moss Gazette."),
                ]
            ):
                when = datetime(2026, 3, 1 + 7 * number, tzinfo=UTC)
                unit.articles.add(
                    Article(f"https://unn.ua/{number}", "unn", title, text, language="en", published=when)
                )
        pipeline.think(opened.desk, datetime.now(UTC))
    return empty_home


def asked(run: Run, home: Path, *arguments: object) -> Any:
    ran = run("outlets", *arguments, "--home", home, "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_outlets_are_listed_by_words_of_any_name(aggregator: Run, tmp_path: Path) -> None:
    found = asked(aggregator, tmp_path, "list", "ФАЙНЕНШЛ", "ft.com")
    assert {"id": "ft", "name": "Financial Times", "kind": "newspaper", "country": "GB", "domains": ["ft.com"]} in found
    assert len(asked(aggregator, tmp_path, "list")) > 1000
    assert "Financial Times" in aggregator("outlets", "list", "financial", "times", "--home", tmp_path).out
    ran = aggregator("outlets", "list", "qqqq", "zzz", "--home", tmp_path)
    assert (ran.code, "no outlet has all of: qqqq zzz" in ran.err) == (1, True)
    assert json.loads(aggregator("outlets", "list", "qqqq", "--home", tmp_path, "--json").out) == []


def test_an_outlet_is_shown_with_its_family(aggregator: Run, tmp_path: Path) -> None:
    found = asked(aggregator, tmp_path, "show", "https://www.eurointegration.com.ua/news/5")
    assert (found["id"], found["parent"], found["family"]) == ("eurointegration", "pravda_ua", "pravda_ua")
    found = asked(aggregator, tmp_path, "show", "Українська", "правда")
    assert "eurointegration" in found["editions"]
    assert found["parent"] is None
    shown = aggregator("outlets", "show", "European", "Pravda", "--home", tmp_path).out
    assert "edition or sister of: Ukrainska Pravda (pravda_ua)" in shown
    shown = aggregator("outlets", "show", "pravda_ua", "--home", tmp_path).out
    assert "European Pravda (eurointegration)" in shown
    assert "and, near words that credit: УП" in shown
    ran = aggregator("outlets", "show", "Finacial", "Tmes", "--home", tmp_path)
    assert (ran.code, "near to it: Financial Times (ft)" in ran.err) == (1, True)
    assert (
        aggregator("outlets", "show", "qqqqqqqqqqq", "--home", tmp_path).err.rstrip().endswith("called 'qqqqqqqqqqq'")
    )


def test_a_home_without_a_table_of_its_own_is_in_order(aggregator: Run, tmp_path: Path) -> None:
    ran = aggregator("outlets", "check", "--home", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert "nothing is wrong with the shipped table" in ran.out
    assert "`aggregator outlets reread`" in ran.out
    assert asked(aggregator, tmp_path, "check") == []


def test_each_problem_of_the_own_table_is_a_line(aggregator: Run, tmp_path: Path) -> None:
    own = tmp_path / "outlets.tsv"
    own.write_text("# mine\nkelp\tonline\nmoss\t\t\tft.com\tMoss Daily\n", encoding="utf-8")
    ran = aggregator("outlets", "check", "--home", tmp_path)
    first, second = ran.out.splitlines()
    assert ran.code == 1
    assert first.startswith(f"{own}, line 2: 2 columns, expected 5 between tabs")
    assert second.startswith(f"{own}, line 3: ft.com belongs to ft already (the shipped outlets.tsv, line ")
    rows = json.loads(aggregator("outlets", "check", own, "--home", tmp_path, "--json").out)
    assert [(row["file"], row["line"]) for row in rows] == [(str(own), 2), (str(own), 3)]
    ran = aggregator("outlets", "check", tmp_path / "none.tsv", "--home", tmp_path)
    assert (ran.code, "no such file" in ran.err) == (2, True)
    own.write_bytes(b"\xff\xfe")
    ran = aggregator("outlets", "list", "--home", tmp_path)
    assert (ran.code, f"{own}: not UTF-8 text (byte 0)" in ran.err) == (2, True)
    own.unlink()
    own.mkdir()
    ran = aggregator("outlets", "list", "--home", tmp_path)
    assert (ran.code, f"{own}: Is a directory" in ran.err) == (2, True)


def test_a_wrong_own_table_stops_a_command_before_it_does_anything(aggregator: Run, empty_home: Path) -> None:
    (empty_home / "outlets.tsv").write_text("kelp\tonline\n", encoding="utf-8")
    for command in ("stories", "once"):
        ran = aggregator(command, "--home", empty_home)
        assert (ran.code, "outlets.tsv, line 1: 2 columns" in ran.err) == (2, True)
    ran = aggregator("doctor", "--home", empty_home)
    assert ran.code == 1
    assert "line 1: 2 columns" in " ".join(ran.out.split())
    (empty_home / "outlets.tsv").write_text(ROW, encoding="utf-8")
    ran = aggregator("doctor", "--home", empty_home)
    assert ran.code == 0
    assert ", 1 of them by " in " ".join(ran.out.split())


def test_unknown_outlets_come_with_a_sentence_and_a_line_to_paste(aggregator: Run, told: Path) -> None:
    first, second = asked(aggregator, told, "unknown")
    assert first == {
        "id": "brennholmtidende",
        "name": "Brennholm Tidende",
        "articles": 2,
        "stories": 2,
        "quote": first["quote"],
        "url": first["url"],
        "row": "brennholmtidende\tother\t\t\tBrennholm Tidende",
    }
    assert "Brennholm Tidende." in first["quote"]
    assert second["id"] == "mossgazette"
    assert len(asked(aggregator, told, "unknown", "--limit", 1)) == 1
    shown = aggregator("outlets", "unknown", "--home", told).out
    assert "Brennholm Tidende (brennholmtidende)  2 articles, 2 stories" in shown
    assert f"To add one, put its line into {told / 'outlets.tsv'}" in shown
    lines = shown.splitlines()[-2:]
    (told / "outlets.tsv").write_text("\n".join(lines), encoding="utf-8")
    assert aggregator("outlets", "check", "--home", told).code == 0
    assert (
        "Every outlet that the articles credit is in the table." in aggregator("outlets", "unknown", "--home", told).out
    )


def test_articles_are_read_again_with_the_table_of_today(aggregator: Run, told: Path) -> None:
    origin = json.loads(aggregator("origin", "ferry", "dry", "--home", told, "--json").out)
    assert origin["outlet"]["id"] == "brennholmtidende"
    assert asked(aggregator, told, "reread") == {"articles": 4, "changed": 0, "stories": 0}
    (told / "outlets.tsv").write_text(ROW.replace("brennholmtidende", "brennholm"), encoding="utf-8")
    origin = json.loads(aggregator("origin", "ferry", "dry", "--home", told, "--json").out)
    assert origin["outlet"]["id"] == "brennholmtidende"  # what was read before stays until it is read again
    ran = aggregator("outlets", "reread", "--home", told)
    assert (ran.code, ran.out) == (0, "4 articles read, 2 credit otherwise now, in 2 stories\n")
    origin = json.loads(aggregator("origin", "ferry", "dry", "--home", told, "--json").out)
    assert origin["outlet"] == {"id": "brennholm", "name": "Brennholm Tidende"}


def test_a_replay_knows_the_homes_own_outlets(aggregator: Run, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({"id": 1, "text": TEXT, "lang": "en"}) + "\n", encoding="utf-8")
    (tmp_path / "outlets.tsv").write_text(ROW.replace("brennholmtidende", "brennholm"), encoding="utf-8")
    ran = aggregator("replay", tmp_path / "rows.jsonl", "--home", tmp_path)
    assert json.loads(ran.out)["origin"] == "brennholm"
