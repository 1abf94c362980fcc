"""How often pages and feeds name the source of a text in their data, and whether it is another outlet.

    python -m benchmarks.signs --data DIR [--rows]

DIR holds pages/ and feeds/, a directory for each set with its files and manifest.jsonl. Prints for every sign on how
many pages it stands and on how many of them it leads to another site, and what becomes of the canonical addresses that
do; `--rows` prints each of them, to be judged by eye. Of feeds it counts the items with a <source>, and those whose
source is another site than the feed's own link leads to.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedparser

from aggregator import urls
from aggregator.extract.document import decode, parse
from aggregator.extract.page import read_page
from aggregator.model import Article
from aggregator.origin.attributions import attribute
from aggregator.origin.canonical import CUE
from aggregator.origin.credit import credited
from benchmarks.origin import load_stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

METAS = ("original-source", "syndication-source")
LINKED = ("creditText", "sourceOrganization", "isBasedOn", "citation")


def pages(data: Path) -> Iterator[tuple[str, bytes]]:
    """The address and the bytes of every page that has both."""
    for manifest in sorted((data / "pages").glob("*/manifest.jsonl")):
        for line in manifest.read_text("utf-8").splitlines():
            row = json.loads(line)
            file = manifest.parent / row["file"]
            if row["url"] and file.exists():
                yield row["url"], gzip.decompress(file.read_bytes())


def signs(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """Each sign of the head and what it says: addresses where there are any, else the words."""
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name in METAS:
            yield name, meta.get("content", "")
    node = article_node([script.text or "" for script in tree.iter("script") if "ld+json" in script.get("type", "")])
    for key in LINKED:
        if value := node.get(key):
            yield key, value if isinstance(value, str) else address(value)


def article_node(scripts: list[str]) -> dict[str, Any]:
    """The first article of a page's JSON-LD, {} where there is none."""
    for script in scripts:
        try:
            loaded = json.loads(script, strict=False)
        except ValueError:
            continue
        for outer in loaded if isinstance(loaded, list) else [loaded]:
            graph = outer.get("@graph") if isinstance(outer, dict) else None
            for node in graph if isinstance(graph, list) else [outer]:
                if isinstance(node, dict) and re.search(r"(?:Article|BlogPosting)\b", str(node.get("@type"))):
                    return node
    return {}


def address(value: Any) -> str:  # noqa: ANN401 -- JSON has no types
    """The first address or name of a piece of JSON-LD."""
    one = value[0] if isinstance(value, list) else value
    return str(one.get("url") or one.get("name") or one.get("@id") or "") if isinstance(one, dict) else str(one)


def feed_sources(data: Path) -> Counter[str]:
    """How many real feeds and items there are, and how many items name their source."""
    counts: Counter[str] = Counter()
    for name in ("fastfeedparser-bench", "news-snapshots"):
        for file in sorted((data / "feeds" / name / "files").iterdir()):
            body = file.read_bytes()
            document = gzip.decompress(body) if file.suffix == ".gz" else body
            items = feedparser.parse(document)
            own = site(items["feed"].get("link", ""))
            named = [item["source"] for item in items["entries"] if item.get("source")]
            counts.update(feeds=1, items=len(items["entries"]), named=len(named), feeds_naming=bool(named))
            counts["elsewhere"] += sum(site(one.get("href") or one.get("link") or "") not in {"", own} for one in named)
    return counts


def site(url: str) -> str:
    """The registered domain of an address, "" for a name."""
    return urls.registered_domain(urls.host(url)) if "//" in url else ""


def main() -> None:
    """Reads the arguments and counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the directory that holds pages/")
    parser.add_argument("--rows", action="store_true", help="print every sign that leads elsewhere")
    arguments = parser.parse_args()
    table, cues = load_stage()
    stands: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for url, body in pages(arguments.data):
        stands["page"] += 1
        page = read_page(body, url)
        tree = parse(decode(body))
        given = list(signs(tree)) if tree is not None else []
        given += [("canonical", page.canonical)] if page.canonical else []
        for name, value in given:
            stands[name] += 1
            other = site(value) not in {"", site(url)}
            elsewhere[name] += other
            if arguments.rows and (other or (name != "canonical" and not site(value))):
                print(f"{name:20} {url[:90]} -> {value[:90]}")
        if page.canonical and site(page.canonical) != site(url):
            article = Article(url, table.resolve(url), page.title, page.text, page.byline, canonical=page.canonical)
            credits_ = attribute(article, table, cues)
            words, best = credited([one for one in credits_ if one.cue != CUE]), credited(credits_)
            if not any(one.cue == CUE for one in credits_):
                outcomes["no credit"] += 1
            else:
                outcomes["a credit that the words give too" if words else "a credit that no words give"] += 1
            if arguments.rows:
                print(f"{'':20} words {words and words.outlet}, with the address {best and best.outlet}")
    for name in ("page", "canonical", *METAS, *LINKED):
        print(f"{name:20} {stands[name]:5}  on another site {elsewhere[name]}")
    for outcome, count in outcomes.most_common():
        print(f"canonical on another site, {outcome}: {count}")
    found = feed_sources(arguments.data)
    print(
        f"{found['items']} items of {found['feeds']} feeds: {found['named']} in {found['feeds_naming']} feeds name a"
        f" source, {found['elsewhere']} of them on another site than the feed's"
    )


if __name__ == "__main__":
    main()
