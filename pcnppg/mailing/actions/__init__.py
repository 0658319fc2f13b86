"""Changing mailings: writing a draft, sending it and taking it back, and what becomes of each delivery."""

from pcnppg.mailing.actions.delivering import abandon, claim, close_finished, settle
from pcnppg.mailing.actions.parting import go_to_mailbox
from pcnppg.mailing.actions.sending import send, take_back, withdraw_for_contact
from pcnppg.mailing.actions.writing import begin, discard, save, send_test

__all__ = [
    "abandon",
    "begin",
    "claim",
    "close_finished",
    "discard",
    "go_to_mailbox",
    "save",
    "send",
    "send_test",
    "settle",
    "take_back",
    "withdraw_for_contact",
]
