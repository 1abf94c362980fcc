"""What people set right holds, whatever comes after it, and can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.cluster import ties
from aggregator.cluster.assign import assign
from aggregator.cluster.correct import carry_out, merging, moving, splitting, take_back, with_copies
from aggregator.cluster.kinds import WORD
from aggregator.cluster.sums import Window, gathered, weight_of
from aggregator.cluster.sweep import sweep
from aggregator.model import Fingerprint, Level, Tie, Transfer
from tests.fakes.shelf import MemoryShelf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.cluster.correct import Plan

TOPICS = 3
ALWAYS = Window()


def printed(article: int, topic: int, lean: float = 0.0, text: int | None = None) -> Fingerprint:
    """An article of a topic that leans towards the next one; those with one text are copies."""
    text = 1_000 + article if text is None else text
    other = (topic + 1) % TOPICS
    vector = {10 * topic + i: 1.0 for i in range(3)} | {1_000 + text: 0.9}
    if lean:
        vector |= {10 * other + i: lean for i in range(3)}
    norm = sum(weight**2 for weight in vector.values()) ** 0.5
    return Fingerprint(
        article=article,
        when=float(article),
        language="en",
        outlet="",
        brief=False,
        shingles=50,
        signature=np.full(128, text, dtype="<u4").tobytes(),
        vector={term: weight / norm for term, weight in vector.items()},
        terms=tuple(f"w{term}" for term in vector),
        copy_keys=(text,),
        retelling_keys=(topic, *((other,) if lean else ())),
        kinds=WORD * len(vector),
    )


@dataclass
class Person:
    """Corrects what lies on a shelf, as the command does."""

    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    made: dict[int, Plan] = field(default_factory=dict)
    articles: int = 0
    corrections: int = 0

    def file(self, topic: int, lean: float = 0.0, text: int | None = None) -> int:
        self.articles += 1
        assign(self.shelf, printed(self.articles, topic, lean, text), ALWAYS)
        return self.articles

    def home(self, article: int) -> int:
        return self.shelf.memberships([article])[article].cluster

    def homes(self) -> list[int]:
        return sorted({self.home(article) for article in range(1, self.articles + 1)})

    def groups(self) -> set[frozenset[int]]:
        return {frozenset(self.shelf.members(home)) for home in self.homes()}

    def today(self, cluster: int) -> int:
        while cluster in self.shelf.redirects:
            cluster = self.shelf.redirects[cluster]
        return cluster

    def do(self, plan: Plan) -> int | None:
        """Carries a plan out where nothing stands against it; the correction's number."""
        if plan.against:
            return None
        self.corrections += 1
        number = self.corrections
        self.made[number] = plan
        kept = [tie for tie in self.shelf.said if tie not in plan.withdrawn]
        self.shelf.said = [*kept, *(replace(tie, correction=tie.correction or number) for tie in plan.said)]
        carry_out(self.shelf, plan.transfers, {"correction": number})
        return number

    def merge(self, *clusters: int) -> int | None:
        return self.do(merging(self.shelf, set(clusters)))

    def split(self, *articles: int) -> int | None:
        home = self.home(articles[0])
        going = with_copies(self.shelf, articles, home)
        return self.do(splitting(self.shelf, home, going)) if len(going) < len(self.shelf.members(home)) else None

    def move(self, article: int, target: int) -> int | None:
        home = self.home(article)
        going = with_copies(self.shelf, [article], home)
        return None if home == target else self.do(moving(self.shelf, home, going, target))

    def undo(self, number: int) -> list[Transfer]:
        plan = self.made.pop(number)
        self.shelf.said = [tie for tie in self.shelf.said if tie.correction != number]
        today = [replace(one, left=self.today(one.left), joined=self.today(one.joined)) for one in plan.transfers]
        back = take_back(self.shelf, today, {"undone": number})
        known = [tie for tie in plan.withdrawn if tie.correction in self.made]
        self.shelf.said += [tie for tie in known if (self.home(tie.one) == self.home(tie.other)) is tie.together]
        return back

    def sweep(self) -> None:
        sweep(self.shelf, self.homes(), ALWAYS)


def holds(person: Person) -> None:
    """Every tie holds, and every cluster is what its members make it."""
    for tie in person.shelf.said:
        assert (person.home(tie.one) == person.home(tie.other)) is tie.together, tie
    for home in person.homes():
        members = person.shelf.memberships(person.shelf.members(home))
        assert [m.level for m in members.values()].count(Level.FIRST) == 1
        assert all(m.partner is None or m.partner in members for m in members.values())
        prints = person.shelf.fingerprints(list(members))
        whole = gathered(home, [(prints[a], weight_of(m.level)) for a, m in members.items()])
        kept = person.shelf.clusters([home])[home]
        assert kept.strands["en"].size == whole.strands["en"].size
        assert kept.strands["en"].weight == pytest.approx(whole.strands["en"].weight)


NUMBER = st.integers(0, 30)
FILING = st.tuples(st.just("file"), st.integers(0, TOPICS - 1), st.sampled_from([0.0, 0.4, 0.8]), st.integers(0, 25))
CORRECTING = st.one_of(
    st.tuples(st.just("merge"), NUMBER, NUMBER),
    st.tuples(st.just("split"), NUMBER, st.sets(NUMBER, max_size=5)),
    st.tuples(st.just("move"), NUMBER, NUMBER),
    st.tuples(st.just("undo"), NUMBER, st.none()),
)
REPAIRING = st.one_of(st.tuples(st.just("sweep")), st.tuples(st.just("mend"), NUMBER))


def act(person: Person, step: tuple[object, ...]) -> None:
    """One step of a stream; a step that makes no sense where things stand does nothing."""
    homes = person.homes()
    match step:
        case ("file", int(topic), float(lean), int(text)):
            person.file(topic, lean, text if text < 12 else None)
        case ("sweep",):
            person.sweep()
        case ("mend", int(which)):
            sweep(person.shelf, [homes[which % len(homes)]], ALWAYS)
        case ("merge", int(one), int(other)) if one % len(homes) != other % len(homes):
            person.merge(homes[one % len(homes)], homes[other % len(homes)])
        case ("split", int(which), set(others)):
            members = person.shelf.members(homes[which % len(homes)])
            person.split(*{members[other % len(members)] for other in {which, *others}})
        case ("move", int(article), int(other)):
            person.move(1 + article % person.articles, homes[other % len(homes)])
        case ("undo", int(which), None) if person.made:
            person.undo(sorted(person.made)[which % len(person.made)])
        case _:
            pass


@settings(max_examples=120, deadline=None)
@given(
    stream=st.lists(FILING, min_size=4, max_size=14),
    steps=st.lists(st.one_of(CORRECTING, CORRECTING, FILING, REPAIRING), min_size=1, max_size=25),
)
def test_what_a_person_said_holds_whatever_comes(
    stream: Sequence[tuple[object, ...]], steps: Sequence[tuple[object, ...]]
) -> None:
    person = Person()
    person.file(0)
    for step in [*stream, *steps]:
        act(person, step)
        holds(person)


@settings(max_examples=60, deadline=None)
@given(stream=st.lists(FILING, min_size=4, max_size=14), before=st.lists(CORRECTING, max_size=4), then=CORRECTING)
def test_what_is_taken_back_at_once_was_never_done(
    stream: Sequence[tuple[object, ...]], before: Sequence[tuple[object, ...]], then: tuple[object, ...]
) -> None:
    person = Person()
    person.file(0)
    for step in [*stream, *before]:
        act(person, step)
    groups, made, said = person.groups(), set(person.made), set(person.shelf.said)
    act(person, then)
    for number in set(person.made) - made:
        person.undo(number)
        assert person.groups() == groups
        assert said <= set(person.shelf.said)
    holds(person)


@pytest.fixture
def person() -> Person:
    """Someone with three stories: articles 1-3, 4-6 and 7-9, the last of each a copy of the one before."""
    person = Person()
    for topic in range(TOPICS):
        person.file(topic)
        person.file(topic, text=topic + 1)
        person.file(topic, text=topic + 1)
    return person


def test_merged_stories_keep_the_oldest_id_and_stay_one(person: Person) -> None:
    one, other, third = person.homes()
    number = person.merge(third, one, other)
    assert person.homes() == [one]
    assert person.shelf.redirects == {other: one, third: one}
    person.sweep()
    assert person.homes() == [one]
    mine = [event for event in person.shelf.events if "correction" in event[2]]
    assert mine == [
        ("merged", one, {"gone": other, "articles": [4, 5, 6], "correction": number}),
        ("merged", one, {"gone": third, "articles": [7, 8, 9], "correction": number}),
    ]


def test_an_undone_merge_gives_new_ids_for_good(person: Person) -> None:
    groups, (one, other, third) = person.groups(), person.homes()
    number = person.merge(one, other, third)
    assert number is not None
    back = person.undo(number)
    assert person.groups() == groups
    assert person.homes()[0] == one
    assert {one.joined for one in back}.isdisjoint({other, third})
    assert person.shelf.events[-1][:2] == ("split", one)


def test_a_split_parts_the_copies_too_and_new_articles_reunite_nothing(person: Person) -> None:
    home = person.home(1)
    person.split(2)
    apart = person.home(2)
    assert person.shelf.members(apart) == [2, 3]
    assert person.shelf.members(home) == [1]
    for text in (1, None, None, 1, None):
        person.file(0, text=text)
        person.sweep()
        holds(person)
    assert person.home(1) != person.home(2)


def test_a_copy_can_be_parted_from_its_text(person: Person) -> None:
    person.split(3)
    assert person.shelf.members(person.home(3)) == [3]
    person.sweep()
    assert person.home(3) != person.home(2)


def test_a_moved_article_goes_with_its_copies_and_stays(person: Person) -> None:
    home, target = person.home(1), person.home(4)
    person.move(2, target)
    assert person.shelf.members(target) == [2, 3, 4, 5, 6]
    person.sweep()
    assert person.home(2) == person.home(3) == person.home(4) == target
    assert ("moved", target, {"from": home, "articles": [2, 3], "correction": 1}) in person.shelf.events


def test_the_last_article_that_moves_away_leaves_a_number_that_leads_after_it(person: Person) -> None:
    person.split(2)
    home, target = person.home(1), person.home(4)
    number = person.move(1, target)
    assert person.shelf.redirects == {home: target}
    assert number is not None
    assert [one.left for one in person.undo(number)] == [target]
    assert person.shelf.members(person.home(1)) == [1]
    assert person.home(1) not in {home, target}


def test_what_was_parted_is_not_merged_as_a_whole(person: Person) -> None:
    home = person.home(1)
    number = person.split(2)
    plan = merging(person.shelf, [home, person.home(2)])
    assert {tie.correction for tie in plan.against} == {number}


def test_more_articles_follow_one_that_was_parted(person: Person) -> None:
    """The second word is on one article alone and overrides what the first said of it."""
    late = person.file(0)
    number = person.split(2)
    assert number is not None
    assert person.move(late, person.home(2))
    assert person.shelf.members(person.home(2)) == [2, 3, late]
    assert [tie.correction for tie in person.made[number + 1].withdrawn] == [number]
    holds(person)
    person.sweep()
    holds(person)
    person.undo(number + 1)
    assert person.home(late) == person.home(1) != person.home(2)
    assert Tie(2, late, together=False, correction=number) in person.shelf.said


def test_an_article_taken_out_of_a_merged_story_leaves_the_others_tied(person: Person) -> None:
    home, target = person.home(1), person.home(4)
    merged = person.merge(home, target)
    assert merged is not None
    assert person.split(1, 2)
    rest = {3, 4, 5, 6} & set(person.shelf.members(home))
    bound = [tie for tie in person.shelf.said if tie.correction == merged]
    assert not any((tie.one in rest) != (tie.other in rest) for tie in bound)
    assert {tie.other for tie in bound if tie.one == min(rest)} == rest - {min(rest)}
    person.sweep()
    assert rest == set(person.shelf.members(home))
    holds(person)


def test_what_a_correction_says_of_others_in_the_story_stays_said(person: Person) -> None:
    home = person.home(1)
    merged = person.merge(home, person.home(4))
    assert merged is not None
    assert person.split(1, 2)
    for article in (1, 2):  # back again one by one, so that the merge speaks of two sets in one story
        assert person.move(article, person.home(4))
    assert person.split(5)
    assert Tie(2, 3, together=True, correction=merged) in person.shelf.said
    holds(person)


def test_who_leaves_a_parted_story_takes_the_parting_from_nobody(person: Person) -> None:
    home = person.home(1)
    person.split(2)
    assert person.do(moving(person.shelf, person.home(2), [2], home))  # without its copy
    assert person.shelf.members(home) == [1, 2]
    assert {(tie.one, tie.other) for tie in ties.parting(person.shelf, [3], [1, 2])} == {(2, 3), (3, 1)}
    holds(person)


def test_an_undone_split_leaves_what_a_later_correction_holds(person: Person) -> None:
    home, target = person.home(1), person.home(4)
    number = person.split(2)
    assert number is not None
    moved = person.merge(person.home(2), target)
    assert moved is not None
    assert person.undo(number) == []
    assert person.shelf.members(home) == [1]
    person.undo(moved)
    assert person.shelf.members(target) == [4, 5, 6]
    assert person.shelf.members(person.home(2)) == [2, 3]


def test_articles_that_came_later_stay(person: Person) -> None:
    home = person.home(1)
    number = person.split(2)
    assert number is not None
    apart = person.home(2)
    person.do(moving(person.shelf, person.home(7), [7], apart))
    person.undo(number)
    assert person.shelf.members(home) == [1, 3]
    assert person.shelf.members(apart) == [2, 7]  # 7 is tied to the first of the story that it was put into
    person.undo(max(person.made))
    assert person.home(2) == apart


def test_a_later_copy_goes_back_along(person: Person) -> None:
    home = person.home(1)
    number = person.split(2)
    assert number is not None
    copy, other = person.file(0, text=1), person.file(2)
    person.do(moving(person.shelf, person.home(other), [other], person.home(3)))
    person.shelf.said = [tie for tie in person.shelf.said if tie.correction == number]
    apart = person.home(2)
    (back,) = person.undo(number)
    assert back.articles == (2, 3, copy)
    assert person.home(2) == home
    assert person.shelf.members(apart) == [other]


def test_articles_kept_apart_by_another_correction_do_not_return(person: Person) -> None:
    home = person.home(1)
    number = person.move(2, person.home(4))
    assert number is not None
    person.shelf.said.append(Tie(1, 2, together=False, correction=99))
    assert person.undo(number) == []
    assert person.shelf.members(home) == [1]


def test_a_story_whose_window_has_ended_can_be_corrected_and_stays_so(person: Person) -> None:
    person.split(2)
    frozen = Window(seconds=1.0, now=1e9)
    sweep(person.shelf, person.homes(), frozen)
    holds(person)
    assert person.home(1) != person.home(2)
