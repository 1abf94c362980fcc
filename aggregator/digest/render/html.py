"""A digest as one self-contained HTML file, fit for a browser, a mail and a printer.

Nothing is loaded from anywhere: no script, font, image or sheet. Styles stand in the elements, because mail programs
drop style sheets; the one sheet in the head only turns the colours over for dark screens. Sixty stories stay
below 102 kB, where a well-known mail program cuts a message off.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from aggregator.digest.render.facts import digest_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Template

    from aggregator.digest.render.facts import DigestFacts
    from aggregator.model import Digest


# Bytes that a mail may have; the rest of its 102 kB is the sender's wrapping.
_MAIL_BYTES = 100_000


def render(digest: Digest) -> str:
    """The digest as an HTML document in UTF-8; everything in it is escaped by the template's autoescape.

    Where that makes the document fit into a mail, stories lower down go without their extract.
    """
    facts = digest_facts(digest)
    stories = [story.cluster for section in facts.sections for story in section.stories if not story.lone]
    whole = _document(facts, stories)
    if len(whole.encode()) <= _MAIL_BYTES:
        return whole
    for share in (0.75, 0.5, 0.25, 0.0):
        shorter = _document(facts, stories[: int(len(stories) * share)])
        if len(shorter.encode()) <= _MAIL_BYTES:
            return shorter
    return whole


def _document(facts: DigestFacts, quoted: Sequence[int]) -> str:
    """The document with the extracts of the stories whose clusters are `quoted`."""
    return _template().render(digest=facts, quoted=frozenset(quoted)) + "\n"


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 -- 40 ms, which other formats need not pay

    environment = Environment(
        loader=PackageLoader("aggregator.digest.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("digest.html")
