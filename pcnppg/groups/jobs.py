"""What wakes by itself (authenticators due to be taken off, old invitations), and the operator's commands for groups."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup, with_appcontext

from pcnppg.groups import actions, queries
from pcnppg.groups.rules import BY_HAND, Controller, Role, role_words
from pcnppg.kernel.clock import now
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.settings import current
from pcnppg.kernel.who import MACHINE, OPERATOR
from pcnppg.store.session import transaction

groups = AppGroup("groups", help="Patient groups.")


def do_due_resets(at: datetime) -> None:
    """Every few minutes: authenticators whose day of notice is over."""
    with transaction():
        actions.do_due_resets(by=MACHINE, at=at)


def tidy(at: datetime) -> None:
    """Once a day: addresses of invitations that nobody can accept any more."""
    with transaction():
        actions.tidy(at=at)


@groups.command("create")
@click.option("--practice", metavar="CODE", help="The practice, by its code in the directory.")
@click.option("--network", metavar="CODE", help="The network, by its code in the directory.")
@click.option("--name", required=True, help="The group's name.")
@click.option("--slug", required=True, help="Its short name in web addresses, like elm-tree.")
@click.option("--chair", required=True, metavar="EMAIL", help="Who is invited to be the chair.")
@click.option("--controller", type=click.Choice([word.value for word in Controller]), help="Who answers for the data.")
@click.option("--privacy-contact", metavar="EMAIL", help="Whom patients write to about their data.")
def create(
    practice: str | None,
    network: str | None,
    name: str,
    slug: str,
    chair: str,
    controller: str | None,
    privacy_contact: str | None,
) -> None:
    """Make a group, open for joining, and print the chair's invitation."""
    if bool(practice) == bool(network):
        raise click.UsageError("Give either --practice or --network, and its code.")
    if network and (controller or privacy_contact):
        raise click.UsageError("--controller and --privacy-contact go with --practice.")
    address = EmailAddress.parse(chair)
    with transaction():
        if practice:
            contact = EmailAddress.parse(privacy_contact).shown if privacy_contact else ""
            group, token = actions.create_practice_group(
                practice_code=practice.upper(),
                name=name,
                slug=slug,
                chair=address,
                controller=Controller(controller or Controller.PRACTICE),
                privacy_contact=contact,
                by=OPERATOR,
                at=now(),
            )
        else:
            code = (network or "").upper()
            group, token = actions.create_network_group(
                network_code=code, name=name, slug=slug, chair=address, by=OPERATOR, at=now()
            )
        made = group.slug
    click.echo(f"The group is at {current().base_url}/groups/{made}")
    click.echo(f"The chair's invitation: {_link(token)}")


@click.command("invite")
@with_appcontext
@click.option("--group", "slug", required=True, metavar="SLUG", help="The group, by its short name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in BY_HAND]), help="Which role.")
@click.argument("email")
def invite(slug: str, role: str, email: str) -> None:
    """Invite EMAIL to a role in a group, and print the link."""
    address = EmailAddress.parse(email)
    with transaction():
        group = queries.find_group(slug)
        if group is None:
            raise click.ClickException(f"There is no group with the slug {slug}.")
        token = actions.invite(group.id, role=Role(role), address=address, by=OPERATOR, at=now())
    click.echo(f"The invitation to be {role_words(role)}: {_link(token)}")


def _link(token: str) -> str:
    return f"{current().base_url}/invitations/{token}"
