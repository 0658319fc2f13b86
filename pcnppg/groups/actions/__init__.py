"""Founding a group, setting it up, its privacy notice, inviting to roles and ending them, help for a lost authenticator."""

from pcnppg.groups.actions.ending import end_role, forget_person, leave_role
from pcnppg.groups.actions.founding import create_network_group, create_practice_group, set_up
from pcnppg.groups.actions.handing_over import hand_over, offer_chair
from pcnppg.groups.actions.notice import publish_notice
from pcnppg.groups.actions.resetting import (
    ask_reset,
    do_due_resets,
    stop_reset,
    tell_officers_of_recovery,
)
from pcnppg.groups.actions.roles import (
    Accepted,
    accept_invitation,
    appoint,
    invite,
    set_term,
    tidy,
    withdraw_invitation,
)

__all__ = [
    "Accepted",
    "accept_invitation",
    "appoint",
    "ask_reset",
    "create_network_group",
    "create_practice_group",
    "do_due_resets",
    "end_role",
    "forget_person",
    "hand_over",
    "invite",
    "leave_role",
    "offer_chair",
    "publish_notice",
    "set_term",
    "set_up",
    "stop_reset",
    "tell_officers_of_recovery",
    "tidy",
    "withdraw_invitation",
]
