"""What people fill in: to join and to leave; what officers fill in for them."""

from pcnppg.membership.forms.contacts import (
    LISTED,
    AddressForm,
    JoinForm,
    MendForm,
    NameForm,
    NetworkNewsForm,
    NewAddressForm,
    PauseForm,
    PauseUntilForm,
    PromiseForm,
    SearchForm,
    TakeOffForm,
)
from pcnppg.membership.forms.paper import (
    AddForm,
    AskAddressForm,
    ChangeForm,
    ExportForm,
    OwnWaysForm,
    PauseForThemForm,
    WaysForm,
)

__all__ = [
    "LISTED",
    "AddForm",
    "AddressForm",
    "AskAddressForm",
    "ChangeForm",
    "ExportForm",
    "JoinForm",
    "MendForm",
    "NameForm",
    "NetworkNewsForm",
    "NewAddressForm",
    "OwnWaysForm",
    "PauseForThemForm",
    "PauseForm",
    "PauseUntilForm",
    "PromiseForm",
    "SearchForm",
    "TakeOffForm",
    "WaysForm",
]
