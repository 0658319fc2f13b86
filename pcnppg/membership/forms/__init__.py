"""What people fill in: to join and to leave; what officers fill in for them."""

from pcnppg.membership.forms.contacts import (
    LISTED,
    AddressForm,
    JoinForm,
    MendForm,
    NameForm,
    PauseForm,
    PromiseForm,
    SearchForm,
    TakeOffForm,
)
from pcnppg.membership.forms.paper import AddForm, ChangeForm, ExportForm, PauseForThemForm, WaysForm

__all__ = [
    "LISTED",
    "AddForm",
    "AddressForm",
    "ChangeForm",
    "ExportForm",
    "JoinForm",
    "MendForm",
    "NameForm",
    "PauseForThemForm",
    "PauseForm",
    "PromiseForm",
    "SearchForm",
    "TakeOffForm",
    "WaysForm",
]
