"""Changing the contact list: joining, leaving, pausing, being erased, lowering the promise. Each adds its evidence."""

from pcnppg.membership.actions.asking import complain, complain_by_link, object_by_link, write_down_request
from pcnppg.membership.actions.behalf import correct_for_them, pause_for_them, resume_for_them
from pcnppg.membership.actions.bringing import bring_in, order, vouch
from pcnppg.membership.actions.copying import Exported, export_list
from pcnppg.membership.actions.desk import (
    acknowledge,
    close_request,
    erase_for_request,
    extend_request,
    note_request,
    pause_request,
    resume_request,
)
from pcnppg.membership.actions.importing import choose_columns, discard, forget_staged, take_list
from pcnppg.membership.actions.joining import confirm, join
from pcnppg.membership.actions.keeping import empty_evidence, forget_leaver, forget_old
from pcnppg.membership.actions.leaving import leave, leave_mailbox, on_leaving, pause, record_leaving, resume
from pcnppg.membership.actions.paper import not_me, write_down
from pcnppg.membership.actions.promise import lower_promise, raise_promise, renew, tell_promise
from pcnppg.membership.actions.requests import forget_closed_requests
from pcnppg.membership.actions.rights import correct_name, erase, erase_by_link, on_erasing, on_forgetting, tell_my_link

__all__ = [
    "Exported",
    "acknowledge",
    "bring_in",
    "choose_columns",
    "close_request",
    "complain",
    "complain_by_link",
    "confirm",
    "correct_for_them",
    "correct_name",
    "discard",
    "empty_evidence",
    "erase",
    "erase_by_link",
    "erase_for_request",
    "export_list",
    "extend_request",
    "forget_closed_requests",
    "forget_leaver",
    "forget_old",
    "forget_staged",
    "join",
    "leave",
    "leave_mailbox",
    "lower_promise",
    "not_me",
    "note_request",
    "object_by_link",
    "on_erasing",
    "on_forgetting",
    "on_leaving",
    "order",
    "pause",
    "pause_for_them",
    "pause_request",
    "raise_promise",
    "record_leaving",
    "renew",
    "resume",
    "resume_for_them",
    "resume_request",
    "take_list",
    "tell_my_link",
    "tell_promise",
    "vouch",
    "write_down",
    "write_down_request",
]
