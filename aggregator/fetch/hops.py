"""The addresses of a request's hops: which may be asked, and where a redirect leads."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit, urlunsplit

from aggregator.errors import RejectedError
from aggregator.fetch.politeness import host_port

_SCHEMES = frozenset(["http", "https"])


def check_scheme(url: str, stage: str) -> None:
    """Only http and https, only with a host and a port that is a number.

    Raises:
        RejectedError: any other address, told with the stage.
    """
    try:
        scheme = urlsplit(url).scheme.lower()
        host_port(url)
    except ValueError as error:
        raise RejectedError(f"not a usable address: {error}", stage=stage) from None
    if scheme not in _SCHEMES:
        raise RejectedError(f"scheme {scheme[:20] or '(none)'} not allowed", stage=stage)
    if not urlsplit(url).hostname:
        raise RejectedError("address without a host", stage=stage)


def target_of(here: str, location: bytes) -> str:
    """Where a redirect leads. Credentials go on to the same origin only.

    Raises:
        RejectedError: its address is none.
    """
    try:
        text = location.decode()
    except UnicodeDecodeError:
        text = location.decode("latin-1")
    try:
        target = urljoin(here, text)
        old, new = urlsplit(here), urlsplit(target)
        same = (old.scheme, host_port(here)) == (new.scheme, host_port(target))
    except ValueError as error:
        raise RejectedError(f"redirect to no usable address: {error}", stage="redirect") from None
    userinfo, at, _ = old.netloc.rpartition("@")
    if same and at and "@" not in new.netloc:
        return urlunsplit(new._replace(netloc=f"{userinfo}@{new.netloc}"))
    return target
