"""Rows of membership: the contact list with its evidence, and what people ask about their data."""

from pcnppg.membership.models.contacts import (
    ConsentRecord,
    Contact,
    Evidence,
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
    "DataRequest",
    "Evidence",
    "MyLink",
    "PromiseChange",
    "RequestNote",
    "RequestStep",
    "SignUp",
    "Suppression",
    "Wording",
]
