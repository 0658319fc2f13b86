"""Changing the contact list: joining, leaving, pausing, being erased, the promise. Each adds its evidence."""

from pcnppg.membership.actions.addresses import change_address, confirm_address, keep_address, on_moving, refuse_address
from pcnppg.membership.actions.asking import complain, complain_by_link, object_by_link, write_down_request
from pcnppg.membership.actions.behalf import ask_address_for_them, correct_for_them, pause_for_them, resume_for_them
from pcnppg.membership.actions.bringing import bring_in, order, vouch
from pcnppg.membership.actions.coming_back import ask_to_come_back, come_back
from pcnppg.membership.actions.copying import Exported, export_list, write_down_copy
from pcnppg.membership.actions.desk import (
    acknowledge,
    close_request,
    erase_for_request,
    extend_request,
    note_request,
    pause_request,
    resume_request,
)
from pcnppg.membership.actions.evidence import on_erasing
from pcnppg.membership.actions.importing import choose_columns, discard, forget_staged, take_list
from pcnppg.membership.actions.joining import confirm, join
from pcnppg.membership.actions.keeping import empty_evidence, forget_leaver, forget_old
from pcnppg.membership.actions.leaving import (
    leave,
    leave_mailbox,
    on_leaving,
    pause,
    pause_until,
    record_leaving,
    resume,
)
from pcnppg.membership.actions.mending import correct_address, mark_stopped, try_again, untell
from pcnppg.membership.actions.network import agree_to_network_news, end_news_of_others, stop_network_news
from pcnppg.membership.actions.officers import forget_person
from pcnppg.membership.actions.paper import not_me, write_down
from pcnppg.membership.actions.promise import lower_promise, raise_promise, renew, tell_promise
from pcnppg.membership.actions.replaying import replay
from pcnppg.membership.actions.requests import forget_closed_requests
from pcnppg.membership.actions.rights import (
    correct_name,
    correct_ways,
    erase,
    erase_by_link,
    on_forgetting,
    tell_my_link,
)
from pcnppg.membership.actions.storms import forget_presses, note_press, see_storm

__all__ = [
    "Exported",
    "acknowledge",
    "agree_to_network_news",
    "ask_address_for_them",
    "ask_to_come_back",
    "bring_in",
    "change_address",
    "choose_columns",
    "close_request",
    "come_back",
    "complain",
    "complain_by_link",
    "confirm",
    "confirm_address",
    "correct_address",
    "correct_for_them",
    "correct_name",
    "correct_ways",
    "discard",
    "empty_evidence",
    "end_news_of_others",
    "erase",
    "erase_by_link",
    "erase_for_request",
    "export_list",
    "extend_request",
    "forget_closed_requests",
    "forget_leaver",
    "forget_old",
    "forget_person",
    "forget_presses",
    "forget_staged",
    "join",
    "keep_address",
    "leave",
    "leave_mailbox",
    "lower_promise",
    "mark_stopped",
    "not_me",
    "note_press",
    "note_request",
    "object_by_link",
    "on_erasing",
    "on_forgetting",
    "on_leaving",
    "on_moving",
    "order",
    "pause",
    "pause_for_them",
    "pause_request",
    "pause_until",
    "raise_promise",
    "record_leaving",
    "refuse_address",
    "renew",
    "replay",
    "resume",
    "resume_for_them",
    "resume_request",
    "see_storm",
    "stop_network_news",
    "take_list",
    "tell_my_link",
    "tell_promise",
    "try_again",
    "untell",
    "vouch",
    "write_down",
    "write_down_copy",
    "write_down_request",
]
