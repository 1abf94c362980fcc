"""Every credit of one article: who is credited, by which words, how strongly.

A sentence is masked (masking.py), the rules of the languages are tried on it (cues.py), and what fits becomes an
attribution: its weight is the rule's, less for its depth in the text and for marks of an older report, more for a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from aggregator.model import Attribution, Role
from aggregator.origin.anaphora import Anaphora, Seen, may_credit
from aggregator.origin.background import is_old
from aggregator.origin.canonical import republished
from aggregator.origin.denials import denials
from aggregator.origin.lexicon import TOKEN
from aggregator.origin.links import nearest
from aggregator.origin.masking import Masked, mask
from aggregator.origin.mentions import Mention, find, unknown
from aggregator.origin.needles import Sieve, fold
from aggregator.origin.publisher import Publisher
from aggregator.origin.spans import Span, of_text, whole

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from aggregator.model import Article
    from aggregator.origin.cues import Cues
    from aggregator.origin.lexicon import Lexicon, Rule
    from aggregator.origin.outlets import OutletTable

_BACKGROUND = 0.3
_LINK_BONUS = 0.10
_MAX_WEIGHT = 0.97
# Roles that a mark of an older report turns into background, and roles whose informants are read.
_CURRENT = frozenset({Role.ORIGIN, Role.INTERVIEW, Role.VIA})
_WITH_INFORMANTS = frozenset({Role.ORIGIN, Role.FIRST_REPORT, Role.INTERVIEW, Role.VIA})
_BYLINE = frozenset({"byline"})
# Kinds of outlets that only carry what others publish; and those that publish statements, not reports.
_NO_REPORTERS, _OFFICIAL = frozenset({"platform", "photo"}), "official"
_FOOTERS = frozenset({"mul:footer", "mul:bracket-credit"})
# More footers than this in separate lines are picture credits or teasers.
_MAX_FOOTERS = 2
# Languages that write every noun with a capital: one proves nothing.
_CAPITALISING = frozenset({"de", "mul"})
_BESIDE = 20
# A sentence that names more outlets than this is a list.
_MOST = 20
_SENTENCE_END = ".!?:…"
_GENITIVES = frozenset(["'s", "’s"])


@dataclass(frozen=True, slots=True)
class _Claim:
    """A rule that took a mention."""

    mention: Mention
    rule: Rule
    role: Role
    lexicon: Lexicon
    place: int


@lru_cache(maxsize=64)
def _sieve(cues: Cues, language: str) -> tuple[Sieve, tuple[tuple[Rule, re.Pattern[str]], ...]]:
    """The patterns of a language in the order of its file, and the sieve for them.

    Kept by language: to hash a lexicon is to hash all its rules, which costs as much as reading a headline.
    """
    rules = next(lexicon.rules for lexicon in cues if lexicon.language == language)
    patterns = tuple((rule, pattern) for rule in rules for pattern in rule.patterns)
    return Sieve([pattern for _, pattern in patterns], given=TOKEN), patterns


def attribute(article: Article, table: OutletTable, cues: Cues) -> tuple[Attribution, ...]:
    """Every credit of an article to an outlet, in reading order: title, text, byline; last what its address says.

    The article's own outlet appears only with the role SELF (what it says of its own reporting).

    Args:
        article: the article; `links` have offsets into its text.
        table: the outlets.
        cues: the cues of all languages.

    Returns:
        Attributions whose quote == field[start:end].
    """
    reader = _Reader(article, table, cues)
    found: list[Attribution] = []
    for name, text, spans in (
        ("title", article.title, whole("title", article.title)),
        ("text", article.text, of_text(article.text, article.title)),
        ("byline", article.byline, whole("byline", article.byline)),
    ):
        found.extend(reader.read(name, text, spans))
    kept = _without_galleries(found)
    carried = republished(article, reader.publisher, table, kept)
    return (*kept, carried) if carried else tuple(kept)


def _without_galleries(found: list[Attribution]) -> list[Attribution]:
    """Without footers that come in numbers: several names under one another credit pictures or teasers."""
    footers = {(x.start, x.outlet) for x in found if x.cue in _FOOTERS and x.field == "text"}
    lines, outlets = {start for start, _ in footers}, {outlet for _, outlet in footers}
    if len(lines) > _MAX_FOOTERS or (len(lines) > 1 and len(outlets) > 1):
        return [x for x in found if x.cue not in _FOOTERS]
    return found


class _Reader:
    """Reads the fields of one article, whose publisher is `publisher`."""

    def __init__(self, article: Article, table: OutletTable, cues: Cues) -> None:
        self._article = article
        self._table = table
        self._lexicons = lexicons = cues.choose(f"{article.title}\n{article.text}", article.language)
        self._sieves = [(lexicon, *_sieve(cues, lexicon.language)) for lexicon in lexicons]
        self.publisher = Publisher(article, table)
        self._anaphora = Anaphora(self.publisher, table, lexicons)

    def read(self, name: str, text: str, spans: Sequence[Span]) -> Iterator[Attribution]:
        """The credits of one field."""
        links = self._article.links if name == "text" else ()
        mentions = find(text, links, self.publisher.host, self._table, self._lexicons)
        at = 0
        for span in spans:
            while at < len(mentions) and mentions[at].start < span.start:
                at += 1
            inside = []
            while at < len(mentions) and mentions[at].end <= span.end:
                inside.append(mentions[at])
                at += 1
            named = self._anaphora.find(text, span.start, span.end, inside[:_MOST], links)
            if named or span.places != {"anywhere"}:
                masked = mask(text, span.start, span.end, named, self._lexicons)
                claims = self._claims(masked, span, text)
                found = [
                    self._attribution(claims[place], masked, span, text)
                    for place in sorted(claims)
                    if not claims[place].rule.refuses
                ]
                self._anaphora.note(text, span.start, _seen(masked, claims))
                yield from found
                yield from denials(masked, span, text, self._lexicons, self._table)

    def _claims(self, masked: Masked, span: Span, text: str) -> dict[int, _Claim]:
        """Which rule takes which mention of a sentence: the first that fits, in the order of the files, by place."""
        taken: dict[int, _Claim] = {}
        folded = fold(masked.text)
        for lexicon, sieve, patterns in self._sieves:
            for place in sieve.passing(folded):
                rule, pattern = patterns[place]
                if not rule.where & span.places or not (masked.tokens or pattern in rule.free):
                    continue
                for match in pattern.finditer(masked.text):
                    claims = list(self._of_match(match, rule, lexicon, masked, text))
                    # Who cites only what is no credit is no relay: CNN with reference to a comment by Reuters.
                    if not any(claim.place in taken and taken[claim.place].rule.refuses for claim in claims):
                        for claim in claims:
                            taken.setdefault(claim.place, claim)
        return taken

    def _of_match(
        self, match: re.Match[str], rule: Rule, lexicon: Lexicon, masked: Masked, text: str
    ) -> Iterator[_Claim]:
        groups = match.re.groupindex
        if not groups and self.publisher.ids:
            start, end = masked.original(match.start()), masked.original(match.end())
            own = Mention(start, end, text[start:end], min(self.publisher.ids), ambiguous=False, known=True)
            yield _Claim(own, rule, Role.SELF, lexicon, match.start())
        for group in ("n", "p"):
            if group in groups and match[group]:
                mention = self._named(match, group, masked, text)
                if mention:
                    yield _Claim(mention, rule, self._role(mention, rule.role, rule), lexicon, match.start(group))
        for group, role in (("r", Role.RELAY), ("o", rule.role)):
            if group not in groups or match[group] is None:
                continue
            for place in range(match.start(group), match.end(group)):
                mention = masked.tokens.get(place)
                if mention is None or not self._takes(rule, mention):
                    continue
                if rule.strict or place in masked.marked or _proven(mention, lexicon, text):
                    yield _Claim(mention, rule, self._role(mention, role, rule), lexicon, place)

    def _takes(self, rule: Rule, mention: Mention) -> bool:
        """Whether a rule may credit a mention at all; what is no credit, it may always say."""
        return rule.refuses or (self._kind(mention) not in _NO_REPORTERS and may_credit(mention, rule))

    def _named(self, match: re.Match[str], group: str, masked: Masked, text: str) -> Mention | None:
        """The outlet outside the table that a rule names, None where the name is no outlet's."""
        start = masked.original(match.start(group))
        name = match[group]
        refused = group == "n" and any(lexicon.not_outlets.search(name) for lexicon in self._lexicons)
        if refused or text[start : start + len(name)] != name:
            return None
        mention = unknown(name, start, self._table)
        if sum(letter.isalpha() for letter in mention.outlet) < 2:
            return None
        return mention

    def _role(self, mention: Mention, role: Role, rule: Rule) -> Role:
        if role is Role.MENTION:
            return role
        if self.publisher.owns(mention):
            return Role.SELF
        if role is Role.WIRE and self.publisher.marks(mention):
            return Role.SELF
        if rule.where == _BYLINE and self.publisher.signs(self._kind(mention)):
            return Role.SELF
        return Role.MENTION if self._kind(mention) == _OFFICIAL else role

    def _kind(self, mention: Mention) -> str:
        outlet = self._table.get(mention.outlet)
        return outlet.kind if outlet is not None else ""

    def _attribution(self, claim: _Claim, masked: Masked, span: Span, text: str) -> Attribution:
        role, weight = claim.role, claim.rule.weight * claim.mention.share
        if not claim.rule.steady:
            weight *= span.decay
        if role in _CURRENT and _is_background(claim, masked.text):
            role, weight = Role.BACKGROUND, weight * _BACKGROUND
        url = None
        if span.field == "text":
            url = nearest(self._article.links, claim.mention, (span.start, span.end), self._table)
            if url is not None:
                weight = min(_MAX_WEIGHT, weight + _LINK_BONUS * (span.decay if not claim.rule.steady else 1.0))
        return Attribution(
            outlet=claim.mention.outlet,
            name=claim.mention.stands_for or claim.mention.name,
            role=role,
            cue=claim.rule.cue,
            language=claim.lexicon.language,
            field=span.field,
            start=span.start,
            end=span.end,
            quote=text[span.start : span.end],
            weight=round(weight, 4),
            informants=_informants(masked, text, self._lexicons) if role in _WITH_INFORMANTS else (),
            url=url,
        )


def _seen(masked: Masked, claims: dict[int, _Claim]) -> list[Seen]:
    """What a sentence names, with the roles that its rules give."""
    found = []
    for place, mention in masked.tokens.items():
        claim = claims.get(place)
        credited = claim is not None and not claim.rule.refuses
        proven = not mention.ambiguous or place in masked.marked or credited
        found.append(Seen(mention, proven, _role_of(claim, masked)))
    named = (claim for place, claim in claims.items() if place not in masked.tokens)
    return found + [Seen(claim.mention, proven=True, role=_role_of(claim, masked)) for claim in named]


def _role_of(claim: _Claim | None, masked: Masked) -> Role | None:
    if claim is not None and claim.role in _CURRENT and _is_background(claim, masked.text):
        return Role.BACKGROUND
    return claim.role if claim is not None else None


def _proven(mention: Mention, lexicon: Lexicon, text: str) -> bool:
    """Whether a name is an outlet's by itself: unambiguous, or capitalised amid small words (told People that)."""
    if not mention.ambiguous:
        return True
    # A name that only a link gives may be anybody's who has a site: a bank, a company, a person.
    if not mention.known or lexicon.language in _CAPITALISING or not mention.name[:1].isupper():
        return False
    before = text[max(0, mention.start - _BESIDE) : mention.start].split()
    after = text[mention.end : mention.end + _BESIDE].split()
    if after and after[0].lower() in _GENITIVES:
        after = after[1:]
    # At the start of a sentence every word is capitalised.
    amid = bool(before) and before[-1].islower() and before[-1][-1] not in _SENTENCE_END
    return amid and not (after and (after[0][0].isupper() or after[0][0].isdigit()))


def _is_background(claim: _Claim, masked: str) -> bool:
    """Whether marks of an older report stand around a mention."""
    return is_old(claim.lexicon, masked, claim.place)


def _informants(masked: Masked, text: str, lexicons: Sequence[Lexicon]) -> tuple[str, ...]:
    """The people or documents behind a report, as the sentence names them."""
    found = []
    for lexicon in lexicons:
        for pattern in lexicon.informants:
            for match in pattern.finditer(masked.text):
                # From the last letter, not from behind it: there a dropped type noun may stand in the text.
                start, end = masked.original(match.start("f")), masked.original(match.end("f") - 1) + 1
                found.append(text[start:end].strip(" ,;:.\"'«»„“”"))
    return tuple(dict.fromkeys(words for words in found if words))
