"""Pure helpers on URLs that several stages share: the identity of a page, hosts, registered domains, article paths."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_LENGTH = 2048
# Query keys that say how a reader came, not what is shown.
_TRACKING = frozenset(
    [
        "at_campaign",
        "at_medium",
        "cmp",
        "cmpid",
        "dclid",
        "fbclid",
        "feature",
        "gbraid",
        "gclid",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "igshid",
        "mc_cid",
        "mc_eid",
        "msclkid",
        "ns_campaign",
        "ns_fee",
        "ns_linkname",
        "ns_mchannel",
        "ns_source",
        "ocid",
        "partner",
        "ref",
        "ref_src",
        "ref_url",
        "rss",
        "share",
        "smid",
        "spm",
        "twclid",
        "wbraid",
        "wt_mc",
        "wtrid",
        "xtor",
        "yclid",
    ]
)
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# What may stand in a path or query as it is; everything else, white space and letters beyond ASCII, is percent-encoded.
_SAFE = "/%:@!$&'()*+,;=?~[]|-._"
_USER = re.compile(r"//[^/@\s]*@")
_UP_TO_THE_LAST_AT = re.compile(r"//\S*@")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
# Hosts of many publishers that the public suffix list does not name: each of their subdomains is a site of its own.
_PLATFORMS = frozenset(
    [
        "beehiiv.com",
        "blogspot.com",
        "ghost.io",
        "livejournal.com",
        "medium.com",
        "substack.com",
        "tumblr.com",
        "wordpress.com",
    ]
)


def without_credentials(url: str) -> str:
    """The address without a user's name and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def normalise(url: str) -> str:
    """The identity of a page: host in lower case, no fragment, no default port, no tracking keys, keys in order.

    Idempotent. What the query says is kept letter by letter.

    Raises:
        ValueError: the address is not an absolute http or https one, or is longer than MAX_LENGTH.
    """
    parts = urlsplit(url.strip())
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower().rstrip(".")
    if scheme not in _DEFAULT_PORTS or not host:
        raise ValueError(f"not an http address: {url[:80]!r}")
    name = f"[{host}]" if ":" in host else host if host.isascii() else host.encode("idna").decode("ascii")
    if parts.port not in {None, _DEFAULT_PORTS[scheme]}:
        name += f":{parts.port}"
    kept = sorted(pair for pair in _encoded(parts.query).split("&") if pair and not _is_tracking(pair))
    found = urlunsplit((scheme, name, _encoded(parts.path) or "/", "&".join(kept), ""))
    if max(len(url), len(found)) > MAX_LENGTH:
        raise ValueError(f"address of {max(len(url), len(found))} characters, more than {MAX_LENGTH}")
    return found


def _encoded(part: str) -> str:
    return _ESCAPE.sub(lambda found: found.group().upper(), quote(part, safe=_SAFE))


def _is_tracking(pair: str) -> bool:
    # Feeds that escape their links twice leave "amp;" before all keys but the first.
    key = pair.partition("=")[0].lower().removeprefix("amp;")
    return key.startswith(_TRACKING_PREFIXES) or key in _TRACKING


def host(url: str) -> str:
    """The host of an address in lower case without www., "" where there is none."""
    try:
        name = (urlsplit(url if "//" in url else f"//{url}").hostname or "").lower()
    except ValueError:
        return ""
    return name.removeprefix("www.")


@cache
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # noqa: PLC0415 -- 60 ms, which `--help` need not pay

    # The list that ships with the package: nothing is fetched, nothing is written.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@cache
def registered_domain(name: str) -> str:
    """The domain somebody registered (news.bbc.co.uk -> bbc.co.uk); the host itself where it has no public suffix.

    On a platform of many publishers it is the subdomain (one.substack.com -> one.substack.com).
    """
    found = _suffixes()(name)
    domain = found.top_domain_under_public_suffix
    if domain in _PLATFORMS and found.subdomain:
        return f"{found.subdomain.rpartition('.')[2]}.{domain}"
    return domain or name


# The last segment of a home page's or a section's path that is not its name.
_FRONT = re.compile(r"(?:index|default|home|main|undefined)(?:\.\w+)?")
_FILE = re.compile(r"\.(?:s?html?|php|aspx?|jsp|cms|ece)$")
_DATED = re.compile(r"/(?:19|20)\d\d/(?:\d\d|[a-z]{3})/(?:.*/)?[^/]*[a-z]{2}")
_CODE = re.compile(r"(?=.*\d)(?=.*[a-z])[\w~]{8,}")
_NUMBER_KEYS = re.compile(r"(?:^|&)(?:[a-z_]*id|p|a|n|article|story|news|item)=[^&]*\d")


def is_article(url: str) -> bool:
    """Whether an address looks like one article's, not like a home page's, a section's or an archive's.

    One of the path's last two segments has a number of four digits, a phrase of three words or a code of letters and
    digits, the path goes on behind a year and a month, or it is a file; or the query has an article's number.
    """
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return False
    segments = [one for one in parts.path.split("/") if one and not _FRONT.fullmatch(one)]
    if _NUMBER_KEYS.search(parts.query):
        return True
    if not segments or all(one.isdigit() for one in segments[-2:]):
        return bool(segments) and len(segments[-1]) > 4
    return bool(
        _FILE.search(segments[-1])
        or _DATED.search(f"/{'/'.join(segments)}")
        or any(
            re.search(r"\d{4}", one) or len(re.split(r"[-_+]|%20", one)) >= 3 or _CODE.fullmatch(one)
            for one in segments[-2:]
        )
    )


def masked(url: str) -> str:
    """The address, or what was meant for one, as people may see it: stars for a user's name and password."""
    try:
        _ = urlsplit(url).port
    except ValueError:  # such as a password with a slash, which ends the host too early
        return _UP_TO_THE_LAST_AT.sub("//***@", url)
    return _USER.sub("//***@", url)


# Parameters whose value lets somebody in. Short names count only as a whole: `key=`, not `monkey=`.
_SECRET = re.compile(
    r"""(?ix) ( [?&;] (?:
        [a-z0-9_.-]* (?: token | secret | passw(?:or)?d | signature | session | credential | auth(?!or)
            | (?: api | access ) [_-]? key ) [a-z0-9_.-]*
        | key | pass | pwd | sig | sid | code | hash | user | login
    ) = ) [^&;#\s"'<>]+"""
)
_LOGIN = re.compile(r"(?i)([a-z][a-z0-9+.-]*:/{0,2})[^\s/?#\"'<>]*@(?=[^\s/?#@])")


def without_secrets(text: str) -> str:
    """A text that may hold addresses, without their credentials and the values of parameters that let somebody in."""
    return _SECRET.sub(r"\1***", _LOGIN.sub(r"\1***@", text))
