"""What the lines of the audit say, in words for those whom they concern."""

from __future__ import annotations

WORDS = {
    "groups.created": "made the group",
    "groups.set_up": "changed the settings of the group",
    "groups.chair_handed_over": "handed over the role of chair",
    "groups.invitation_withdrawn": "took back an invitation",
    "mailing.begun": "began a mailing",
    "mailing.discarded": "threw a draft away",
    "mailing.sent": "sent a mailing",
    "mailing.planned": "planned a mailing",
    "mailing.unplanned": "made a planned mailing a draft again",
    "mailing.stopped": "stopped a mailing",
    "mailing.sent_again": "sent again what was in doubt",
    "mailing.delivery_said_arrived": "wrote down that a mailing arrived",
    "mailing.not_received_seen": "looked at who did not get a mailing",
    "mailing.taken_back": "took a mailing back",
    "mailing.tested": "sent a test of a mailing",
    "membership.contact_seen": "looked at a contact",
    "membership.list_seen": "looked at the contact list",
    "membership.left": "took somebody off the contact list",
    "membership.promise_lowered": "lowered the promise",
    "people.account_made": "the account was made",
    "people.recovery_codes_made": "made recovery codes",
    "people.recovery_code_used": "used a recovery code",
    "people.address_changed": "changed the email address",
    "groups.members_seen": "looked at the members",
    "groups.past_members_seen": "looked at past members",
    "groups.invited": "invited somebody to a role",
    "groups.role_accepted": "began a role",
    "groups.role_ended": "a role ended",
    "groups.term_set": "set the end of a term",
    "groups.reset_asked": "asked for an authenticator to be taken off",
    "groups.reset_done": "a lost authenticator was taken off",
    "groups.reset_stopped": "an authenticator was left as it was",
    "people.renamed": "changed a name",
    "updates.posted": "posted an update",
    "updates.changed": "changed an update",
    "updates.reviewed": "found an update to be still true",
    "updates.withdrawn": "withdrew an update",
    "updates.thanked": "said thanks",
    "updates.thanks_taken_back": "took thanks back",
    "people.digest_switched": "switched the daily email on or off",
    "people.address_asked": "asked for another email address",
    "people.second_factor_confirmed": "set up an authenticator",
    "people.next_second_factor_started": "began to move an authenticator to a new phone",
    "people.second_factor_given": "gave an authenticator code",
    "people.second_factor_reset": "a lost authenticator was taken off",
    "people.signed_out_everywhere": "was signed out everywhere",
}
"""Where the name of a deed does not read well by itself."""


def deed_words(what: str) -> str:
    """ "invited somebody to a role", "signed in": from "groups.invited", "people.signed_in"."""
    return WORDS.get(what) or what.partition(".")[2].replace("_", " ")
