"""What several domains know together, for one reader."""

from pcnppg.pages.queries.finding import Found, find_groups, place_of
from pcnppg.pages.queries.measures import measures
from pcnppg.pages.queries.telling import TELLERS, Overview, overview_of, tell_all, tell_opened
from pcnppg.pages.queries.waiting import Life, list_waiting, lives_of

__all__ = [
    "TELLERS",
    "Found",
    "Life",
    "Overview",
    "find_groups",
    "list_waiting",
    "lives_of",
    "measures",
    "overview_of",
    "place_of",
    "tell_all",
    "tell_opened",
]
