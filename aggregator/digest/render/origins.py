"""What there is to say of an origin besides its name: who else made the report, what speaks against it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.digest.render.inert import plain
from aggregator.model import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aggregator.model import Evidence, Origin

# Characters at most.
_NAME, _WHO = 60, 200


def outlet_name(origin: Origin, name: Callable[[str], str]) -> str:
    """The origin's outlet and those that reported with it: `Der Spiegel with Le Monde and ZDF`; "" for no outlet.

    Args:
        origin: the origin.
        name: outlet id -> its name.
    """
    if origin.outlet is None:
        return ""
    names = [plain(name(outlet), _NAME) for outlet in (origin.outlet, *origin.joint)]
    others = [", ".join(names[1:-1]), *names[-1:]] if len(names) > 2 else names[1:]
    return " with ".join([names[0], *([" and ".join(others)] if others else [])])


def cautions(origin: Origin, name: Callable[[str], str], quoted: Callable[[Evidence], str]) -> Iterator[str]:
    """What speaks against the report, and credits that run in a circle, a line each.

    Args:
        origin: the origin.
        name: outlet id -> its name.
        quoted: a piece of evidence as a quotation with its source.
    """
    if origin.standing is not Standing.STANDING:
        who = origin.denied_by if origin.standing is Standing.DENIED else ()
        by = f" by {plain(', '.join(who), _WHO)}" if who else ""
        yield f"{origin.standing.capitalize()}{by}: {quoted(origin.against[0])}"
    if origin.cycle:
        names = [plain(name(outlet), _NAME) for outlet in origin.cycle]
        pairs = ", ".join(f"{one} credits {other}" for one, other in zip(names, [*names[1:], names[0]], strict=True))
        yield f"Credits in a circle, which say nothing about who was first: {pairs}"
