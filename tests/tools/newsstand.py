#!/usr/bin/env python3
"""newsstand: serves real pages and feeds from a data directory on loopback, as the web would.

    python newsstand.py --data DIR --port 0 [--sets scrapinghub-aeb,fundus] [--fresh]

  /rss/<set>/<host>.xml   an RSS 2.0 feed over the real pages of one host (title, link and date from the set's manifest)
  /page/<set>/<id>        a real page, its bytes as they were stored (the page's own <meta> decides the charset)
  /feed/<set>/<file>      a real feed, its bytes as they were stored
  /feeds.yaml             the list of all /rss feeds, in the form  feeds: [{url, outlet}]
Every answer carries an ETag and honours If-None-Match. The first line printed is the base address.
--fresh moves all dates of a set by the same amount, so that its newest page is one hour old.
Standard library only; binds to 127.0.0.1 and to nothing else.
"""
from __future__ import annotations

import argparse
import datetime as dt
import email.utils
import gzip
import hashlib
import html
import json
import re
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

def rows(manifest: Path) -> list[dict]:
    with manifest.open(encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if "same_as" not in row]


def moment(text: object) -> dt.datetime | None:
    """A manifest's date as an aware datetime, or None where it has none."""
    try:
        when = dt.datetime.fromisoformat(str(text)[:19])
    except ValueError:
        return None
    return when.replace(tzinfo=dt.timezone.utc)


def page_title(path: Path) -> str:
    """The <title> of a stored page, for the sets whose manifest has no titles."""
    found = re.search(r"<title[^>]*>(.*?)</title", gzip.decompress(path.read_bytes()).decode("utf-8", "replace"), re.I | re.S)
    return " ".join(html.unescape(found[1]).split()) if found else ""


class Newsstand:
    def __init__(self, data: Path, sets: list[str] | None, fresh: bool) -> None:
        self.pages: dict[tuple[str, str], dict] = {}
        self.hosts: dict[tuple[str, str], list[dict]] = defaultdict(list)
        self.feeds: dict[tuple[str, str], Path] = {}
        self.shift: dict[str, dt.timedelta] = {}
        for manifest in sorted(data.glob("pages/*/manifest.jsonl")):
            name = manifest.parent.name
            if sets and name not in sets:
                continue
            for row in rows(manifest):
                row["path"] = manifest.parent / row["file"]
                self.pages[name, row["id"]] = row
                self.hosts[name, (row.get("host") or "unknown").removeprefix("www.")].append(row)
            dates = [d for row in rows(manifest) if (d := moment(row.get("date")))]
            now = dt.datetime.now(dt.timezone.utc)
            self.shift[name] = (now - dt.timedelta(hours=1) - max(dates)) if fresh and dates else dt.timedelta()
        for manifest in sorted(data.glob("feeds/*/manifest.jsonl")):
            for row in rows(manifest):
                self.feeds[manifest.parent.name, Path(row["file"]).name] = manifest.parent / row["file"]

    def answer(self, base: str, path: list[str]) -> tuple[str, bytes]:
        """The (content type, body) of one path; KeyError where there is none."""
        match path:
            case ["page", name, page]:
                return "text/html", gzip.decompress(self.pages[name, page]["path"].read_bytes())
            case ["feed", name, file]:
                body = self.feeds[name, file].read_bytes()
                return "application/xml", gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
            case ["rss", name, file] if file.endswith(".xml"):
                return "application/rss+xml", self.rss(base, name, file.removesuffix(".xml")).encode()
            case ["feeds.yaml"]:
                lines = [f"  - {{url: '{base}/rss/{name}/{quote(host)}.xml', outlet: '{host}'}}" for name, host in sorted(self.hosts)]
                return "application/yaml", ("feeds:\n" + "\n".join(lines) + "\n").encode()
        raise KeyError(path)

    def rss(self, base: str, name: str, host: str) -> str:
        if (name, host) not in self.hosts:
            raise KeyError(host)
        items = ""
        for row in self.hosts[name, host]:
            title = row["title"] if isinstance(row.get("title"), str) else page_title(row["path"]) or row["id"]
            when = moment(row.get("date"))
            items += (f"<item><title>{html.escape(title)}</title><link>{base}/page/{name}/{quote(row['id'])}</link>"
                      f"<guid isPermaLink=\"false\">{html.escape(row.get('url') or row['id'])}</guid>")
            items += f"<pubDate>{email.utils.format_datetime(when + self.shift[name])}</pubDate></item>" if when else "</item>"
        return (f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{html.escape(host)}</title>'
                f"<link>https://{html.escape(host)}/</link><description>real pages</description>{items}</channel></rss>")


def handler(stand: Newsstand) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = [unquote(part) for part in self.path.split("?")[0].strip("/").split("/")]
            try:
                kind, body = stand.answer(f"http://{self.headers.get('Host')}", path)
            except KeyError:
                kind, body, status = "text/plain", b"no such page\n", 404
            else:
                status = 200
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.send_response(status)
            self.send_header("ETag", etag)
            if status != 304:
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    return Handler


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--sets", default="", help="page sets to serve, with commas; all where left out")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--data", type=Path, required=True, help="the directory that holds pages/ and feeds/")
    options = parser.parse_args()
    stand = Newsstand(options.data, [s for s in options.sets.split(",") if s], options.fresh)
    server = ThreadingHTTPServer(("127.0.0.1", options.port), handler(stand))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
