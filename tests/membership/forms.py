"""Forms of paper in our stories: who agreed away from the website, written down by an officer."""

from __future__ import annotations

from datetime import date
from typing import Any

from pcnppg.groups.models import Group
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.membership import actions
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import Agreement, Channel, ReachedBy, Ways
from pcnppg.store.session import transaction

THE_FORM = date(2027, 3, 2)
HOME = "4 Weir Lane\nWithy\nZZ1 2AB"
NUMBER = "01632 960 777"


def by_email(text: str) -> Ways:
    return Ways(ReachedBy.EMAIL, EmailAddress.parse(text))


def by_post(text: str = HOME) -> Ways:
    return Ways(ReachedBy.POST, postal_address=text)


def by_phone(text: str = NUMBER) -> Ways:
    return Ways(ReachedBy.PHONE, phone=text)


def agreed(**more: Any) -> Agreement:
    """A form that Sam took two days ago."""
    known = {"channel": Channel.PAPER, "taken_by": "Sam Okafor", "given_on": THE_FORM, "kept_at": "Blue folder"}
    return Agreement(**{**known, **more})


def written_down(
    group: Group, ways: Ways, *, name: str | None = "Nan Webb", by: Who = OPERATOR, **more: Any
) -> Contact:
    """Somebody whose form an officer has written down."""
    with transaction():
        return actions.write_down(group.id, name=name, ways=ways, agreement=agreed(**more), by=by, at=clock.now())
