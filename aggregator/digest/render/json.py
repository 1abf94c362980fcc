"""A digest as JSON for programs: every fact, under keys that do not change. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from aggregator.digest.render.facts import digest_facts
from aggregator.digest.render.inert import web_address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aggregator.digest.render.facts import StoryFacts
    from aggregator.model import Digest, Evidence, Story, StoryArticle

# Characters that act on a terminal or reorder a line: written as escapes, so that what is shown is inert and what is
# read is exact. json escapes the other control characters itself.
_ACTING = re.compile(
    "[\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def render(digest: Digest) -> str:
    """The digest as one indented JSON object, UTF-8 safe; times are ISO 8601, addresses http(s) or null."""
    facts = digest_facts(digest)
    worded = iter([story for section in facts.sections for story in section.stories])
    document = {
        "day": digest.day.isoformat(),
        "zone": digest.zone,
        "made_at": _time(digest.made_at),
        "provisional": digest.provisional,
        "sections": [
            {"title": section.title, "stories": [_story(story, next(worded)) for story in section.stories]}
            for section in digest.sections
        ],
        "notes": list(digest.notes),
    }
    shown = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return _ACTING.sub(lambda m: json.dumps(m[0])[1:-1], shown) + "\n"


def _story(story: Story, facts: StoryFacts) -> Mapping[str, object]:
    origin = story.origin
    names = dict(story.names) | {a.outlet: a.outlet_name for a in story.articles if a.outlet_name}
    return {
        "cluster": story.cluster,
        "headline": story.headline,
        "url": facts.link,
        "extract": {"text": story.extract, "outlet": _outlet(story.extract_outlet, names.get(story.extract_outlet))},
        "origin": {
            "state": origin.state.value,
            "outlet": _outlet(origin.outlet, story.origin_name or names.get(origin.outlet or "")),
            "url": web_address(origin.url),
            "confidence": origin.confidence,
            "pinned": origin.pinned,
            "ruled_out": [
                {"outlet": _outlet(one.outlet, names.get(one.outlet) or one.name), "correction": one.correction}
                for one in origin.ruled_out
            ],
            "line": facts.origin_line,
            "evidence": [_evidence(evidence) for evidence in origin.evidence],
            "informants": list(origin.informants),
            "chain": list(origin.chain),
            "rivals": [
                {"outlet": _outlet(r.outlet, names.get(r.outlet)), "confidence": r.confidence} for r in origin.rivals
            ],
            "joint": list(origin.joint),
            "cycle": list(origin.cycle),
            "standing": origin.standing.value,
            "denied_by": list(origin.denied_by),
            "against": [_evidence(evidence) for evidence in origin.against],
        },
        "articles": len(story.articles),
        "publishers": story.publishers,
        "independent": origin.independent,
        "uncredited": origin.uncredited,
        "counts": facts.counts,
        "languages": list(story.languages),
        "countries": list(story.countries),
        "topics": list(story.topics),
        "first_seen": _time(story.first_seen),
        "last_seen": _time(story.last_seen),
        "members": [_article(article) for article in story.articles],
    }


def _article(article: StoryArticle) -> Mapping[str, object]:
    return {
        "id": article.id,
        "url": web_address(article.url),
        "title": article.title,
        "outlet": _outlet(article.outlet, article.outlet_name),
        "language": article.language,
        "when": _time(article.when),
        "first_seen": _time(article.first_seen),
        "level": article.level.value,
        "credits": article.credits,
        "quote": article.quote,
    }


def _evidence(evidence: Evidence) -> Mapping[str, object]:
    return {
        "article": web_address(evidence.article),
        "outlet": evidence.outlet,
        "field": evidence.field,
        "quote": evidence.quote,
        "start": evidence.start,
        "end": evidence.end,
        "cue": evidence.cue,
        "language": evidence.language,
    }


def _outlet(outlet: str | None, name: str | None) -> Mapping[str, str | None] | None:
    return {"id": outlet or None, "name": name or outlet} if outlet or name else None


def _time(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
