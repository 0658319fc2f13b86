"""Pages of the contact list: those inside a group (`bp`) and those of link holders (`outside`)."""

from pcnppg.membership.views import (
    addresses,
    asking,
    behalf,
    contacts,
    copying,
    importing,
    joining,
    leaving,
    my,
    my_rights,
    paper,
    promise,
    renewal,
    request_steps,
    requests,
)
from pcnppg.membership.views.blueprints import bp, outside
from pcnppg.membership.views.importing import lend

__all__ = [
    "addresses",
    "asking",
    "behalf",
    "bp",
    "contacts",
    "copying",
    "importing",
    "joining",
    "leaving",
    "lend",
    "my",
    "my_rights",
    "outside",
    "paper",
    "promise",
    "renewal",
    "request_steps",
    "requests",
]
