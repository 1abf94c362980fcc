"""The sitemaps of an index, read as one document."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from aggregator.errors import RejectedError, TransientError
from aggregator.fetch.items import Parsed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence


async def follow(
    addresses: Sequence[str], read: Callable[[str], Awaitable[tuple[Parsed, str]]], limit: int
) -> tuple[Parsed, str]:
    """What some sitemaps hold together; one that fails leaves the others alone. An index among them is not followed.

    Args:
        addresses: of the sitemaps.
        read: fetches and parses one; gives the SHA-256 of its body as well.
        limit: most entries to take.

    Returns:
        The document, and a SHA-256 over the bodies of those that could be read.

    Raises:
        TransientError: the first failure, where none could be read.
        RejectedError: likewise.
    """
    documents: list[Parsed] = []
    hashes: list[str] = []
    failures: list[TransientError | RejectedError] = []
    for address in addresses:
        try:
            parsed, body_hash = await read(address)
        except (TransientError, RejectedError) as error:
            failures.append(error)
            continue
        if parsed.sitemaps:
            failures.append(RejectedError("an index of sitemaps in another", stage="parse"))
        else:
            documents.append(parsed)
            hashes.append(body_hash)
    if not documents:
        raise _of_index(failures[0])
    entries = {entry.key: entry for parsed in documents for entry in parsed.entries}
    notes = [note for parsed in documents for note in parsed.notes]
    together = Parsed(
        title=documents[0].title,
        entries=tuple(entries.values())[:limit],
        dropped=sum(parsed.dropped for parsed in documents) + max(0, len(entries) - limit),
        partial=any(parsed.partial for parsed in documents),
        repaired=any(parsed.repaired for parsed in documents),
        notes=(*notes, *(f"a sitemap failed: {error}" for error in failures)),
    )
    return together, hashlib.sha256("".join(hashes).encode()).hexdigest()


def _of_index(failure: TransientError | RejectedError) -> TransientError | RejectedError:
    """The failure of a sitemap as one of its index: a sitemap that is gone does not make the subscription so."""
    if isinstance(failure, TransientError) and failure.status is not None:
        text = f"no sitemap of the index can be read: {failure}"
        return TransientError(text, stage=failure.stage, retry_after=failure.retry_after)
    return failure
