r"""What one language says when it credits outlets, read from its TOML file of cues.

A file holds, all of them regular expressions over text in which every outlet is one character:

    stopwords     words that tell the language, blank-separated
    letters       characters that tell it, for scripts of their own
    unspaced      true where words are written without blanks
    articles      dropped before an outlet (the, der, la)
    adjectives    dropped between an article and a type noun (state-run, палестинское)
    nouns         type nouns, dropped before an outlet; before an unknown capitalised name they make it an outlet
    nouns_after   type nouns, dropped behind an outlet; naming_nouns are those that make an unknown name before them one
    anaphora      definite type nouns that stand for an outlet named before (the newspaper), by the kind of outlet: any,
                  newspaper, magazine, broadcaster, agency; `not_anaphora` words beside which they mean another thing
    quoted_only   true where an unknown name behind a type noun must stand in quotes
    endings       endings that a name may take (Onetu, Anadolun)
    not_outlets   names that are none: ministries, platforms, companies
    background    marks of an older report; `not_background` of a fresh one that looks like it
    bodies        those who publish statements; `statements` what they publish
    informants    patterns with a group f: the people or documents behind the report
    [[rule]]      cue, role, weight, where; `before` ({o} follows), `after` ({o} precedes), `around` (whole patterns)
    [denials]     what became of an outlet's report: `report` names it (`the FT report`, with {o}), and stands in the
                  patterns of `standing` (not denied after all), `denied`, `corrected`, `withdrawn` as {d}

Placeholders: {o} one or several outlets, {r} the outlet that relays, {n} a capitalised name that may be an outlet
outside the table, {b} one of the bodies (its group is p), {s} one of the statements, {w} who denies. A group p names
the official publisher of a statement (role mention). A rule of the role self with no group at all is a sign of the
article's own reporting ("told us"). The rules are tried in the order of the file; an outlet takes the first that fits.
`where` names one or more places: anywhere (title and text), lead (the first sentences), head and tail (the first and
last lines), title, byline. `strict` says that the pattern alone proves an outlet, so that an ambiguous name passes;
`steady` frees the weight from decay by position. The file mul.toml holds what is the same in all languages.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from aggregator.errors import ConfigError
from aggregator.model import Role, Standing

# One private-use character stands for an outlet in a masked sentence.
TOKEN = "\ue000"  # noqa: S105 -- a mark in text, no secret
ANAPHORA = frozenset({"any", "newspaper", "magazine", "broadcaster", "agency"})
WHERE = frozenset({"anywhere", "lead", "head", "tail", "title", "byline"})

# Several outlets side by side share one credit: `the FT and Le Monde`, «Шпигель» и ARD.
_AND = "and|und|sowie|et|y|e|i|oraz|и|та|й|ve|och|og|en|ja|és|και"
_JOIN = rf"\s*(?:,|/|&|\+|、|،|和|(?:,\s*)?\b(?:{_AND})\b|\s[وو])\s*"
OUTLETS = rf"(?P<o>{TOKEN}(?:{_JOIN}(?:the |die |der |das |la |le |el |il |o |a )?{TOKEN}){{0,3}})"
_WORD = r"(?:[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁІЇЄҐ0-9][\w'’&!+-]*(?:\.(?:com|net|org|ru|ua|de|fr|io|tv|md|am))?)"
NAME = rf"(?:[Tt]he )?{_WORD}(?:\s(?:(?:of|de|del|della|di|do|da|für|and|&)\s)?(?:the\s)?{_WORD}){{0,3}}"
# Who denies: from a capital or an article, up to the verb that follows; neither a pronoun nor a clause of its own.
_ARTICLE = (
    "[Tt]he|[Aa]n?|[Dd]er|[Dd]ie|[Dd]as|[Ee]ine?|[Ll]e|[Ll]a|[Ll]es|[Uu]ne?|[Ee]l|[Ll]os|[Ll]as|[Ii]l|[Ll]o|[Ii]|[Oo]s?"
)
_NOBODY = "He|She|It|They|We|This|That|Er|Sie|Es|Elle|On|Ils|Он|Она|Они|Это|Він|Вона|Вони|Це|Ona|Oni|To|Ele|Ela"
_CLAUSE = "said|says|that|which|who|after|dass|que|qui|che|что|который|як\\w+|що|że|który"
_WHO = (
    rf"(?-i:(?P<w>(?!(?:{_NOBODY}) )(?:(?:(?:{_ARTICLE}) |[Ll]['’])(?!(?:a|ha|est|è|avait) )\w[\w’'-]*"
    r"|(?!Il )[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁІЇЄҐ][\w’'-]*)"
    rf"(?: (?!(?:{_CLAUSE}) )[\w’'.-]+){{0,7}}?))"
)
_PLACEHOLDERS = {
    "{o}": OUTLETS,
    "{r}": f"(?P<r>{TOKEN})",
    "{n}": f"(?-i:(?P<n>{NAME}))",
    "{w}": _WHO,
}
_QUOTES = "\"'“”«»„‘’『』《》「」"
_KEYS = frozenset(
    [
        "stopwords",
        "letters",
        "unspaced",
        "articles",
        "adjectives",
        "nouns",
        "nouns_after",
        "naming_nouns",
        "anaphora",
        "not_anaphora",
        "quoted_only",
        "endings",
        "not_outlets",
        "background",
        "not_background",
        "bodies",
        "statements",
        "informants",
        "rule",
        "denials",
    ]
)
_RULE_KEYS = {"cue", "role", "weight", "where", "strict", "steady", "before", "after", "around"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of crediting.

    `patterns` have a group o (outlets), n (a name), p (an official publisher) or none, and maybe r (the relaying
    outlet); `free` are those of them that fit a sentence without any known outlet. `refuses` says that what it fits is
    no credit at all (a picture, the outlet as the subject).
    """

    cue: str
    role: Role
    weight: float
    where: frozenset[str]
    strict: bool
    steady: bool
    refuses: bool
    patterns: tuple[re.Pattern[str], ...]
    free: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What one language says.

    `left` fits what is dropped before an outlet (groups noun and quote), `right` what is dropped behind it (the same),
    `unknown` a type noun with a capitalised name (group n). `anaphora` are the nouns that stand for an outlet, with the
    kind of it; `qualified` fits an adjective before them that makes them another one, where no article tells. `denials`
    are what became of an outlet's report (group o, and w for who denies), in the order in which they are tried.
    """

    language: str
    rules: tuple[Rule, ...]
    stopwords: frozenset[str]
    letters: frozenset[str]
    left: re.Pattern[str]
    right: re.Pattern[str]
    unknown: tuple[re.Pattern[str], ...]
    anaphora: tuple[tuple[str, re.Pattern[str]], ...]
    qualified: re.Pattern[str] | None
    not_anaphora: re.Pattern[str] | None
    endings: re.Pattern[str] | None
    not_outlets: re.Pattern[str]
    background: re.Pattern[str] | None
    fresh: re.Pattern[str] | None
    informants: tuple[re.Pattern[str], ...]
    denials: tuple[tuple[Standing, re.Pattern[str]], ...]


class _File:
    """One language's file while it is read: every error names it."""

    def __init__(self, language: str, text: str) -> None:
        self.name = f"cues/{language}.toml"
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{self.name}: {error}") from error
        if unknown := set(self.data) - _KEYS:
            raise ConfigError(f"{self.name}: unknown keys {', '.join(sorted(unknown))}")

    def text(self, key: str) -> str:
        """A pattern; what is absent fits nothing."""
        return self.data.get(key) or "(?!)"

    def compiled(self, pattern: str, *, ignore_case: bool = True) -> re.Pattern[str]:
        begin = "" if self.data.get("unspaced") else "(?<!\\w)"
        own = {"{b}": f"(?P<p>{begin}(?:{self.text('bodies')}))", "{s}": f"(?:{self.text('statements')})"}
        for placeholder, meaning in (_PLACEHOLDERS | own).items():
            pattern = pattern.replace(placeholder, meaning)
        try:
            return re.compile(pattern, re.IGNORECASE if ignore_case else 0)
        except re.error as error:
            raise ConfigError(f"{self.name}: {pattern!r}: {error}") from error

    def optional(self, key: str) -> re.Pattern[str] | None:
        return self.compiled(self.data[key]) if key in self.data else None


def read_lexicon(language: str, text: str) -> Lexicon:
    """Reads the cues of a language.

    Raises:
        ConfigError: no TOML, an unknown key, role or place, or a pattern that does not compile; the text names the file
            and the rule.
    """
    file = _File(language, text)
    nouns, articles = file.text("nouns"), file.text("articles")
    unspaced = file.data.get("unspaced")
    # Where words are written without blanks no boundary can be asked for.
    blank, begin, end = (r"\s*", "", "") if unspaced else (r"\s+", r"(?<!\w)", r"(?!\w)")
    blank_or_quote = rf"(?:{blank}|\s*(?=[{_QUOTES}]))"
    described = rf"(?:(?:{articles})(?:{blank}|(?<=['’])))?(?:(?:{file.text('adjectives')}){blank}){{0,3}}"
    return Lexicon(
        language=language,
        rules=tuple(_rule(rule, file) for rule in file.data.get("rule", [])),
        stopwords=frozenset(file.data.get("stopwords", "").split()),
        letters=frozenset(file.data.get("letters", "")),
        left=file.compiled(
            rf"(?:{begin}(?:{described}(?P<noun>{nouns}){blank_or_quote}|(?:{articles})(?:{blank}|(?<=['’]))"
            rf"(?:(?:{file.text('adjectives')}){blank}){{0,2}}))?"
            rf"(?:(?P<quote>[{_QUOTES}])\s?)?$"
        ),
        # An apostrophe before a letter is a genitive's or an ending's (the BBC's report), no quotation mark.
        right=file.compiled(
            rf"(?P<quote>(?!['’‘]\w)[{_QUOTES}])?(?:{blank}(?P<noun>{file.text('nouns_after')}){end})?"
        ),
        unknown=_unknown(file, nouns),
        anaphora=_anaphora(file),
        qualified=_qualified(file),
        not_anaphora=file.optional("not_anaphora"),
        endings=file.optional("endings"),
        not_outlets=file.compiled(rf"(?<!\w)(?:{file.text('not_outlets')})(?!\w)"),
        background=file.optional("background"),
        fresh=file.optional("not_background"),
        informants=tuple(file.compiled(pattern) for pattern in file.data.get("informants", [])),
        denials=_denials(file),
    )


def _denials(file: _File) -> tuple[tuple[Standing, re.Pattern[str]], ...]:
    data = file.data.get("denials", {})
    if unknown := set(data) - {"report", *Standing}:
        raise ConfigError(f"{file.name}: denials: unknown keys {', '.join(sorted(unknown))}")
    return tuple(
        (standing, file.compiled(pattern.replace("{d}", data.get("report", ""))))
        for standing in Standing
        for pattern in data.get(standing, [])
    )


def _unknown(file: _File, nouns: str) -> tuple[re.Pattern[str], ...]:
    """Patterns for outlets outside the table: a type noun and a name, or a name and a type noun."""
    if "nouns" not in file.data:
        return ()
    # No look-behind at their start and no case folding: both keep the regex engine from skipping ahead, and these are
    # the patterns that run over whole texts.
    nouns = _either_case(nouns)
    refused = rf"(?!(?i:{file.text('not_outlets')})(?!\w))"
    quoted = rf"(?:{nouns})\s*[{_QUOTES}]{refused}(?P<n>[^{_QUOTES}\n]{{2,40}})[{_QUOTES}]"
    patterns = [quoted]
    if not file.data.get("quoted_only"):
        patterns.append(rf"(?:{nouns})\s+{refused}(?P<n>{NAME})")
    if "naming_nouns" in file.data:
        # "The newspaper", "A Chinese newspaper": small words and adjectives alone are no name.
        small = "|".join(map(re.escape, file.data.get("stopwords", "").split()))
        plain = rf"(?:(?i:{small}|{file.text('articles')})|{file.text('adjectives')})"
        noun = rf"(?i:{file.data['naming_nouns']})(?!\w)"
        patterns.append(rf"(?<!\w)(?!(?:{plain}\s)+{noun})(?P<n>{NAME})\s{noun}")
    return tuple(file.compiled(pattern, ignore_case=False) for pattern in patterns)


def _anaphora(file: _File) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The nouns that stand for an outlet, where no name follows them."""
    given = file.data.get("anaphora", {})
    if unknown := set(given) - ANAPHORA:
        raise ConfigError(f"{file.name}: anaphora of unknown kinds {', '.join(sorted(unknown))}")
    before, behind = (
        ("", "") if file.data.get("unspaced") else (r"(?<!\w)", rf"(?!\w|\s+(?:[{_QUOTES}]|(?-i:{_WORD})))")
    )
    return tuple(
        (kind, file.compiled(f"{before}(?:{pattern.replace('{a}', file.text('adjectives'))}){behind}"))
        for kind, pattern in given.items()
    )


def _qualified(file: _File) -> re.Pattern[str] | None:
    """An adjective before a noun of a language without articles: a German newspaper, not the newspaper."""
    if "anaphora" not in file.data or "adjectives" not in file.data or file.text("articles") != "(?!)":
        return None
    return file.compiled(rf"(?<!\w)(?:{file.data['adjectives']})\s*$")


def _either_case(pattern: str) -> str:
    """A pattern whose alternatives may begin with a capital, as at the start of a sentence."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(f"{pattern}|"):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            part = pattern[start:place]
            parts.append(f"[{part[0]}{part[0].upper()}]{part[1:]}" if part[:1].islower() else part)
            start = place + 1
    return "|".join(parts)


def _rule(data: dict[str, Any], file: _File) -> Rule:
    cue = data.get("cue", "")
    where = frozenset(data.get("where", "anywhere").split())
    if set(data) - _RULE_KEYS or where - WHERE or data.get("role") not in set(Role) - {Role.DENIAL}:
        raise ConfigError(f"{file.name}: rule {cue!r}: unknown key, role or place")
    patterns = list(data.get("around", []))
    if "before" in data:
        patterns.append(rf"(?<!\w)(?:{'|'.join(data['before'])})\s*{{o}}")
    if "after" in data:
        patterns.append(rf"{{o}}\s*(?:{'|'.join(data['after'])})(?!\w)")
    compiled = tuple(file.compiled(pattern) for pattern in patterns)
    refuses = data["role"] == Role.MENTION and not any("p" in pattern.groupindex for pattern in compiled)
    return Rule(
        cue=f"{file.name[5:-5]}:{cue}",
        role=Role(data["role"]),
        weight=float(data.get("weight", 0.0)),
        where=where,
        # What is refused need not be proven.
        strict=refuses or bool(data.get("strict")),
        steady=bool(data.get("steady")),
        refuses=refuses,
        patterns=compiled,
        free=tuple(pattern for pattern in compiled if TOKEN not in pattern.pattern.replace(f"[^{TOKEN}", "")),
    )
