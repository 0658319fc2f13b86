"""Builders: the shortest way to the people and groups of our stories, through the product's own actions where there are any.

They open transactions of their own, and take and give numbers of rows, so that they work with and without an application
context of the test's.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from flask import Flask, current_app
from flask.testing import FlaskClient

from pcnppg.directory.models import Practice
from pcnppg.directory.rules import search_text
from pcnppg.groups import actions as groups
from pcnppg.groups.rules import Role
from pcnppg.kernel.clock import now
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR, VISITOR, Who
from pcnppg.people import actions as people
from pcnppg.people.models import SecondFactor, SignInSession
from pcnppg.store.session import session, transaction

Made = TypeVar("Made")


def apart(app: Flask, make: Callable[[], Made]) -> Made:
    """Make something in an application context of its own, in one transaction."""

    def inside() -> Made:
        with app.app_context(), transaction():
            return make()

    return contextvars.Context().run(inside)


def the_app() -> Flask:
    """The application of the context that is open."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def a_practice(
    app: Flask | None = None, *, code: str = "Z99001", name: str = "ELM TREE SURGERY", list_size: int = 3484
) -> str:
    """An open practice in the directory: its code."""

    def make() -> str:
        if session().get(Practice, code) is None:
            known = {"name": name, "postcode": "ZZ1 1ZZ", "postcode_key": "ZZ11ZZ"}
            known["search"] = search_text(code=code, name=name, postcode="ZZ1 1ZZ")
            board = {"icb_code": "QZZ", "icb_name": "INVENTED ICB"}
            session().add(Practice(code=code, list_size=list_size, list_size_on=now().date(), **known, **board))
        return code

    return apart(app or the_app(), make)


def a_group(
    app: Flask | None = None,
    *,
    slug: str = "elm-tree",
    name: str = "Elm Tree Patient Group",
    practice: str = "Z99001",
    chair: str = "ruth@example.com",
    chair_name: str = "Ruth Carver",
) -> int:
    """A practice group that is set up, with its chair: its number."""
    app = app or the_app()
    a_practice(app, code=practice)

    def make() -> int:
        group, token = groups.create_practice_group(
            practice_code=practice, name=name, slug=slug, chair=EmailAddress.parse(chair), by=OPERATOR, at=now()
        )
        found = groups.accept_invitation(token, name=chair_name, at=now())
        groups.set_up(
            group.id,
            name=name,
            purpose="To speak up for patients of the practice.",
            reply_address=EmailAddress.parse(f"{slug}@example.org"),
            helper_name=chair_name,
            helper_contact="01632 960 001",
            by=Who.person(found.person_id),
            at=now(),
        )
        holder = replace(
            group.holder,
            holder_address="1 Elm Road\nElmton ZZ1 1ZZ",
            officer_name="Dana Field",
            officer_contact="dpo@elm-tree.example",
            registration="",
        )
        groups.publish_notice(group.id, holder, over=group.notice_version, by=Who.person(found.person_id), at=now())
        return group.id

    return apart(app, make)


def a_person(app: Flask | None = None, *, name: str = "Sam Stranger", address: str = "sam@example.net") -> int:
    """An account without any role: its number."""
    make = lambda: people.make_account(address=EmailAddress.parse(address), name=name, by=VISITOR, at=now()).id  # noqa: E731
    return apart(app or the_app(), make)


def an_officer(
    group: Any, *, role: Role | str = Role.SECRETARY, name: str = "", address: str = "", app: Flask | None = None
) -> int:
    """Somebody who was invited to `role` in the group (a row or its number) and accepted: the account's number."""
    group_id, role = getattr(group, "id", group), Role(role)

    def make() -> int:
        invited = EmailAddress.parse(address or f"{role}-of-{group_id}@example.com".replace("_", "-"))
        token = groups.invite(group_id, role=role, address=invited, by=OPERATOR, at=now())
        return groups.accept_invitation(token, name=name or f"The {role.replace('_', ' ')}", at=now()).person_id

    return apart(app or the_app(), make)


def sign_in(client: FlaskClient, person: Any, *, second_factor: bool = True) -> None:
    """Sign the person (a row or its number) in with this client, and past the authenticator unless told otherwise."""
    person_id = getattr(person, "id", person)

    def make() -> str:
        opened = people.begin_session(person_id, device="Firefox on Windows", at=now())
        if second_factor:
            kept = session().get(SignInSession, opened.session_id)
            assert kept is not None
            kept.second_factor_at = now()
            people.prepare_second_factor(person_id, at=now())
            factor = session().query(SecondFactor).filter_by(person_id=person_id).one()
            factor.confirmed_at = factor.confirmed_at or now()
        return opened.cookie

    cookie = apart(client.application, make)
    with client.session_transaction(base_url=client.application.config["SETTINGS"].base_url) as kept:
        kept["_user_id"] = cookie
        kept["_fresh"] = True
