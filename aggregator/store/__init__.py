"""Persistence: the store is the queue.

A stage asks the store for what lacks its output, computes, and writes result and done-mark in one transaction, so that
the next run continues wherever a kill struck.

    tables      the schema as SQLAlchemy Core tables
    engine      connections, transactions, portable statements, errors
    open        open or create a database: whose it is, which version, backup, migration
    feeds       feed states, polls, entries: the queue of pages to fetch
    articles    articles, attributions, search: the queues of attribution and clustering
    clusters    fingerprints, bands, clusters, memberships: what clustering stands on
    vocabulary  how many documents hold a term
    sentences   what outlets print again and again
    corrections what people corrected, and the ties and verdicts that hold meanwhile
    pending     fingerprints added in a transaction and not written yet
    vectors     fingerprints as bytes, and those last read
    origins     origins, events, lists of stories: the queue of resolution
    store       `Store`, which opens transactions, and `Unit`, one transaction with all of the above
    migrations  alembic's steps from an empty file to today's schema

Every method that reads or writes raises StorageError when the database cannot be used.
"""
