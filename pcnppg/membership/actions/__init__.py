"""Changing the contact list: joining, leaving, pausing, being erased, lowering the promise. Each adds its evidence."""

from pcnppg.membership.actions.behalf import correct_for_them, pause_for_them, resume_for_them
from pcnppg.membership.actions.bringing import bring_in, order, vouch
from pcnppg.membership.actions.copying import Exported, export_list
from pcnppg.membership.actions.importing import choose_columns, discard, forget_staged, take_list
from pcnppg.membership.actions.joining import confirm, join
from pcnppg.membership.actions.keeping import empty_evidence, forget_leaver, forget_old
from pcnppg.membership.actions.leaving import leave, leave_mailbox, on_leaving, pause, record_leaving, resume
from pcnppg.membership.actions.paper import not_me, write_down
from pcnppg.membership.actions.promise import lower_promise, raise_promise, renew, tell_promise
from pcnppg.membership.actions.rights import correct_name, erase, erase_by_link, on_erasing, tell_my_link

__all__ = [
    "Exported",
    "bring_in",
    "choose_columns",
    "confirm",
    "correct_for_them",
    "correct_name",
    "discard",
    "empty_evidence",
    "erase",
    "erase_by_link",
    "export_list",
    "forget_leaver",
    "forget_old",
    "forget_staged",
    "join",
    "leave",
    "leave_mailbox",
    "lower_promise",
    "not_me",
    "on_erasing",
    "on_leaving",
    "order",
    "pause",
    "pause_for_them",
    "raise_promise",
    "record_leaving",
    "renew",
    "resume",
    "resume_for_them",
    "take_list",
    "tell_my_link",
    "tell_promise",
    "vouch",
    "write_down",
]
