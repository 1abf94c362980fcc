from __future__ import annotations

import gzip
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from aggregator import seeds, shipped
from aggregator.replay import _moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

KEYS = ["id", "cluster", "level", "origin", "origin_evidence", "cluster_origin", "cluster_origin_state", "independent"]


@pytest.fixture(scope="module")
def corpus() -> list[dict[str, Any]]:
    return [seeds.replay_row(seed) for seed in seeds.load(shipped.seeds())]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def rows(*given: object, name: str = "rows.jsonl") -> Path:
        path = tmp_path / name
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in given)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return rows


def answers(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_one_answer_a_row_in_the_order_of_the_input_with_the_agreed_keys(
    aggregator: Callable[..., Ran], write: Callable[..., Path], corpus: list[dict[str, Any]]
) -> None:
    ran = aggregator("replay", write(*corpus))
    assert ran.code == 0
    told = answers(ran.out)
    assert [row["id"] for row in told] == [row["id"] for row in corpus]
    assert all(list(row) == KEYS for row in told)
    assert "articles per second" in ran.err
    assert "peak memory" in ran.err


def test_the_same_file_gives_the_same_bytes(
    aggregator: Callable[..., Ran], write: Callable[..., Path], corpus: list[dict[str, Any]], tmp_path: Path
) -> None:
    plain, packed = write(*corpus), write(*corpus, name="rows.jsonl.gz")
    out = tmp_path / "out.jsonl"
    first = aggregator("replay", plain)
    second = aggregator("replay", packed, "--out", out)
    assert second.out == ""
    assert out.read_text(encoding="utf-8") == first.out


def test_the_origin_of_an_article_is_shown_by_words_of_its_own(
    aggregator: Callable[..., Ran], write: Callable[..., Path], corpus: list[dict[str, Any]]
) -> None:
    for row, told in zip(corpus, answers(aggregator("replay", write(*corpus)).out), strict=True):
        assert (told["origin"] is None) == (told["origin_evidence"] is None)
        if told["origin_evidence"]:
            assert any(told["origin_evidence"] in row[field] for field in ("title", "text", "author"))


def test_ids_come_back_as_given_and_absent_fields_are_absent(
    aggregator: Callable[..., Ran], write: Callable[..., Path]
) -> None:
    rows = [
        {"id": 7, "title": "A bridge closed in Halden", "text": None, "url": "", "published": "", "extra": [1]},
        {
            "id": "seven",
            "text": "The ferry line ends in autumn, the council says.",
            "source": "https://www.bbc.co.uk/x",
        },
        {"id": 7.5, "title": "", "text": "", "links": None},
    ]
    ran = aggregator("replay", write(*rows), "--window", "none")
    assert [row["id"] for row in answers(ran.out)] == [7, "seven", 7.5]


@pytest.mark.parametrize(
    "odd",
    [
        {"published": "yesterday"},
        {"published": "0001-01-01T00:00:00+05:00"},
        {"published": " "},
        {"published": 7},
        {
            "links": [
                None,
                3,
                {"href": "x"},
                {"href": None, "start": 0, "end": 1},
                {"href": "y", "start": "0", "end": 1},
            ]
        },
        {"links": "none"},
        {"title": "half a pair \ud800 of surrogates"},
        {"url": "http://[", "outlet": ["a", "list"]},
    ],
)
def test_one_odd_field_counts_as_absent(
    aggregator: Callable[..., Ran], write: Callable[..., Path], odd: dict[str, Any]
) -> None:
    row = {"id": "x \ud800", "text": "The ferry line ends in autumn, the council says."} | odd
    path = write()
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    ran = aggregator("replay", path)
    assert ran.code == 0
    assert [one["id"] for one in answers(ran.out)] == ["x \ud800"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026", "2026-01-01T00:00:00+00:00"),
        ("2026-03", "2026-03-01T00:00:00+00:00"),
        ("2026-03-02", "2026-03-02T00:00:00+00:00"),
        ("2026-03-02t10:00:00z", "2026-03-02T10:00:00+00:00"),
        ("2026-03-02T10:00:00.5+02:00", "2026-03-02T08:00:00.500000+00:00"),
        ("2026-03-02T10:00:00", "2026-03-02T10:00:00+00:00"),
    ],
)
def test_times_in_every_form_of_iso_8601(text: str, moment: str) -> None:
    found = _moment(text)
    assert found is not None
    assert found.isoformat() == moment


def test_a_row_without_an_address_is_the_site_that_its_title_names(
    aggregator: Callable[..., Ran], write: Callable[..., Path]
) -> None:
    row = {"id": 1, "title": "New ferry for the northern line - Golem.de", "text": "The council orders a ferry."}
    (told,) = answers(aggregator("replay", write(row)).out)
    assert told["origin"] is None


def test_rows_come_from_a_pipe_as_from_a_file(write: Callable[..., Path]) -> None:
    path = write({"id": 1, "text": "A text."}, {"id": 2, "text": "Another."}, name="rows.jsonl.gz")
    for reader in ("cat", "gzip -dc"):
        command = f"{reader} {path} | {sys.executable} -m aggregator replay /dev/stdin"
        ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
        assert len(answers(ran.stdout)) == 2


@pytest.mark.parametrize(("order", "first"), [("published", "late-in-file"), ("file", "first-in-file")])
def test_the_order_says_who_comes_first(
    aggregator: Callable[..., Ran], write: Callable[..., Path], order: str, first: str
) -> None:
    text = "The council of Brennholm closed the northern harbour bridge after divers found cracks in two piers. " * 3
    rows = [
        {"id": "first-in-file", "text": text, "published": "2026-01-02T10:00:00+00:00", "outlet": "bbc"},
        {"id": "late-in-file", "text": text, "published": "2026-01-02T09:00:00+00:00", "outlet": "cnn"},
    ]
    told = {row["id"]: row for row in answers(aggregator("replay", write(*rows), "--order", order).out)}
    assert told["first-in-file"]["cluster"] == told["late-in-file"]["cluster"]
    assert {name: row["level"] for name, row in told.items()} == {
        "late-in-file": "first",
        "first-in-file": "copy",
    }
    assert told[first]["cluster"] == 1


@pytest.mark.parametrize(("window", "clusters"), [("3", 2), ("10", 1), ("none", 1)])
def test_the_window_binds_dated_rows_alone(
    aggregator: Callable[..., Ran], write: Callable[..., Path], window: str, clusters: int
) -> None:
    text = "The council of Brennholm closed the northern harbour bridge after divers found cracks in two piers. " * 3
    rows = [
        {"id": 1, "text": text, "published": "2026-01-02T10:00:00Z"},
        {"id": 2, "text": text, "published": "2026-01-09T10:00:00Z"},
    ]
    told = answers(aggregator("replay", write(*rows), "--window", window).out)
    assert len({row["cluster"] for row in told}) == clusters
    undated = answers(aggregator("replay", write(rows[0], {"id": 3, "text": text}), "--window", window).out)
    assert len({row["cluster"] for row in undated}) == 1


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"{\n", "line 1"),
        (b'{"id": 1}\n[1]\n', "line 2: expected a JSON object with an id"),
        (b'{"title": "no id"}\n', "line 1: expected a JSON object with an id"),
        (b'{"id": null}\n', "line 1: expected a JSON object with an id"),
        (b"[" * 200_000, "line 1: not JSON"),
        (b"\xff\xfe\n", "cannot be read"),
        (b"\x1f\x8bgarbage", "cannot be read"),
    ],
)
def test_a_bad_file_is_one_clear_line(
    aggregator: Callable[..., Ran], tmp_path: Path, content: bytes, text: str
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)
    ran = aggregator("replay", path)
    assert ran.code == 2
    assert text in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""


def test_a_missing_file_a_bad_window_and_a_place_that_cannot_be_written(
    aggregator: Callable[..., Ran], write: Callable[..., Path], tmp_path: Path
) -> None:
    assert aggregator("replay", tmp_path / "none.jsonl").code == 2
    rows = write({"id": 1, "text": "A text."})
    for window in ("0", "-1", "soon", "nan", "inf"):
        ran = aggregator("replay", rows, f"--window={window}")
        assert (ran.code, "expected a number of days" in ran.err) == (2, True)
    ran = aggregator("replay", rows, "--out", tmp_path / "no" / "out.jsonl")
    assert (ran.code, "out.jsonl" in ran.err) == (2, True)


def test_the_window_is_the_homes_own(
    aggregator: Callable[..., Ran], write: Callable[..., Path], empty_home: Path
) -> None:
    with (empty_home / "feeds.yaml").open("a", encoding="utf-8") as file:
        file.write("window_days: 10\n")
    text = "The council of Brennholm closed the northern harbour bridge after divers found cracks in two piers. " * 3
    rows = write(
        {"id": 1, "text": text, "published": "2026-01-02T10:00:00Z"},
        {"id": 2, "text": text, "published": "2026-01-09T10:00:00Z"},
    )
    told = answers(aggregator("replay", rows, "--home", empty_home).out)
    assert len({row["cluster"] for row in told}) == 1


def test_an_empty_file_has_no_answers(aggregator: Callable[..., Ran], write: Callable[..., Path]) -> None:
    ran = aggregator("replay", write())
    assert (ran.code, ran.out) == (0, "")
