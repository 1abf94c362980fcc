"""The verdict on an extracted text: an article, or the reason why it is none. Pure.

Conservative: a page that is refused falls back to what its feed says, so only what is plainly no article is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.model import Link

# Characters of prose from which on a text is an article: the two sentences of an agency's shortest items; more where
# the page also asks for money, consent or a login.
ENOUGH = 200
ENOUGH_BESIDE_NOTICES = 250
# A page of furniture is no longer than this.
_FURNITURE = 4000
# A line of prose ends like a sentence or is at least this long.
_LONG_LINE = 80
_SHORT_LINE = 30
# The longest headline that is a link; a longer anchor is a paragraph.
_TEASER = 150
_SENTENCE_END = re.compile(r"[.!?…。！？।۔:;][\"'”’»)\]]*$")
# One ideogram, kana or Hangul syllable says what two to three letters say.
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DENSE_WEIGHT = 2

# What lines say, in lower case, that are about the page and not about the world, by what they make of it.
_NOTICES: dict[str, tuple[str, ...]] = {
    "a bot check": (
        "just a moment",
        "checking your browser",
        "verify you are human",
        "verify that you are",
        "are you a robot",
        "enable javascript",
        "javascript is disabled",
        "unusual traffic",
        "access denied",
        "access to this page",
        "captcha",
        "ddos protection",
        "ray id",
    ),
    "a consent page": (
        "cookie",
        "consent",
        "einwilligung",
        "datenschutzerkl",
        "datenschutzeinst",
        "personalised ads",
        "personalized ads",
        "legitimate interest",
        "before you continue",
        "your privacy",
        "privacy policy",
        "privacy settings",
        "consentement",
        "consentimiento",
        "personenbezogene",
        "zgodę na przetwarzanie",
    ),
    "a paywall": (
        "subscribe to",
        "subscribe for",
        "subscribe now",
        "subscription required",
        "already a subscriber",
        "already a member",
        "already subscribe",
        "subscribers only",
        "for subscribers",
        "to continue reading",
        "to keep reading",
        "continue reading",
        "unlock this",
        "unlock the full",
        "free trial",
        "jetzt weiterlesen",
        "jetzt abonnieren",
        "jetzt testen",
        "weiterlesen mit",
        "nur für abonnent",
        "réservé aux abonnés",
        "abonnez-vous",
        "suscríbete",
        "suscribete",
        "abbonati",
        "dostęp do pełnej",
        "оформить подписку",
        "оформіть передплату",
        "подписаться, чтобы",
        "lees verder met",
    ),
    "a login page": (
        "log in",
        "login",
        "sign in",
        "forgot your password",
        "forgotten password",
        "forgot password",
        "create an account",
        "create your account",
        "register now",
        "register for free",
        "anmelden",
        "passwort",
        "mot de passe",
        "contraseña",
        "пароль",
        "увійти",
        "войти",
    ),
    "an error page": (
        "page not found",
        "could not be found",
        "cannot be found",
        "can't be found",
        "no longer available",
        "404",
        "nicht gefunden",
        "page introuvable",
        "no encontrada",
        "не найдена",
        "не знайдено",
        "nie została znaleziona",
    ),
}


def verdict(text: str, links: Sequence[Link] = ()) -> str:
    """Why a text is no article, "" where it is one.

    Args:
        text: the page's text, a paragraph a line.
        links: its links, with their offsets.
    """
    if not text.strip():
        return "no text found on the page"
    lines = [line for line in text.split("\n") if line.strip()]
    if _is_listing(text, lines, links):
        return "a list of links"
    seen: Counter[str] = Counter()
    prose = 0
    notices = _notices(text)
    for line in lines:
        low = line.lower() if notices else ""
        notice = next((name for phrase, name in notices if phrase in low), "")
        if notice:
            seen[notice] += 1
        elif _is_prose(line):
            prose += weight(line)
    if prose >= (ENOUGH_BESIDE_NOTICES if seen else ENOUGH):
        return ""
    return seen.most_common(1)[0][0] if seen else f"too short: {prose} characters of prose"


def _notices(text: str) -> list[tuple[str, str]]:
    """The phrases of a page's furniture that stand in the text, with their names; none in a text too long for one."""
    if len(text) > _FURNITURE:
        return []
    low = text.lower()
    return [(phrase, name) for name, phrases in _NOTICES.items() for phrase in phrases if phrase in low]


def weight(line: str) -> int:
    """The length of a line in characters of an alphabet."""
    return len(line) + (_DENSE_WEIGHT - 1) * len(_DENSE.findall(line))


def _is_prose(line: str) -> bool:
    size = weight(line)
    return size >= _LONG_LINE or (size >= _SHORT_LINE and _SENTENCE_END.search(line.rstrip()) is not None)


def _is_listing(text: str, lines: Sequence[str], links: Sequence[Link]) -> bool:
    """Whether the text is mostly the anchors of many links: teasers, a section, a sitemap."""
    anchors = [link.end - link.start for link in links if link.end - link.start <= _TEASER]
    return len(anchors) >= 5 and len(lines) >= 5 and sum(anchors) > 0.6 * len(text)
