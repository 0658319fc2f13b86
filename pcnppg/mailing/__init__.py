"""Writing to the contact list without ever breaking the promise.

A *mailing* is one message from a group to its list; a *delivery* is one mailing to one contact, with its outcome. Sending
takes one slot of each receiver's *allowance* under a lock on the group, holds the mailing for a while, and the worker checks
consent and allowance again before each handover. Who is left out is recorded with the reason.
"""
