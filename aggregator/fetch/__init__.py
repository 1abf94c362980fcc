"""Fetching: from a subscription to its entries, politely and within bounds.

    Feed ──> client (guard, dial, politeness, body) ──> parse (decode, jsonfeed, items, markup, dates) ──> Entry
      └───────────────────── poll, schedule ──> FeedState ─────────────────────┘

guard says which addresses may be dialled, dial does it, politeness spaces the requests of a host, body bounds and
unpacks what comes back; robots holds article pages to robots.txt; client is the only HTTP client of the package. parse
runs in a worker process and reads RSS, Atom and JSON Feed. schedule holds the formulas of when to ask again, moves
tells where, identity which entries are known; poll is one whole poll of one feed.
"""
