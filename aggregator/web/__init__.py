"""The page, the API and the feeds that others read, all from the one query layer, all through one guard.

    browser, reader, program ──> guard ──> routes of `pages`, `api`, `syndication` ──> answers
                                             corrections, feeds added ──> the same functions as the commands

Each of the three brings `routes(site)`; `app` puts them together, `server` serves them inside the daemon.
"""
