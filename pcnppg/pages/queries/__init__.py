"""What several domains know together, for one reader."""

from pcnppg.pages.queries.finding import Found, find_groups
from pcnppg.pages.queries.measures import measures
from pcnppg.pages.queries.waiting import Life, list_waiting, lives_of

__all__ = ["Found", "Life", "find_groups", "list_waiting", "lives_of", "measures"]
