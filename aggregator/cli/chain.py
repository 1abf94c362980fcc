"""Who retells whom, drawn as a tree: the origin, those that credit it, those that credit these."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from aggregator.digest.render.inert import plain as inert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aggregator.model import Story


def chain_tree(story: Story) -> Tree | None:
    """The credits of a story's articles, from whom is credited to who credits; None where nobody credits anybody.

    Outlets that nobody of the story credits stand together in one line below the outlet that they credit. A ring of
    credits is cut where it closes.
    """
    retellers = _retellers(story)
    if not retellers:
        return None
    credits_another = {outlet for those in retellers.values() for outlet in those}
    roots = [outlet for outlet in retellers if outlet not in credits_another]
    if story.origin.outlet in retellers:
        roots = [story.origin.outlet, *(root for root in roots if root != story.origin.outlet)]
    names = {one.outlet: one.outlet_name for one in story.articles} | dict(story.names)
    collected = {one.outlet for one in story.articles}
    tree = Tree(Text("Who retells whom", "bold"), guide_style="dim")
    drawn: set[str] = set()
    for root in [*roots, *retellers]:
        _grow(tree, root, retellers, names, collected, drawn)
    silent = dict.fromkeys(one.outlet for one in story.articles if one.outlet not in credits_another | {*retellers})
    if silent:
        tree.add(Text(f"credit nobody: {_listed(silent, names)}", "dim"))
    return tree


def _retellers(story: Story) -> dict[str, list[str]]:
    """Who credits each outlet, in the order of time."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for one in story.articles:
        if one.credits and one.credits != one.outlet:
            found[one.credits][one.outlet] = None
    return {outlet: list(those) for outlet, those in found.items()}


def _grow(
    tree: Tree,
    outlet: str,
    retellers: Mapping[str, list[str]],
    names: Mapping[str, str],
    collected: set[str],
    drawn: set[str],
) -> None:
    if outlet in drawn:
        return
    drawn.add(outlet)
    label = Text(inert(names.get(outlet, outlet), 60), "cyan")
    branch = tree.add(label if outlet in collected else label.append(" (its own article was not seen)", "dim"))
    leaves = [one for one in retellers[outlet] if one not in retellers]
    for one in retellers[outlet]:
        if one in retellers:
            _grow(branch, one, retellers, names, collected, drawn)
    if leaves:
        branch.add(Text(_listed(leaves, names)))


def _listed(outlets: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(inert(names.get(one, one), 60) for one in outlets)
