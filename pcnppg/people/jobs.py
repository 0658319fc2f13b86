"""What wakes by itself (tidying), and the operator's way back for a lost authenticator."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup

from pcnppg.kernel.clock import now
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR
from pcnppg.people import actions, queries
from pcnppg.store.session import transaction

people = AppGroup("people", help="Accounts and roles.")


def tidy(at: datetime) -> None:
    """Once a day: codes, guesses and sessions that nothing is counted by any more."""
    with transaction():
        actions.tidy(at=at)


@people.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take a lost authenticator off the account of EMAIL. Its owner and the officers of their groups are told."""
    address = EmailAddress.parse(email)
    with transaction():
        person = queries.find_person(address.mailbox)
        if person is None:
            raise click.ClickException("There is no account with this address.")
        actions.reset_second_factor(person.id, by=OPERATOR, at=now())
    click.echo("The authenticator is taken off. They set up a new one when they next sign in.")
