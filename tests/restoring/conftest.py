"""Fixtures of the house: an empty database and commands of their own."""

from tests.house.conftest import another_app, another_database, as_it_was, command, migrated, newest

__all__ = ["another_app", "another_database", "as_it_was", "command", "migrated", "newest"]
