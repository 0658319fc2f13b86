"""What several domains know together, for one reader."""

from pcnppg.pages.queries.finding import Found, Place, find_groups, where_is
from pcnppg.pages.queries.measures import HowMailStands, how_mail_stands, measures
from pcnppg.pages.queries.staff import Staff, staff_of
from pcnppg.pages.queries.telling import TELLERS, Overview, overview_of, tell_all, tell_opened
from pcnppg.pages.queries.told_of_person import Toll, copy_of_person, told_of_person, toll_of
from pcnppg.pages.queries.waiting import Life, list_waiting, lives_of

__all__ = [
    "TELLERS",
    "Found",
    "HowMailStands",
    "Life",
    "Overview",
    "Place",
    "Staff",
    "Toll",
    "copy_of_person",
    "find_groups",
    "how_mail_stands",
    "list_waiting",
    "lives_of",
    "measures",
    "overview_of",
    "staff_of",
    "tell_all",
    "tell_opened",
    "told_of_person",
    "toll_of",
    "where_is",
]
