"""retold: gathers the retellings of one story and names who reported it first.

The flow, one package a stage (drawn in full in `aggregator.pipeline`):

    feeds.yaml -> fetch -> extract -> attribute -> cluster -> resolve origin -> digest -> people
"""

__version__ = "0.1.0"
