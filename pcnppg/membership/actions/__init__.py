"""Changing the contact list: joining, leaving, pausing, being erased, lowering the promise. Each adds its evidence."""

from pcnppg.membership.actions.bringing import bring_in, order, vouch
from pcnppg.membership.actions.importing import choose_columns, discard, forget_staged, take_list
from pcnppg.membership.actions.joining import confirm, join
from pcnppg.membership.actions.keeping import forget_old
from pcnppg.membership.actions.leaving import leave, on_leaving, pause, record_leaving, resume
from pcnppg.membership.actions.promise import lower_promise
from pcnppg.membership.actions.rights import correct_name, erase, erase_by_link, on_erasing, tell_my_link

__all__ = [
    "bring_in",
    "choose_columns",
    "confirm",
    "correct_name",
    "discard",
    "erase",
    "erase_by_link",
    "forget_old",
    "forget_staged",
    "join",
    "leave",
    "lower_promise",
    "on_erasing",
    "on_leaving",
    "order",
    "pause",
    "record_leaving",
    "resume",
    "take_list",
    "tell_my_link",
    "vouch",
]
