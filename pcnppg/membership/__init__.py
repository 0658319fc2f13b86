"""The contact list: joining, consent and its evidence, the promise, pausing, leaving, being erased.

A contact is a person in one group's list, reached at a mailbox. They are on it because they confirmed by their own act;
they leave with one press. Consent records are only ever added and hold no name and no address. A *sign-up* is a form that
somebody filled in and nobody has confirmed yet. A *suppression* is a keyed hash that importing must not bring back.
"""
