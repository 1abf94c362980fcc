"""A day of invented stories in several languages, and small builders for single ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.digest.select import select
from aggregator.model import Article, Digest, Evidence, Level, Origin, OriginState, Quality, Rival, Story, StoryArticle

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = date(2026, 8, 26)
ZONE = "Europe/Kyiv"
NOW = datetime(2026, 8, 26, 15, 30, tzinfo=UTC)
MORNING = datetime(2026, 8, 26, 6, 40, tzinfo=UTC)

NAMES = {
    "unn": "UNN",
    "ft": "Financial Times",
    "ukrinform": "Ukrinform",
    "bloomberg": "Bloomberg",
    "reuters": "Reuters",
    "kyivpost": "Kyiv Post",
    "lemonde": "Le Monde",
    "elpais": "El País",
    "spiegel": "Der Spiegel",
    "pravda": "Українська правда",
    "nhk": "NHK",
    "aljazeera": "الجزيرة",
    "wyborcza": "Gazeta Wyborcza",
    "guardian": "The Guardian",
    "ecb": "European Central Bank",
}


def make_story(
    cluster: int = 1,
    headline: str = "Harbour tunnel opens a year late",
    *,
    outlets: tuple[str, ...] = ("kyivpost",),
    origin: Origin | None = None,
    credited: tuple[str | None, ...] = (None,),
    quote: str = "",
    extract: str = "The tunnel under the harbour opened on Wednesday. It cost twice what was planned.",
    languages: tuple[str, ...] = ("en",),
    countries: tuple[str, ...] = ("UA",),
    topics: tuple[str, ...] = ("world",),
    start: datetime = MORNING,
    minutes: int = 17,
    origin_name: str | None = None,
) -> Story:
    origin = origin or Origin(OriginState.UNKNOWN, uncredited=1)
    articles = tuple(
        StoryArticle(
            id=cluster * 100 + n,
            url=f"https://{outlet}.example/{cluster}/{n}",
            title=headline,
            outlet=outlet,
            outlet_name=NAMES.get(outlet, outlet.title()),
            language=languages[n % len(languages)],
            when=start + timedelta(minutes=minutes * n),
            first_seen=start + timedelta(minutes=minutes * n + 2),
            level=Level.RETELLING if n else Level.FIRST,
            credits=credited[n % len(credited)],
            quote=quote,
        )
        for n, outlet in enumerate(outlets)
    )
    return Story(
        cluster=cluster,
        headline=headline,
        extract=extract,
        extract_outlet=outlets[0] if outlets else "",
        origin=origin,
        origin_name=origin_name or NAMES.get(origin.outlet or ""),
        articles=articles,
        publishers=len(set(outlets)),
        languages=languages,
        topics=topics,
        countries=countries,
        first_seen=articles[0].first_seen if articles else None,
        last_seen=articles[-1].first_seen if articles else None,
    )


def make_evidence(cluster: int, n: int, outlet: str, quote: str, language: str = "en") -> Evidence:
    return Evidence(
        f"https://{outlet}.example/{cluster}/{n}", outlet, "text", quote, 120, 120 + len(quote), "reported-by", language
    )


def make_day() -> list[Story]:
    """Twelve stories of one day, one of every kind of origin and in nine languages."""
    return [
        make_story(
            1,
            "США готові надати Україні розвіддані для ударів по енергетиці",
            outlets=("unn", "pravda", "kyivpost", "reuters", "wyborcza", "ukrinform", "lemonde", "spiegel", "guardian"),
            origin=Origin(
                OriginState.NAMED,
                "ft",
                None,
                0.93,
                (
                    make_evidence(
                        1,
                        0,
                        "unn",
                        "This is reported by the Financial Times with reference to European and Ukrainian officials.",
                    ),
                ),
                ("European and Ukrainian officials",),
                ("ukrinform", "ft"),
                (),
                1,
                2,
            ),
            credited=("ft",),
            extract="The United States is ready to provide intelligence for long-range strikes. "
            "The plan was discussed in two capitals last week, two people who know of it said.",
            languages=("uk", "en", "pl", "fr", "de"),
            countries=("UA", "GB", "PL", "FR", "DE"),
            topics=("ukraine", "world"),
        ),
        make_story(
            2,
            "Notenbank hebt den Leitzins überraschend auf 3,25 Prozent",
            outlets=("spiegel", "lemonde", "elpais", "reuters", "ecb", "guardian"),
            origin=Origin(
                OriginState.OFFICIAL,
                "ecb",
                "https://ecb.example/press/2026/rate",
                0.97,
                (make_evidence(2, 0, "spiegel", "Das teilte die Zentralbank am Mittwoch in Frankfurt mit.", "de"),),
                (),
                (),
                (),
                4,
                0,
            ),
            credited=("ecb",),
            extract="Die Notenbank hat den Leitzins um einen Viertelpunkt angehoben. Damit hatte niemand gerechnet.",
            languages=("de", "fr", "es", "en"),
            countries=("DE", "FR", "ES", "GB"),
            topics=("economy",),
        ),
        make_story(
            3,
            "Chipmaker in talks to buy rival for 40 billion",
            outlets=("kyivpost", "guardian", "bloomberg"),
            origin=Origin(
                OriginState.DISPUTED,
                "reuters",
                None,
                0.48,
                (
                    make_evidence(3, 0, "kyivpost", "The talks were first reported by Reuters."),
                    make_evidence(3, 1, "guardian", "Bloomberg News reported the talks earlier on Wednesday."),
                ),
                ("people familiar with the matter",),
                (),
                (Rival("bloomberg", 0.41),),
                2,
                0,
            ),
            credited=("reuters", "bloomberg", "reuters"),
            extract="The two companies have been in talks for a month. Neither wished to comment.",
            topics=("business",),
        ),
        make_story(
            4,
            "Un train de nuit relie à nouveau Paris et Lisbonne",
            outlets=("lemonde", "elpais"),
            origin=Origin(
                OriginState.COLLECTED,
                "lemonde",
                "https://lemonde.example/4/0",
                0.91,
                (make_evidence(4, 1, "elpais", "Lo adelantó este miércoles el diario Le Monde.", "es"),),
                (),
                (),
                (),
                1,
                0,
            ),
            credited=(None, "lemonde"),
            extract="Le train partira chaque soir à 19 heures. Les billets seront vendus dès lundi.",
            languages=("fr", "es"),
            countries=("FR", "ES"),
            topics=("europe",),
        ),
        make_story(
            5,
            "Minister to resign over ferry contract, agency learns",
            outlets=("kyivpost", "ukrinform", "pravda"),
            origin=Origin(
                OriginState.LINKED,
                "bloomberg",
                "https://bloomberg.example/ferry",
                0.88,
                (
                    make_evidence(
                        5, 0, "kyivpost", "The minister has told allies that she will go, according to Bloomberg."
                    ),
                ),
                ("allies of the minister",),
                ("ukrinform", "bloomberg"),
                (),
                1,
                0,
            ),
            credited=("bloomberg",),
            languages=("en", "uk"),
            topics=("ukraine",),
            extract="The minister will resign by the end of the week. Her office called the reports premature.",
        ),
        make_story(
            6,
            "新型ロケットの打ち上げ、強風で三度目の延期",
            outlets=("nhk", "reuters"),
            origin=Origin(OriginState.EARLIEST_ONLY, "nhk", None, 0.35, (), (), (), (), 2, 0),
            extract="新型ロケットの打ち上げは強風のため再び延期された。次の機会は金曜日の朝になる見込みだ。",
            languages=("ja", "en"),
            countries=("JP", "GB"),
            topics=("science",),
        ),
        make_story(
            7,
            "الأمم المتحدة تعلن هدنة إنسانية لمدة أسبوع",
            outlets=("aljazeera", "guardian", "elpais"),
            origin=Origin(OriginState.UNKNOWN, None, None, 0.0, (), (), (), (), 0, 3),
            extract="أعلنت الأمم المتحدة هدنة إنسانية لمدة أسبوع. ومن المتوقع أن تبدأ يوم الخميس.",
            languages=("ar", "en", "es"),
            countries=("QA", "GB", "ES"),
            topics=("world",),
        ),
        make_story(
            8,
            "Dwa nowe mosty nad Wisłą otwarte przed terminem",
            outlets=("wyborcza",),
            languages=("pl",),
            topics=("europe",),
        ),
        make_story(9, "Botanical garden names orchid after night guard", outlets=("guardian",), topics=("culture",)),
        make_story(
            10, "У Львові трамвай вийшов на новий маршрут", outlets=("pravda",), languages=("uk",), topics=("ukraine",)
        ),
        make_story(11, "City library lends seeds, tools and a canoe", outlets=("kyivpost", "ukrinform"), topics=()),
        make_story(12, "El faro más antiguo del norte vuelve a encenderse", outlets=("elpais",), languages=("es",)),
    ]


def make_digest(stories: list[Story] | None = None, notes: tuple[str, ...] = ()) -> Digest:
    return select(make_day() if stories is None else stories, day=DAY, zone=ZONE, now=NOW, made_at=NOW, notes=notes)


@pytest.fixture
def story() -> Callable[..., Story]:
    """The builder of one story."""
    return make_story


@pytest.fixture
def day() -> list[Story]:
    """The twelve stories of the invented day."""
    return make_day()


@pytest.fixture
def digest() -> Digest:
    """The digest of the invented day, with two notes."""
    return make_digest(
        notes=("2 of 41 feeds failed: Le Monde (timeout), NHK (503).", "Coverage: degraded until 10:30.")
    )


@pytest.fixture
def digest_of() -> Callable[..., Digest]:
    """The builder of a digest from stories."""
    return make_digest


def make_article(
    title: str = "Harbour tunnel opens a year late",
    text: str = "The tunnel under the harbour opened on Wednesday. It cost twice what was planned at first.",
    *,
    outlet: str = "kyivpost",
    url: str = "",
    language: str = "en",
    published: datetime | None = MORNING,
    quality: Quality = Quality.FULL,
) -> Article:
    return Article(
        url=url or f"https://{outlet}.example/{len(title)}",
        outlet=outlet,
        title=title,
        text=text,
        language=language,
        published=published,
        quality=quality,
    )


@pytest.fixture
def article() -> Callable[..., Article]:
    """The builder of one article."""
    return make_article
