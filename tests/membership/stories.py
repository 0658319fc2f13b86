"""The group of this domain's stories, and people who joined it, waited, or left."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from pcnppg.directory.models import Practice
from pcnppg.groups import actions as founding
from pcnppg.groups.models import Group
from pcnppg.groups.queries import get_group
from pcnppg.groups.rules import Controller, Holder, Kind
from pcnppg.kernel import keys
from pcnppg.kernel.clock import now
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import OPERATOR, VISITOR, Who
from pcnppg.membership import actions, queries
from pcnppg.membership.models import ConsentRecord, Contact, SignUp
from pcnppg.membership.rules import Channel, Consent, How, State, name_key, searchable
from pcnppg.post import formats as post_formats
from pcnppg.post.models import OutboxMessage
from pcnppg.store.session import session, transaction

_codes = itertools.count()


def the_group(
    slug: str = "elm-tree", *, promise: int = 4, list_size: int | None = 3484, is_open: bool = True, **more: Any
) -> Group:
    """A practice group that people can join, unless it is not `is_open`: then nobody has said who holds its data."""
    code = f"Z9{next(_codes):05}"
    with transaction() as open_:
        practice = Practice(
            code=code,
            name="ELM TREE SURGERY",
            postcode="ZZ1 1ZZ",
            postcode_key="ZZ11ZZ",
            search="elm tree surgery",
            icb_code="QZZ",
            icb_name="INVENTED ICB",
            list_size=list_size,
            list_size_on=now().date() if list_size else None,
        )
        group = Group(
            kind=Kind.PRACTICE,
            slug=slug,
            short_code=slug[:12],
            name="Elm Tree Patient Group",
            practice_code=code,
            purpose="To speak up for patients.",
            reply_address="group@elm-tree.example",
            helper_name="Sam Okafor",
            helper_contact="01632 960 123",
            controller=Controller.PRACTICE,
            privacy_contact="privacy@elm-tree.example",
            promise=promise,
            created_at=now(),
            set_up_at=now(),
        )
        for name, value in more.items():
            setattr(group, name, value)
        open_.add_all([practice, group])
        open_.flush()
        if is_open:
            publish(group)
    return group


def publish(group: Group, **over: Any) -> None:
    """Say who holds the group's data, inside somebody's transaction."""
    of_practice = group.controller == Controller.PRACTICE
    known: dict[str, Any] = {
        "controller": Controller(group.controller),
        "holder_name": "Elm Tree Surgery" if of_practice else group.name,
        "holder_address": "1 Elm Road\nElmton ZZ1 1ZZ",
        "privacy_contact": group.privacy_contact,
        "officer_name": "Dana Field" if of_practice else "",
        "officer_contact": "dpo@elm-tree.example" if of_practice else "",
        "registration": "ZA000001",
    }
    holder = Holder(**{**known, **over})
    founding.publish_notice(group.id, holder, over=group.notice_version, by=OPERATOR, at=now())


def address(text: str) -> EmailAddress:
    return EmailAddress.parse(text)


def ask(group: Group | int, text: str, *, name: str | None = None, channel: Channel = Channel.WEB) -> None:
    """Fill in the join form."""
    group_id = group if isinstance(group, int) else group.id
    with transaction():
        actions.join(group_id, address=address(text), name=name, channel=channel, by=VISITOR, at=now())


def confirm(group: Group | int, token: str) -> Contact:
    """Press the button of the confirm page."""
    group_id = group if isinstance(group, int) else group.id
    with transaction():
        digest = queries.words_of(get_group(group_id)).digest
        return actions.confirm(token, digest=digest, at=now())


def joined(group: Group, text: str, *, name: str | None = None) -> Contact:
    """Somebody who asked and confirmed."""
    ask(group, text, name=name)
    return confirm(group, confirm_token(text))


def beside(other: Contact, name: str | None, *, state: State = State.ACTIVE) -> Contact:
    """A second person at somebody's mailbox, written straight into the table."""
    assert other.address is not None
    gone = {"left_at": now(), "left_how": How.LEAVE_PAGE} if state is State.LEFT else {}
    with transaction() as open_:
        contact = Contact(
            group_id=other.group_id,
            state=state,
            name=name,
            name_key=name_key(name),
            address=other.address,
            mailbox=other.mailbox,
            search=searchable(name, other.address),
            channel=Channel.WEB,
            promise=other.promise,
            joined_at=now(),
            agreed_at=now(),
            wording_id=other.wording_id,
            **gone,
        )
        open_.add(contact)
        open_.flush()
        line = {"what": Consent.AGREED, "how": How.CONFIRM_PAGE, "promise": 4, "wording_id": other.wording_id}
        open_.add(ConsentRecord(group_id=other.group_id, contact_id=contact.id, at=now(), **line))
    return contact


def ask_change(contact: Contact | int, text: str, *, how: How = How.MY_PAGE, by: Who | None = None) -> None:
    """Ask for another address."""
    contact_id = contact if isinstance(contact, int) else contact.id
    with transaction():
        actions.change_address(contact_id, address=address(text), how=how, by=by or Who.contact(contact_id), at=now())


def change_token(text: str) -> str:
    """The token in the newest mail that asks this address to confirm itself."""
    return str([x for x in letters("address_new") if x["to"] == address(text).mailbox][-1]["values"]["token"])


def press_change(token: str) -> Contact:
    """Press the button of the page that confirms a new address."""
    with transaction():
        return actions.confirm_address(token, at=now())


def leave(contact: Contact | int, *, how: How = How.LEAVE_PAGE) -> None:
    contact_id = contact if isinstance(contact, int) else contact.id
    with transaction():
        actions.leave(contact_id, how=how, by=Who.contact(contact_id), at=now())


def letters(kind: str | None = None) -> list[dict[str, Any]]:
    """What waits in the outbox, opened: kind, to, and the values; oldest first."""
    found = session().scalars(select(OutboxMessage).where(OutboxMessage.sealed.is_not(None)).order_by(OutboxMessage.id))
    opened = [
        {
            "kind": row.kind,
            "about": (row.about_kind, row.about_id),
            **post_formats.unseal(keys.current().seal, row.sealed),
        }
        for row in found
        if row.sealed is not None
    ]
    return [letter for letter in opened if kind is None or letter["kind"] == f"membership/{kind}"]


def letters_to(text: str) -> list[dict[str, Any]]:
    return [letter for letter in letters() if letter["to"] == address(text).mailbox]


def confirm_token(text: str) -> str:
    """The token in the newest confirm mail to this address."""
    return str([x for x in letters("confirm") if x["to"] == address(text).mailbox][-1]["values"]["token"])


def my_token(group: Group, text: str) -> str:
    """Ask what is held, and open the mail that answers."""
    with transaction():
        actions.tell_my_link(group.id, address=address(text), by=VISITOR, at=now())
    return str([x for x in letters("my") if x["to"] == address(text).mailbox][-1]["values"]["token"])


def erase_by(token: str) -> None:
    """Press the button of the page that erases."""
    with transaction():
        actions.erase_by_link(token, at=now())


def leave_token(contact: Contact | int) -> str:
    return keys.current().sign("leave", contact if isinstance(contact, int) else contact.id)


def contact_of(group: Group, text: str) -> Contact | None:
    session().rollback()
    return queries.find_at_mailbox(group.id, address(text).mailbox)


def sign_ups(group: Group) -> Sequence[SignUp]:
    session().rollback()
    return session().scalars(select(SignUp).where(SignUp.group_id == group.id).order_by(SignUp.id)).all()


def what_happened(contact: Contact | int) -> list[tuple[str, str, int | None]]:
    """The consent records of a contact, oldest first."""
    contact_id = contact if isinstance(contact, int) else contact.id
    return [(line.what, line.how, line.promise) for line, _ in queries.list_consent(contact_id)]
