"""Changing mailings: writing a draft, sending it and taking it back, and what becomes of each delivery."""

from pcnppg.mailing.actions.delivering import claim
from pcnppg.mailing.actions.keeping import forget_old
from pcnppg.mailing.actions.network import Sent, send_for_network
from pcnppg.mailing.actions.raising import raise_promise
from pcnppg.mailing.actions.sending import send, take_back, withdraw_for_contact
from pcnppg.mailing.actions.settling import abandon, close_finished, settle
from pcnppg.mailing.actions.waking import wake_list
from pcnppg.mailing.actions.writing import begin, discard, save, send_test

__all__ = [
    "Sent",
    "abandon",
    "begin",
    "claim",
    "close_finished",
    "discard",
    "forget_old",
    "raise_promise",
    "save",
    "send",
    "send_for_network",
    "send_test",
    "settle",
    "take_back",
    "wake_list",
    "withdraw_for_contact",
]
