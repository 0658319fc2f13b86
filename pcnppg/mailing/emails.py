"""A mailing as it arrives: prepared once, filled in for each receiver; and as its writer sees it beforehand."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from pcnppg.kernel import keys, settings
from pcnppg.kernel.wording import nth
from pcnppg.mailing import formats
from pcnppg.post import actions as post
from pcnppg.post.emails import Words, render
from pcnppg.post.formats import Prepared, phrase, prepare, slot
from pcnppg.post.rules import Item, MailClass

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Row

    from pcnppg.groups.models import Group
    from pcnppg.mailing.models import Mailing

LEAVE_EXAMPLE = "this-is-an-example"
"""Stands where each receiver's own token goes, in what the writer sees. It opens nothing."""


def prepare_mailing(mailing: Mailing, group: Group) -> Prepared:
    """The message for all receivers, with place-holders for what differs."""
    words = _words(mailing, group, ordinal=slot("ordinal"), of_at_most=slot("of"), leave=slot("leave"))
    domain = settings.current().mail_domain
    leave = f"{settings.current().base_url}/u/{slot('leave')}"
    return prepare(
        from_name=group.name,
        from_address=f"{group.slug}@{domain}",
        reply_to=group.reply_address or None,
        subject=words.subject,
        text=words.text,
        html=words.html,
        headers={
            "List-Id": f"{phrase(group.name)} <{group.slug}.{domain}>",
            "List-Unsubscribe": f"<{leave}>, <mailto:u+{slot('leave')}@{domain}?subject=leave>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def item_for(prepared: Prepared, delivery: Row[Any], contact: Row[Any], *, at: datetime) -> Item:
    """One receiver's copy, made when its turn comes."""
    ours, domain = keys.current(), settings.current().mail_domain
    make = partial(
        prepared.fill,
        {
            "ordinal": nth(delivery.ordinal),
            "of": str(delivery.of_at_most),
            "leave": ours.sign("leave", delivery.contact_id),
        },
        to_name=contact.name or "",
        to_address=contact.mailbox,
        message_id=f"<d.{ours.sign('delivery', delivery.id)}@{domain}>",
        date=at,
    )
    envelope_from = f"b+{ours.sign('bounce', delivery.id)}@{domain}"
    return Item(key=delivery.id, envelope_from=envelope_from, to=contact.mailbox, make=make)


def preview(mailing: Mailing, group: Group, *, ordinal: int = 1) -> Words:
    """What arrives, with an example's number and link."""
    return _words(mailing, group, ordinal=nth(ordinal), of_at_most=str(group.promise), leave=LEAVE_EXAMPLE)


def send_test(mailing: Mailing, group: Group, *, to: str, at: datetime) -> None:
    """What arrives, marked as a test, to whoever writes it. It uses no allowance."""
    post.enqueue(
        kind="mailing/test",
        mail_class=MailClass.OFFICE,
        to=to,
        values={**_values(mailing, group), "ordinal": nth(1), "of_at_most": group.promise, "leave": LEAVE_EXAMPLE},
        at=at,
        about=("mailing", mailing.id),
    )


def _words(mailing: Mailing, group: Group, *, ordinal: str, of_at_most: str, leave: str) -> Words:
    values = {**_values(mailing, group), "ordinal": ordinal, "of_at_most": of_at_most, "leave": leave}
    return render("mailing/mailing", values)


def _values(mailing: Mailing, group: Group) -> dict[str, str | int]:
    return {
        "written_subject": mailing.subject,
        "written_html": formats.as_html(mailing.body),
        "written_text": formats.as_text(mailing.body),
        **about(mailing, group),
    }


def about(mailing: Mailing, group: Group) -> dict[str, str | int]:
    """What stands in a mailing beside its own words."""
    return {
        "from_name": group.name,
        "reply_to": group.reply_address,
        "slug": group.slug,
        "mailing_id": mailing.id,
        "group_name": group.name,
        "helper_name": group.helper_name,
        "helper_contact": group.helper_contact,
    }
