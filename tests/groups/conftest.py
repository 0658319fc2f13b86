"""The operator's commands on a second database, as the house's own tests have them."""

from tests.house.conftest import another_app, another_database, as_it_was, command, migrated, newest

__all__ = ["another_app", "another_database", "as_it_was", "command", "migrated", "newest"]
