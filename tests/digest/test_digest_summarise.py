"""Headlines and extracts."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.digest.summarise import cut, extract, headline
from aggregator.model import Article, Origin, OriginState, Quality
from aggregator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
UNKNOWN = Origin(OriginState.UNKNOWN)


@pytest.mark.parametrize(
    ("title", "outlet", "url", "expected"),
    [
        ("Bridge closes for a month - BBC News", "bbc", "https://www.bbc.co.uk/1", "Bridge closes for a month"),
        ("Bridge closes for a month | Reuters", "reuters", "https://www.reuters.com/1", "Bridge closes for a month"),
        (
            "Bridge closes for a month | World news | The Guardian",
            "guardian",
            "https://x.example",
            "Bridge closes for a month",
        ),
        ("Bridge closes for a month | The Guardian", "guardian", "https://x.example", "Bridge closes for a month"),
        ("Bridge closes – for a month — Financial Times", "ft", "https://www.ft.com/1", "Bridge closes – for a month"),
        ("Bridge closes - The New York Times", "nyt", "https://nyt.example", "Bridge closes"),
        ("Bridge closes - CNN.com", "cnn", "https://edition.cnn.com/1", "Bridge closes"),
        ("Міст закрито на місяць • Укрінформ", "ukrinform", "https://www.ukrinform.ua/1", "Міст закрито на місяць"),
        ("Міст закрито | Українська правда", "pravda", "https://www.pravda.com.ua/1", "Міст закрито"),
        # What only looks like a suffix stays.
        (
            "Deal is close - Reuters sources say",
            "reuters",
            "https://www.reuters.com/1",
            "Deal is close - Reuters sources say",
        ),
        ("Talks fail - again", "bbc", "https://www.bbc.co.uk/1", "Talks fail - again"),
        ("Reuters", "reuters", "https://www.reuters.com/1", "Reuters"),
        ("Ex-minister: no regrets", "bbc", "https://www.bbc.co.uk/1", "Ex-minister: no regrets"),
        ("Live | Sport | BBC", "bbc", "https://www.bbc.co.uk/1", "Live | Sport"),
    ],
)
def test_the_sites_suffix_is_stripped_and_nothing_else(
    article: Callable[..., Article], title: str, outlet: str, url: str, expected: str
) -> None:
    names = {"pravda": "Українська правда", "guardian": "The Guardian"}
    assert headline([article(title, outlet=outlet, url=url)], UNKNOWN, names) == expected


def test_the_origins_own_article_gives_the_headline(article: Callable[..., Article]) -> None:
    retellings = [article("Tunnel opens late", outlet=o) for o in ("unn", "spiegel", "reuters")]
    own = article("Exclusive: inside the tunnel", outlet="ft", language="de")
    named = Origin(OriginState.NAMED, "ft")
    assert headline([*retellings, own], named) == "Exclusive: inside the tunnel"
    assert headline(retellings, named) == "Tunnel opens late"


def test_the_origins_article_by_address_comes_before_its_other_articles(article: Callable[..., Article]) -> None:
    first = article("An older piece", outlet="ft", url="https://ft.example/a", published=None)
    seen = article("The report itself", outlet="ft", url="https://ft.example/b")
    assert headline([first, seen], Origin(OriginState.COLLECTED, "ft", "https://ft.example/b")) == "The report itself"


def test_a_dispute_prefers_no_side(article: Callable[..., Article]) -> None:
    articles = [
        article("Chip deal is near, both say", outlet="unn"),
        article("Chip deal is near", outlet="spiegel"),
        article("We told you first", outlet="reuters"),
    ]
    assert headline(articles, Origin(OriginState.DISPUTED, "reuters")).startswith("Chip deal is near")


def test_the_most_central_title_of_the_majority_language_wins(article: Callable[..., Article]) -> None:
    articles = [
        article("Big storm", outlet="a"),
        article("Storm closes coastal railway line", outlet="b"),
        article("Railway line closed: storm hits coastal towns", outlet="c"),
        article("Sturm legt Bahnstrecke lahm", outlet="d", language="de"),
    ]
    expected = "Railway line closed: storm hits coastal towns"
    assert {headline(list(order), UNKNOWN) for order in permutations(articles)} == {expected}


def test_without_titles_the_first_sentence_and_then_the_host_serve(article: Callable[..., Article]) -> None:
    assert headline([article("", "Rain fell all day. More is to come.")], UNKNOWN) == "Rain fell all day."
    assert headline([article("", "", url="https://www.unn.example/1")], UNKNOWN) == "unn.example"
    assert len(headline([article("", "rain " * 100)], UNKNOWN)) <= 140


def test_the_extract_is_two_sentences_of_the_origins_own_article(article: Callable[..., Article]) -> None:
    own = article(
        "Inside the tunnel", "A first own sentence stands here. A second one follows it. And a third.", outlet="ft"
    )
    other = article(outlet="unn")
    assert extract([other, own], Origin(OriginState.COLLECTED, "ft")) == (
        "A first own sentence stands here. A second one follows it.",
        "ft",
    )


def test_a_wall_instead_of_a_text_gives_way_to_a_retelling(article: Callable[..., Article]) -> None:
    wall = article("Inside", "Subscribe to unlock this article for one euro a week.", outlet="ft")
    assert extract([wall, article(outlet="unn")], Origin(OriginState.COLLECTED, "ft"))[1] == "unn"


def test_a_full_text_comes_before_a_summary_and_the_majority_language_before_another(
    article: Callable[..., Article],
) -> None:
    summary = article(outlet="a", quality=Quality.SUMMARY)
    german = article("Sturm", "Ein Satz auf Deutsch, der lang genug ist.", outlet="b", language="de")
    full = article(outlet="c", published=None)
    assert extract([summary, german, full, summary], UNKNOWN)[1] == "c"


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Porter",
        "By Jane Porter and Tom Hill, in Kyiv.",
        "Advertisement.",
        "Підпишіться на наш канал, щоб не пропустити новини.",
        "Von Anna Schmidt",
        "Photo: Harbour Authority",
        "Фото: пресслужба порту",
        "Ілюстративне фото: порт уночі, вигляд з боку моря.",
        "A crane lifts the last segment into place. /Reuters/",
        "Workers leave the tunnel after the last shift. Getty Images",
        "Read more: how the tunnel was planned and built.",
        "Читайте також: як будували тунель під гаванню.",
        "Джерело: Financial Times, повідомляє видання в середу.",
        "Updated: 26 August 2026 at 10:12 by the news desk.",
        "© 2026 Harbour News, all rights are reserved here.",
        "Write to desk@harbour.example if you were there too.",
        "See https://harbour.example/tunnel for all the pictures.",
        "Harbour tunnel opens a year late",
        "Harbour",
        "* * *",
    ],
)
def test_what_is_no_sentence_of_the_report_is_passed_over(article: Callable[..., Article], line: str) -> None:
    text = f"{line}\nThe tunnel under the harbour opened on Wednesday. It cost twice what was planned at first."
    quoted, _ = extract([article(text=text)], UNKNOWN)
    assert quoted == "The tunnel under the harbour opened on Wednesday. It cost twice what was planned at first."


@pytest.mark.parametrize(
    "sentence",
    [
        "By noon the tunnel was closed to all traffic again.",
        "Published on Wednesday, the report names the owner.",
        "Підписано угоду про будівництво нового тунелю під гаванню.",
        "Реклама азартних ігор буде заборонена з нового року.",
        "The World Health Organization (WHO) – a part of the UN – said so.",
        "НАТО — альянс, который не видит угрозы для тоннеля.",
        "США – найбільший партнер порту, заявив його керівник.",
        "The owner told Reuters that the tunnel is safe.",
        "IMF and WTO - the two lenders - paid for the new tunnel.",
        "UNICEF (the children's fund) has paid for the new tunnel.",
        "UNRWA – an agency of the United Nations – has paid for it.",
        "NASA: the tunnel can be seen from far above the harbour.",
    ],
)
def test_an_ordinary_sentence_is_quoted_as_it_stands(article: Callable[..., Article], sentence: str) -> None:
    assert extract([article(text=sentence)], UNKNOWN)[0] == sentence


@pytest.mark.parametrize(
    "dateline",
    [
        "KYIV, Aug 26 (Reuters) - ",
        "Berlin (dpa) – ",
        "LONDON — ",
        "КИЇВ – ",
        "NEW YORK, August 26 - ",
        "Paris (AFP). ",
        "ERIE, Pa. (AP) — ",
        "(CNN) — ",
        "NEW DELHI: ",
    ],
)
def test_a_dateline_is_not_quoted(article: Callable[..., Article], dateline: str) -> None:
    text = f"{dateline}The tunnel under the harbour opened on Wednesday."
    assert extract([article(text=text)], UNKNOWN)[0] == "The tunnel under the harbour opened on Wednesday."


def test_a_gap_between_the_two_sentences_is_shown(article: Callable[..., Article]) -> None:
    text = "The tunnel opened on Wednesday at noon.\nRead more: the plans.\nIt cost twice what was planned at first."
    assert extract([article(text=text)], UNKNOWN)[0] == (
        "The tunnel opened on Wednesday at noon. … It cost twice what was planned at first."
    )


def test_scripts_without_blanks_have_sentences_too(article: Callable[..., Article]) -> None:
    text = "新型ロケットの打ち上げは強風のため再び延期された。次の機会は金曜日の朝になる見込みだ。三番目の文。"
    quoted, _ = extract([article("延期", text, language="ja")], UNKNOWN)
    assert quoted == "新型ロケットの打ち上げは強風のため再び延期された。次の機会は金曜日の朝になる見込みだ。"


def test_a_summary_that_does_not_end_like_a_sentence_serves_where_nothing_else_does(
    article: Callable[..., Article],
) -> None:
    assert extract([article(text="Tunnel opened, cost doubled")], UNKNOWN)[0] == "Tunnel opened, cost doubled"


def test_nothing_to_quote_is_two_empty_strings(article: Callable[..., Article]) -> None:
    assert extract([article(text="")], UNKNOWN) == ("", "")
    assert extract([], UNKNOWN) == ("", "")


def test_a_long_second_sentence_is_left_out_or_cut_at_a_word(article: Callable[..., Article]) -> None:
    long = "It then went on for word after word after word until nobody could follow it any more at all."
    text = f"The tunnel opened on Wednesday at noon. {long}"
    assert extract([article(text=text)], UNKNOWN, 70)[0] == "The tunnel opened on Wednesday at noon."
    quoted, _ = extract([article(text=text)], UNKNOWN, 90)
    assert quoted == "The tunnel opened on Wednesday at noon. It then went on for word after word after word…"
    assert extract([article(text=long)], UNKNOWN, 30)[0] == "It then went on for word…"


def test_cut_never_parts_a_letter_from_its_accent() -> None:
    assert cut("cafe\u0301s", 5) == "caf…"
    assert cut("abc", 0) == ""
    assert cut("\u0301\u0301\u0301", 2) == "…"


@given(st.text(), st.integers(-1, 50))
def test_cut_keeps_to_its_limit_and_to_the_text(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert len(shown) <= max(limit, len(text) if len(text) <= limit else 0, 0)
    assert shown == text or not shown or text.startswith(shown[:-1])


@example(["B。\u202e B"], 3)
@given(st.lists(st.text(alphabet="aB. \nж。!…\u202e", max_size=60), max_size=4), st.integers(1, 60))
def test_an_extract_is_quoted_and_within_its_limit(texts: list[str], limit: int) -> None:
    articles = [
        Article(f"https://o{n}.example/", f"o{n}", "", text, published=datetime(2026, 8, 26, tzinfo=UTC))
        for n, text in enumerate(texts)
    ]
    quoted, outlet = extract(articles, UNKNOWN, limit)
    assert len(quoted) <= limit
    assert quoted == one_line(quoted)
    if quoted:
        source = one_line(articles[int(outlet[1:])].text)
        assert all(part in source for part in quoted.split("…") for part in [part.strip()])
