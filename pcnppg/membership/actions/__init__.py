"""Changing the contact list: joining, leaving, pausing, being erased, the promise, what people ask. Each adds its evidence."""

from pcnppg.membership.actions.asking import complain, complain_by_link, object_by_link, write_down
from pcnppg.membership.actions.desk import (
    acknowledge,
    close_request,
    erase_for_request,
    extend_request,
    note_request,
    pause_request,
    resume_request,
)
from pcnppg.membership.actions.joining import confirm, join
from pcnppg.membership.actions.keeping import forget_old
from pcnppg.membership.actions.leaving import leave, on_leaving, pause, record_leaving, resume
from pcnppg.membership.actions.promise import lower_promise
from pcnppg.membership.actions.requests import forget_closed_requests
from pcnppg.membership.actions.rights import correct_name, erase, erase_by_link, on_erasing, tell_my_link

__all__ = [
    "acknowledge",
    "close_request",
    "complain",
    "complain_by_link",
    "confirm",
    "correct_name",
    "erase",
    "erase_by_link",
    "erase_for_request",
    "extend_request",
    "forget_closed_requests",
    "forget_old",
    "join",
    "leave",
    "lower_promise",
    "note_request",
    "object_by_link",
    "on_erasing",
    "on_leaving",
    "pause",
    "pause_request",
    "record_leaving",
    "resume",
    "resume_request",
    "tell_my_link",
    "write_down",
]
