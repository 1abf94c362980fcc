"""Loads what extraction needs: imported by the fork server alone, so that its workers have it at their birth."""

from aggregator.extract import credits, document, flatten, language, metadata, page  # noqa: A004, F401 -- to load them

language.detect("The model of the languages is loaded by asking it once, and shared by all that are forked.", "")
