"""Prepares the demonstration, and says where to look and who can sign in how."""

from __future__ import annotations

from collections.abc import Iterator

import click
import flask_migrate
from flask import Flask

from pcnppg.demo.play import play
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import role_words
from pcnppg.kernel.settings import Settings
from pcnppg.people import formats as authenticators
from pcnppg.people import queries as people
from pcnppg.store.session import end_read

SETTINGS = {"PCNPPG_HOLD_MINUTES": "1", "PCNPPG_QUIET_HOURS": "none"}
"""What is different here, unless the environment says otherwise: a mailing is held for a minute, and goes at night too."""


def prepare(app: Flask) -> None:
    """Bring the database up to date, and fill it where it is empty. What is there stays."""
    flask_migrate.upgrade()
    if groups.list_groups():
        return
    click.echo("Making the demonstration: four groups and a year of their life. This takes some seconds.")
    end_read()
    play(app)


def introduction(settings: Settings) -> Iterator[str]:
    """What the terminal says: where to look, who can sign in, and where mail is caught."""
    yield ""
    yield f"The demonstration is at   {settings.base_url}"
    if settings.mail_url.startswith("file:"):
        yield f"Caught mail is read at    {settings.base_url}/dev/mailbox"
    yield f"How the mail stands       {settings.base_url}/operator"
    yield f"A mailing is held for     {int(settings.hold.total_seconds() // 60)} minute(s) before it goes"
    yield ""
    yield "To sign in: go to /sign-in, give one of these addresses, and read the code in the caught mail."
    yield "Officers also need a code from an authenticator app: give the app their secret."
    for group in groups.list_groups():
        yield ""
        yield f"{group.name}   {settings.base_url}/groups/{group.slug}"
        for member in groups.list_members(group.id):
            yield f"  {role_words(member.role):<18} {_how(member.person_id)}"
    yield ""
    yield "Ctrl-C ends it. To begin again with a fresh year, delete the folder instance/."
    yield ""


def _how(person_id: int) -> str:
    person = people.get_person(person_id)
    factor = people.find_second_factor(person_id)
    secret = (
        f"authenticator secret {authenticators.secret_of(factor.sealed_secret)}"
        if factor
        else "no authenticator needed"
    )
    return f"{person.name:<18} {person.address:<32} {secret}"
