"""Reading updates and thanks. Always bounded by a group."""

from pcnppg.updates.queries.kept import tell_about_person
from pcnppg.updates.queries.mailings import find_concerns, list_waiting
from pcnppg.updates.queries.thanks import Said, get_thanks, last_thanked_on, list_thanks
from pcnppg.updates.queries.updates import (
    Posted,
    Version,
    count_standing,
    find_standing,
    find_untouched,
    get_row,
    get_update,
    list_all,
    list_standing,
    list_to_review,
    list_versions,
    tag_of,
    today_in_england,
)

__all__ = [
    "Posted",
    "Said",
    "Version",
    "count_standing",
    "find_concerns",
    "find_standing",
    "find_untouched",
    "get_row",
    "get_thanks",
    "get_update",
    "last_thanked_on",
    "list_all",
    "list_standing",
    "list_thanks",
    "list_to_review",
    "list_versions",
    "list_waiting",
    "tag_of",
    "tell_about_person",
    "today_in_england",
]
