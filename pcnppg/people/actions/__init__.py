"""Accounts made and changed, sessions opened and ended, proving who one is, setting up and losing an authenticator."""

from pcnppg.people.actions.accounts import make_account, rename, tidy
from pcnppg.people.actions.digests import claim_digest, note_told, switch_digest
from pcnppg.people.actions.ending import sign_out, sign_out_everywhere
from pcnppg.people.actions.forgetting import forget_person, on_erasing, tell_unused
from pcnppg.people.actions.moving import ask_new_address, confirm_address
from pcnppg.people.actions.second_factor import (
    confirm_second_factor,
    give_recovery_code,
    give_totp,
    on_recovery,
    prepare_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    start_next_second_factor,
)
from pcnppg.people.actions.sessions import Opened, begin_session, note_last_seen
from pcnppg.people.actions.signing_in import ask_to_sign_in, sign_in_with_code, sign_in_with_link

__all__ = [
    "Opened",
    "ask_new_address",
    "ask_to_sign_in",
    "begin_session",
    "claim_digest",
    "confirm_address",
    "confirm_second_factor",
    "forget_person",
    "give_recovery_code",
    "give_totp",
    "make_account",
    "note_last_seen",
    "note_told",
    "on_erasing",
    "on_recovery",
    "prepare_second_factor",
    "rename",
    "renew_recovery_codes",
    "reset_second_factor",
    "sign_in_with_code",
    "sign_in_with_link",
    "sign_out",
    "sign_out_everywhere",
    "start_next_second_factor",
    "switch_digest",
    "tell_unused",
    "tidy",
]
