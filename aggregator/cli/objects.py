"""What `--json` prints."""

from __future__ import annotations

import json
import sys
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.answers.found import Hit, OriginAnswer
    from aggregator.model import Attribution, Evidence


def print_json(value: object) -> None:
    """Writes one JSON value."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def plain(value: object) -> object:
    """A value of the model as JSON knows it."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def origin_json(answer: OriginAnswer) -> dict[str, object]:
    """An origin in the form of the contract."""
    origin, story = answer.origin, answer.story
    told = {
        "query": answer.query,
        "cluster": story.cluster if story else None,
        "state": origin.state.value,
        "outlet": {"id": origin.outlet, "name": answer.outlet_name} if origin.outlet else None,
        "url": origin.url,
        "confidence": round(origin.confidence, 4),
        "evidence": [_evidence(one) for one in origin.evidence],
        "informants": list(origin.informants),
        "chain": list(origin.chain),
        "rivals": [{"outlet": one.outlet, "confidence": round(one.confidence, 4)} for one in origin.rivals],
        "pinned": origin.pinned,
        "ruled_out": [{"outlet": one.outlet, "correction": one.correction} for one in origin.ruled_out],
        "joint": list(origin.joint),
        "cycle": list(origin.cycle),
        "standing": origin.standing.value,
        "denied_by": list(origin.denied_by),
        "against": [_evidence(one) for one in origin.against],
        "independent": origin.independent,
        "uncredited": origin.uncredited,
        "articles": len(story.articles) if story else 0,
        "publishers": story.publishers if story else 0,
        "first_seen": plain(story.first_seen) if story else None,
    }
    if answer.attributions is not None:
        told["attributions"] = [_attribution(one) for one in answer.attributions]
    return told


def _evidence(one: Evidence) -> dict[str, object]:
    return {**_fields(one), "article": one.article or None}


def _attribution(one: Attribution) -> dict[str, object]:
    found = {key: getattr(one, key) for key in ("field", "quote", "start", "end", "cue", "language")}
    return {"article": None, "outlet": one.outlet, "role": one.role.value, "weight": round(one.weight, 4), **found}


def _fields(value: Evidence) -> dict[str, object]:
    return {one.name: getattr(value, one.name) for one in fields(value)}


def hit_json(hit: Hit) -> dict[str, object]:
    """A found article: who, what, where, and its cluster."""
    one = hit.article
    outlet = {"id": one.outlet, "name": hit.outlet_name}
    return {"cluster": hit.cluster, "title": one.title, "outlet": outlet, "url": one.url, "when": plain(one.when)}
