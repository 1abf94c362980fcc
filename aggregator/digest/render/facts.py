"""The sentences that every format shares, so that no two of them can differ. Pure.

Everything that `digest_facts` returns is inert (see `inert`): renderers only lay it out and escape it for their
format. Names are those that the story brings; an outlet without one stands with its id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator.digest import select
from aggregator.digest.render.inert import plain, web_address
from aggregator.digest.render.origins import cautions, outlet_name
from aggregator.digest.render.times import long_day, moment
from aggregator.model import OriginState
from aggregator.urls import host

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, tzinfo

    from aggregator.model import Digest, Evidence, Story

# Characters at most; a digest shows excerpts, and one boundless title must not push the rest away.
_HEADLINE, _EXTRACT, _QUOTE, _NAME = 240, 400, 280, 60
# Publishers that are named before "and N more".
_NAMED = 6

_ABOUT = {
    select.ONE_REPORT: "Widely told, but a single report stands behind each of these.",
    select.DISPUTED: "More than one outlet is named as the first to report.",
    select.SINGLE: "Told by one publisher so far, which credits nobody.",
}
_KNOWN = {
    OriginState.COLLECTED: "credited by others; the original article was read",
    OriginState.LINKED: "credited with a link; the original article was not read",
    OriginState.NAMED: "credited by name; the original article was not seen",
    OriginState.EARLIEST_ONLY: "nobody is credited; only the earliest that was seen",
    OriginState.OFFICIAL: "an official statement",
    OriginState.DISPUTED: "the articles name different outlets",
    OriginState.UNKNOWN: "nobody is credited",
}


_BY_A_PERSON = {
    OriginState.COLLECTED: "named by a person; the original article was read",
    OriginState.LINKED: "named by a person; the original article was not read",
    OriginState.NAMED: "named by a person; the original article was not seen",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """A quoted sentence: who published it, when (as text, "" where unknown) and at what address."""

    quote: str
    source: str
    when: str
    url: str | None

    @property
    def line(self) -> str:
        """«The sentence», publisher, time."""
        return ", ".join(part for part in (f"«{self.quote}»", self.source, self.when) if part)


@dataclass(frozen=True, slots=True)
class Claim:
    """An outlet that is, or where it is disputed may be, the origin.

    `confidence` is a figure, or says whose word it is; `proof` is None where nothing was quoted.
    """

    outlet: str
    confidence: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Teller:
    """A publisher of the story and the address of its first article."""

    name: str
    url: str | None


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """A story in words. `link` is the origin's article where it was really seen, else the first article's address.

    `cautions` are lines about what speaks against the report, such as a denial.
    """

    cluster: int
    headline: str
    link: str | None
    host: str
    extract: str
    extract_from: str
    state: str
    known: str
    claims: tuple[Claim, ...]
    origin_url: str | None
    informants: str
    chain: tuple[str, ...]
    ruled_out: str
    cautions: tuple[str, ...]
    counts: str
    languages: str
    seen: str
    tellers: tuple[Teller, ...]
    more_tellers: int
    lone: bool

    @property
    def origin_line(self) -> str:
        """The origin and its evidence: `Outlet (named, 0.93): «sentence», publisher, time`."""
        lines = self.claim_lines
        return lines[0] if len(lines) == 1 else f"{self.state.capitalize()}: " + " or ".join(lines)

    @property
    def claim_lines(self) -> tuple[str, ...]:
        """One line for each outlet that may be the origin; one line that says so where there is none."""
        if not self.claims:
            return (f"Origin {self.state}: {self.known}",)
        return tuple(
            f"{c.outlet} ({self.state}, {c.confidence}): {c.proof.line if c.proof else self.known}" for c in self.claims
        )

    @property
    def chain_line(self) -> str:
        """The outlets from the nearest relay to the origin, "" where no relay is known."""
        return " -> ".join(self.chain)

    @property
    def particulars(self) -> tuple[str, ...]:
        """The small facts: the story's number, when it was seen, its languages."""
        return tuple(part for part in (f"story {self.cluster}", self.seen, self.languages) if part)

    @property
    def told_by(self) -> str:
        """The first publishers by name and how many more there are."""
        names = ", ".join(t.name for t in self.tellers)
        return f"{names} and {self.more_tellers} more" if self.more_tellers else names


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """A section in words; `about` says what its stories have in common, "" for a topic."""

    title: str
    about: str
    stories: tuple[StoryFacts, ...]


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """A digest in words; `empty` is what to say where there is no story, "" elsewhere."""

    title: str
    summary: str
    made: str
    empty: str
    sections: tuple[SectionFacts, ...]
    notes: tuple[str, ...]


def digest_facts(digest: Digest) -> DigestFacts:
    """All that the formats show of a digest.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: the digest's zone does not exist.
    """
    zone = ZoneInfo(digest.zone)
    stories = [s for section in digest.sections for s in section.stories]
    articles = sum(len(s.articles) for s in stories)
    publishers = {a.outlet or host(a.url) for s in stories for a in s.articles}
    made = f"made {moment(digest.made_at, zone, digest.day, always_day=True)}, {digest.zone}"
    return DigestFacts(
        title=long_day(digest.day),
        summary=", ".join(
            [
                _count(len(stories), "story", "stories"),
                _count(articles, "article"),
                _count(len(publishers), "publisher"),
            ]
        ),
        made=plain(made + (", provisional: the day is not over" if digest.provisional else "")),
        empty="" if stories else _empty(provisional=digest.provisional),
        sections=tuple(
            SectionFacts(
                plain(section.title, _NAME),
                _ABOUT.get(section.title, ""),
                tuple(story_facts(s, zone, digest.day) for s in section.stories),
            )
            for section in digest.sections
            if section.stories
        ),
        notes=tuple(plain(note) for note in digest.notes),
    )


def story_facts(story: Story, zone: tzinfo, day: date) -> StoryFacts:
    """All that the formats show of a story, with times in `zone`; times of `day` itself come without their date."""
    origin, names = story.origin, _names(story)
    first: dict[str, Teller] = {}
    for article in story.articles:
        name = names[article.outlet] or host(article.url)
        first.setdefault(name, Teller(plain(name, _NAME), web_address(article.url)))
    tellers = tuple(first.values())
    origin_url = web_address(origin.url)
    own = next((a.url for a in story.articles if a.outlet == origin.outlet), None)
    link = origin_url or web_address(own) or next((t.url for t in tellers if t.url), None)
    return StoryFacts(
        cluster=story.cluster,
        headline=plain(story.headline, _HEADLINE) or "(without a title)",
        link=link,
        host=host(link or ""),
        extract=plain(story.extract, _EXTRACT),
        extract_from=plain(names.get(story.extract_outlet) or story.extract_outlet, _NAME),
        state=origin.state.value,
        known=_KNOWN[origin.state] if origin.pinned is None else _BY_A_PERSON[origin.state],
        claims=_claims(story, names, zone, day),
        origin_url=origin_url,
        informants=plain(", ".join(origin.informants), _QUOTE),
        chain=_chain(story, names),
        ruled_out=", ".join(
            f"{plain(names.get(one.outlet) or one.name, _NAME)} ({by_a_person(one.correction)})"
            for one in origin.ruled_out
        ),
        cautions=tuple(
            cautions(
                origin,
                lambda outlet: names.get(outlet, outlet),
                lambda evidence: _proof(evidence, story, names, zone, day).line,
            )
        ),
        counts=counts_line(len(story.articles), story.publishers, origin.independent, origin.uncredited),
        languages=_languages(story.languages),
        seen=_seen(story, zone, day),
        tellers=tellers[:_NAMED],
        more_tellers=max(len(tellers) - _NAMED, 0),
        lone=select.is_lone(story),
    )


def counts_line(articles: int, publishers: int, independent: int, uncredited: int) -> str:
    """`N articles, M publishers, K independent reports, U credit nobody`."""
    return ", ".join(
        [
            _count(articles, "article"),
            _count(publishers, "publisher"),
            _count(independent, "independent report"),
            f"{uncredited:,} {'credits' if uncredited == 1 else 'credit'} nobody",
        ]
    )


def by_a_person(correction: int) -> str:
    """Whose word it is that a person said in a correction."""
    return f"by a person's correction {correction}"


def rank_line(rank: select.Rank) -> str:
    """Why a story stands where it stands: the total and the parts of its rank."""
    return (
        f"{rank.total:.2f} = independent {rank.independent:.2f} + publishers {rank.publishers:.2f}"
        f" + breadth {rank.breadth:.2f} + pace {rank.pace:.2f} + freshness {rank.freshness:.2f}"
    )


def _names(story: Story) -> Mapping[str, str]:
    """Outlet id -> name as far as the story knows it."""
    names = dict(story.names) | {a.outlet: a.outlet_name or a.outlet for a in story.articles}
    if story.origin.outlet and story.origin_name:
        names[story.origin.outlet] = story.origin_name
    return names


def _claims(story: Story, names: Mapping[str, str], zone: tzinfo, day: date) -> tuple[Claim, ...]:
    """The origin; where it is disputed also its rivals, each with the sentence that speaks for it."""
    origin = story.origin
    confidence = {origin.outlet: origin.confidence} if origin.outlet else {}
    if origin.state is OriginState.DISPUTED:
        confidence |= {r.outlet: r.confidence for r in origin.rivals if r.outlet not in confidence}
    elif not origin.outlet and story.origin_name:
        # An official body outside the outlet table has a name and no id.
        confidence = {story.origin_name: origin.confidence}
    credited = {a.url: a.credits or a.outlet for a in story.articles}
    language = {a.url: a.language for a in story.articles}
    own = next((a.language for a in story.articles if story.headline in a.title), "")
    claims = []
    for outlet, degree in confidence.items():
        speaking = [e for e in origin.evidence if len(confidence) == 1 or credited.get(e.article) == outlet]
        # Who reads the headline reads the evidence in its language, where there is any.
        speaking.sort(key=lambda e: language.get(e.article) != own)
        proof = _proof(speaking[0], story, names, zone, day) if speaking else None
        called = plain(names.get(outlet) or outlet, _NAME)
        if outlet == origin.outlet:
            called = outlet_name(origin, lambda one: names.get(one) or one)
        sure = f"{degree:.2f}" if origin.pinned is None else by_a_person(origin.pinned)
        claims.append(Claim(called, sure, proof))
    return tuple(claims)


def _proof(evidence: Evidence, story: Story, names: Mapping[str, str], zone: tzinfo, day: date) -> Proof:
    when = next((a.when or a.first_seen for a in story.articles if a.url == evidence.article), None)
    return Proof(
        quote=plain(evidence.quote, _QUOTE),
        source=plain(names.get(evidence.outlet) or evidence.outlet or host(evidence.article), _NAME),
        when=moment(when, zone, day, always_day=True) if when else "",
        url=web_address(evidence.article),
    )


def _chain(story: Story, names: Mapping[str, str]) -> tuple[str, ...]:
    chain = story.origin.chain
    if chain and story.origin.outlet and chain[-1] != story.origin.outlet:
        chain = (*chain, story.origin.outlet)
    return tuple(plain(names.get(outlet) or outlet, _NAME) for outlet in chain) if len(chain) > 1 else ()


def _languages(languages: Sequence[str]) -> str:
    codes = plain(", ".join(languages), _NAME)
    return f"in {codes}" if codes else ""


def _seen(story: Story, zone: tzinfo, day: date) -> str:
    if not story.first_seen:
        return ""
    first = f"first seen {moment(story.first_seen, zone, day)}"
    if not story.last_seen or story.last_seen == story.first_seen:
        return first
    return f"{first}, last {moment(story.last_seen, zone, day)}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _empty(*, provisional: bool) -> str:
    if provisional:
        return "No story yet today. New ones appear here as the feeds are polled."
    return "No story was first seen on this day, or none fits what was asked for."
