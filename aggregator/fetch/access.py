"""What one feed's server is told, or forgiven, beyond the usual: it alone, and not where it redirects to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aggregator.errors import RejectedError
from aggregator.fetch.politeness import host_port

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.model import Feed

# RFC 9110, 5.5, without what is not ASCII: a library's complaint about any other would repeat the value.
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class Access:
    """Fields for the origin of `url` alone, and whether the certificate of its host is taken unchecked.

    The fields hold secrets: they are in no representation, no error and no log.
    """

    url: str
    fields: tuple[tuple[bytes, bytes], ...] = field(default=(), repr=False)
    insecure_tls: bool = False

    def fields_for(self, url: str) -> list[tuple[bytes, bytes]]:
        """The fields to send to an address: none to another scheme, host or port."""
        return list(self.fields) if _origin(url) == _origin(self.url) else []

    def unchecked(self, url: str) -> bool:
        """Whether the certificate behind an address is not checked."""
        return self.insecure_tls and urlsplit(url).hostname == urlsplit(self.url).hostname


def access_of(feed: Feed, environment: Mapping[str, str]) -> Access:
    """What a subscription says of its access, with its secrets from the environment.

    Raises:
        RejectedError: a variable is not set, or holds what no header field may.
    """
    fields: list[tuple[bytes, bytes]] = []
    for name, variable in feed.headers:
        value = environment.get(variable, "").strip()
        if not value:
            raise RejectedError(f"header {name}: ${variable} is not set in the environment", stage="config")
        if not _VALUE.fullmatch(value):
            raise RejectedError(f"header {name}: ${variable} holds what no header may", stage="config")
        fields.append((name.encode(), value.encode()))
    return Access(feed.url, tuple(fields), feed.insecure_tls)


def _origin(url: str) -> tuple[str, str]:
    return urlsplit(url).scheme.lower(), host_port(url)
