"""Changing the contact list: joining, leaving, pausing, being erased, lowering the promise. Each adds its evidence."""

from pcnppg.membership.actions.addresses import change_address, confirm_address, keep_address, on_moving
from pcnppg.membership.actions.evidence import on_erasing
from pcnppg.membership.actions.joining import confirm, join
from pcnppg.membership.actions.keeping import forget_old
from pcnppg.membership.actions.leaving import leave, on_leaving, pause, pause_until, record_leaving, resume
from pcnppg.membership.actions.network import agree_to_network_news, stop_network_news
from pcnppg.membership.actions.promise import lower_promise
from pcnppg.membership.actions.rights import correct_name, erase, erase_by_link, tell_my_link

__all__ = [
    "agree_to_network_news",
    "change_address",
    "confirm",
    "confirm_address",
    "correct_name",
    "erase",
    "erase_by_link",
    "forget_old",
    "join",
    "keep_address",
    "leave",
    "lower_promise",
    "on_erasing",
    "on_leaving",
    "on_moving",
    "pause",
    "pause_until",
    "record_leaving",
    "resume",
    "stop_network_news",
    "tell_my_link",
]
