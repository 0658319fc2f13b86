"""Changing mailings: writing a draft, planning, sending, taking back and stopping it, and what becomes of each delivery."""

from pcnppg.mailing.actions.delivering import claim
from pcnppg.mailing.actions.doubting import note_arrived, say_arrived, send_again
from pcnppg.mailing.actions.journalling import write_marks, write_outcomes
from pcnppg.mailing.actions.keeping import forget_old
from pcnppg.mailing.actions.network import Sent, send_for_network
from pcnppg.mailing.actions.parting import go_to_mailbox
from pcnppg.mailing.actions.planning import schedule, send_due, send_late, unschedule
from pcnppg.mailing.actions.raising import raise_promise
from pcnppg.mailing.actions.replaying import replay
from pcnppg.mailing.actions.returning import note_return, stop_address
from pcnppg.mailing.actions.sending import send, take_back, withdraw_for_contact
from pcnppg.mailing.actions.settling import Sure, abandon, close_finished, close_if_finished, settle
from pcnppg.mailing.actions.stopping import stop
from pcnppg.mailing.actions.waking import wake_list
from pcnppg.mailing.actions.writing import begin, discard, save, send_test

__all__ = [
    "Sent",
    "Sure",
    "abandon",
    "begin",
    "claim",
    "close_finished",
    "close_if_finished",
    "discard",
    "forget_old",
    "go_to_mailbox",
    "note_arrived",
    "note_return",
    "raise_promise",
    "replay",
    "save",
    "say_arrived",
    "schedule",
    "send",
    "send_again",
    "send_due",
    "send_for_network",
    "send_late",
    "send_test",
    "settle",
    "stop",
    "stop_address",
    "take_back",
    "unschedule",
    "wake_list",
    "withdraw_for_contact",
    "write_marks",
    "write_outcomes",
]
