"""Made-up news in a made-up language: a world that writes articles by the seed alone, and a stream full of bridges.

Words are drawn by Zipf's law; topics have words, people and places of their own, which come back again and again; an
event has a name, words and numbers, of which each report gives some, besides its own. Nothing is anybody's text.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from aggregator.cluster.stems import stem_of
from aggregator.model import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DAY = 86_400.0
START = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
# Articles of each kind at size 1.
MIX = {"story": 22_000, "round-up": 2_000, "stub": 2_000, "drift": 2_400, "live blog": 600}
LARGEST = 60
# A drift chain has so many articles; each run of LINKS of them is one story.
CHAIN = 40
LINKS = 4
# The language: as many words as a day of news has, drawn by Zipf's law, and words of so many topics on top.
WORDS = 20_000
TOPICS = 40
# Words of an article, as the background counts them.
_LENGTH = 220
_ONSETS = [
    "b",
    "br",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "z",
]
_SYLLABLES = [onset + vowel for onset in _ONSETS for vowel in "aeiou"]


@dataclass(frozen=True, slots=True)
class Slot:
    """An article before it is written: when, the story it truly tells, what it is, and whose facts it gives."""

    when: float
    story: str
    kind: str
    facts: tuple[str, ...]
    number: int = 0


class World:
    """A made-up language, its topics and outlets, and everything that happens, by the seed alone."""

    def __init__(self, seed: int, topics: int = TOPICS) -> None:
        self._seed = seed
        rng = self._rng("world")
        self._words = _words(rng, WORDS)
        self._weights = list(accumulate(1.0 / (rank + 3.0) for rank in range(WORDS)))
        # A topic has its own words, and its own people and places, who are in the news again and again.
        themes = self._words[200:8_000]
        self._topics = [(rng.sample(themes, 200), [_name(rng) for _ in range(40)]) for _ in range(topics)]
        self._zipf = {n: list(accumulate(1.0 / (rank + 2.0) for rank in range(n))) for n in (200, 40)}
        self._footers = [self._sentences(rng, rng.choices(self._words[100:4_000], k=30)) for _ in range(150)]
        self._wall = self._sentences(rng, rng.choices(self._words[100:4_000], k=45))
        self._formulas = [" ".join(rng.choices(self._words[100:2_000], k=2)).capitalize() for _ in range(12)]
        self._facts = lru_cache(maxsize=4_000)(self._made)
        self._kinds = {
            "story": self._story,
            "drift": self._story,
            "copy": self._copy,
            "stub": self._stub,
            "round-up": self._round_up,
            "live blog": self._live_blog,
        }

    def background(self) -> str:
        """The table of how common the language's words are, in the form that Vocabulary reads."""
        whole = self._weights[-1]
        shares = (1.0 - (1.0 - 1.0 / (rank + 3.0) / whole) ** (0.6 * _LENGTH) for rank in range(2_000))
        stems = (stem_of(word, "en") for word in self._words)
        return "\n".join(f"en\t{1000 * share:.1f}\t{stem}" for share, stem in zip(shares, stems, strict=False) if stem)

    def write(self, slot: Slot, article: int) -> Article:
        """The article of a slot: outlet, title, text."""
        rng = self._rng(f"{slot.kind} {slot.facts} {slot.number}")
        outlet = rng.randrange(150)
        title, text = self._kinds[slot.kind](rng, slot)
        if slot.kind != "stub" and outlet % 3 == 0:
            text = f"{text} {self._footers[outlet]}"
        moment = datetime.fromtimestamp(slot.when, UTC)
        name = "wall" if slot.kind == "stub" else f"outlet{outlet}"
        url = f"https://{name}.example/{article}"
        return Article(url, name, title, text, language="en", published=moment, first_seen=moment, id=article)

    def facts(self, key: str) -> list[str]:
        """The terms of an event, those that count most first."""
        return self._facts(key)[1]

    def _rng(self, what: str) -> random.Random:
        return random.Random(f"{self._seed} {what}")

    def _made(self, key: str) -> tuple[int, list[str]]:
        """The topic of an event and its terms, those that count most first.

        Keys: s12 is a story; d3.17 is link 17 of drift chain 3; f5.2 is an event of formula 5 (a match of a league, a
        storm warning), half of whose terms are the formula's.
        """
        topic = self._rng(key.partition(".")[0]).randrange(len(self._topics))
        if key.startswith("d"):
            chain, _, link = key.partition(".")
            before = int(link) // LINKS * LINKS - 1
            return topic, [*self._fresh(f"{chain}.{before}"), *self._fresh(key)]
        if key.startswith("f"):
            return topic, [*self._fresh(key), *self._fresh(key.partition(".")[0])]
        rng = self._rng(f"facts {key}")
        known = rng.choices(self._topics[topic][1], cum_weights=self._zipf[40], k=3)
        numbers = [_number(rng) for _ in range(3)]
        return topic, [_name(rng), known[0], *rng.choices(self._words[1_500:], k=4), known[1], numbers[0], _name(rng),
                       *rng.choices(self._words[1_500:], k=4), *numbers[1:], known[2]]  # fmt: skip

    def _fresh(self, key: str) -> list[str]:
        rng = self._rng(f"fresh {key}")
        return [_name(rng), *rng.choices(self._words[1_500:], k=4), _number(rng), _name(rng)]

    def _passage(self, rng: random.Random, key: str, length: int, density: float) -> str:
        """Sentences that give some of an event's facts, and this report's own, among words of topic and language."""
        topic, terms = self._facts(key)
        share = rng.uniform(0.35, 1.0)
        told = terms[:2] + [term for term in terms[2:] if rng.random() < share]
        own = [_name(rng), _name(rng), _number(rng), *rng.choices(self._words[1_500:], k=3)]
        count = round(length * density)
        tokens = told + rng.choices(told, weights=range(len(told) + 3, 3, -1), k=max(0, count - len(told)))
        tokens += rng.choices(own, k=count // 3)
        tokens += rng.choices(self._topics[topic][1], cum_weights=self._zipf[40], k=2)
        tokens += rng.choices(self._topics[topic][0], cum_weights=self._zipf[200], k=length // 4)
        tokens += rng.choices(self._words, cum_weights=self._weights, k=max(0, length - len(tokens)))
        rng.shuffle(tokens)
        return self._sentences(rng, tokens)

    def _sentences(self, rng: random.Random, tokens: Sequence[str]) -> str:
        made, start = [], 0
        while start < len(tokens):
            end = start + rng.randint(10, 22)
            sentence = " ".join(tokens[start:end])
            made.append(f"{sentence[:1].upper()}{sentence[1:]}.")
            start = end
        return " ".join(made)

    def _title(self, rng: random.Random, key: str) -> str:
        told = self.facts(key)[:7]
        tokens = [told[0], *rng.sample(told[1:], 3), *rng.choices(self._words, cum_weights=self._weights, k=4)]
        rng.shuffle(tokens)
        return " ".join(tokens).capitalize()

    # One method a kind of article: its title and its text.

    def _story(self, rng: random.Random, slot: Slot) -> tuple[str, str]:
        key = slot.facts[0]
        density = rng.uniform(0.5, 1.0)
        lead = self._passage(rng, key, 60, 0.30 * density)
        return self._title(rng, key), f"{lead} {self._passage(rng, key, rng.randint(60, 240), 0.12 * density)}"

    def _copy(self, rng: random.Random, slot: Slot) -> tuple[str, str]:
        """The story's first article again: whole, cut or wrapped, sometimes under another title."""
        first = Slot(slot.when, slot.story, "story", slot.facts)
        title, text = self._story(self._rng(f"story {slot.facts} 0"), first)
        if rng.random() < 0.3:
            title = self._title(rng, slot.facts[0])
        form = rng.randrange(3)
        if form == 1:
            text = text[: int(len(text) * rng.uniform(0.7, 0.95))]
        if form == 2:
            text = f"{self._sentences(rng, rng.choices(self._words, cum_weights=self._weights, k=20))} {text}"
        return title, text

    def _stub(self, rng: random.Random, slot: Slot) -> tuple[str, str]:
        return self._title(rng, slot.facts[0]), self._wall

    def _round_up(self, rng: random.Random, slot: Slot) -> tuple[str, str]:
        names = ", ".join(self.facts(key)[0] for key in slot.facts)
        parts = [self._passage(rng, key, 70, 0.25) for key in slot.facts]
        return f"{rng.choice(self._formulas)}: {names}", " ".join(parts)

    def _live_blog(self, rng: random.Random, slot: Slot) -> tuple[str, str]:
        """A story told in bits, with bits of other stories between them."""
        main, *others = slot.facts
        parts = [self._passage(rng, main, 40, 0.30), *(self._passage(rng, main, 30, 0.25) for _ in range(4))]
        for key in others:
            parts.insert(rng.randint(2, len(parts)), self._passage(rng, key, 40, 0.25))
        return f"{self._formulas[0]}: {self._title(rng, main)}", " ".join(parts)


def _words(rng: random.Random, count: int) -> list[str]:
    """Different words, the first ones shorter."""
    found: dict[str, None] = {}
    while len(found) < count:
        length = 2 if len(found) < 1_000 else rng.choice((2, 3, 3, 4))
        found["".join(rng.choices(_SYLLABLES, k=length)) + rng.choice(("", "n", "k", "m", "x"))] = None
    return list(found)


def _name(rng: random.Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=3)).capitalize() + rng.choice(("v", "w", "j", "q"))


def _number(rng: random.Random) -> str:
    most = rng.choice((99, 9_999, 0))
    return f"{rng.randint(2, most)}" if most else f"{rng.randint(1, 99)}.{rng.randint(1, 9)}"


def members(rng: random.Random, key: str, size: int, start: float) -> Iterator[Slot]:
    """A story of so many members: retellings, and a sixth copies of the first, most of them in its first hours."""
    for number in range(size):
        when = start + (min(rng.expovariate(1 / 28_000.0), 1.5 * DAY) if number else 0.0)
        yield Slot(when, key, "copy" if number and rng.random() < 1 / 6 else "story", (key,), number)


def planted(seed: int, size: float) -> list[Slot]:
    """The planted set in the order of time; as dense in time at any size."""
    rng = random.Random(f"{seed} plan")
    want = {kind: max(1, round(count * size)) for kind, count in MIX.items()}
    span = max(1.0, 7.0 * size) * DAY
    slots: list[Slot] = []
    starts: list[tuple[float, str]] = []
    sizes = [LARGEST]
    while sum(sizes) < want["story"]:
        sizes += rng.choices(range(1, LARGEST + 1), weights=[k**-1.5 for k in range(1, LARGEST + 1)])
    for number, count in enumerate(sizes):
        starts.append((START + rng.uniform(0.0, span), f"s{number}"))
        slots += members(rng, starts[-1][1], count, starts[-1][0])
    starts.sort()

    def recent(count: int) -> tuple[float, list[str]]:
        """Some different stories that began within the last day or so, and a time after that."""
        last = rng.randrange(count, len(starts))
        reach = range(max(0, last - max(20, len(starts) // round(span / DAY))), last)
        chosen = [starts[last], *(starts[i] for i in rng.sample(reach, min(len(reach), count - 1)))]
        return starts[last][0] + rng.uniform(3_600.0, 40_000.0), [key for _, key in chosen]

    for number in range(want["round-up"]):
        when, keys = recent(rng.choice((2, 2, 3, 4)))
        slots.append(Slot(when, f"r{number}", "round-up", tuple(keys), number))
    for kind, count in (("stub", 1), ("live blog", 3)):
        for number in range(want[kind]):
            when, keys = recent(count)
            slots.append(Slot(when, keys[0], kind, tuple(keys), number))
    for number in range(want["drift"]):
        chain, link = divmod(number, CHAIN)
        when = START + random.Random(chain).uniform(0.0, span) + 3_000.0 * link
        slots.append(Slot(when, f"d{chain}.{link // LINKS}", "drift", (f"d{chain}.{link}",), link))
    return sorted(slots, key=lambda slot: (slot.when, slot.story, slot.number))
