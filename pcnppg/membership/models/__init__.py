"""Rows of membership: the contact list with its evidence, changes of address, and what people ask about their data."""

from pcnppg.membership.models.addresses import ContactMove
from pcnppg.membership.models.contacts import (
    ConsentRecord,
    Contact,
    ContactImport,
    ContactImportRow,
    Evidence,
    ListExport,
    MyLink,
    PromiseChange,
    SignUp,
    Suppression,
    Wording,
)
from pcnppg.membership.models.requests import DataRequest, RequestNote, RequestStep

__all__ = [
    "ConsentRecord",
    "Contact",
    "ContactImport",
    "ContactImportRow",
    "ContactMove",
    "DataRequest",
    "Evidence",
    "ListExport",
    "MyLink",
    "PromiseChange",
    "RequestNote",
    "RequestStep",
    "SignUp",
    "Suppression",
    "Wording",
]
