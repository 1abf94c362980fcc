"""Alembic's steps from an empty file to today's schema; each is whole or not at all."""
