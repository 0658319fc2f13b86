"""A mailing as it arrives: prepared once, filled in for each receiver; and as its writer sees it beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pcnppg.kernel import keys, paths, settings
from pcnppg.kernel.wording import day, nth
from pcnppg.mailing import formats
from pcnppg.mailing.rules import HAVE_YOUR_SAY, Kind
from pcnppg.post import actions as post
from pcnppg.post.emails import Words, render
from pcnppg.post.formats import Prepared, phrase, prepare, slot
from pcnppg.post.rules import Item, MailClass

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.groups.queries import Letterhead
    from pcnppg.mailing.actions.delivering import Claimed
    from pcnppg.mailing.models import Mailing
    from pcnppg.membership.rules import Raise

LEAVE_EXAMPLE = "this-is-an-example"
"""Stands where each receiver's own token goes, in what the writer sees. It opens nothing."""


_open_items: Callable[[int], int] | None = None


def lend_open_items(count: Callable[[int], int]) -> None:
    """Who can say how much there is to back in a group: `app.py` lends what `meetings` knows."""
    global _open_items
    _open_items = count


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands in some copies of a mailing beside its words: a higher promise at the head, a question at the foot."""

    told: Raise | None = None
    renews: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a mailing, which stand for good once it is sent."""

    id: int
    subject: str
    body: str
    kind: str

    @classmethod
    def of(cls, mailing: Mailing) -> Written:
        return cls(mailing.id, mailing.subject, mailing.body, mailing.kind)


def prepare_mailing(mailing: Mailing | Written, group: Group | Letterhead, beside: Beside = Beside()) -> Prepared:
    """The message for all receivers, with place-holders for what differs."""
    words = _words(
        mailing,
        group,
        ordinal=slot("ordinal"),
        of_at_most=slot("of"),
        leave=slot("leave"),
        say=slot("say") if _asks(mailing, group) else "",
        told=beside.told,
        renew=slot("renew") if beside.renews else "",
        agreed=slot("agreed") if beside.renews else "",
    )
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


def item_for(prepared: Prepared, message: Claimed, beside: Beside, *, at: datetime) -> Item:
    """One mailbox's copy, made when its turn comes. Those who share it are named together."""
    ours, domain = keys.current(), settings.current().mail_domain
    delivery, contact = message.delivery, message.contact
    names = [one.contact.name for one in message.sharing]
    values = {
        "ordinal": nth(delivery.ordinal),
        "of": str(delivery.of_at_most),
        "leave": ours.sign("leave", delivery.contact_id),
        "say": ours.sign(HAVE_YOUR_SAY, delivery.contact_id),
    }
    if beside.renews:
        values["renew"] = ours.sign("renew", delivery.contact_id)
        values["agreed"] = day(contact.agreed_at) if contact.agreed_at else ""
    make = partial(
        prepared.fill,
        values,
        to_name=" and ".join(names) if all(names) else "",
        to_address=contact.mailbox,
        message_id=message_id(delivery.id),
        date=at,
    )
    envelope_from = f"{reference(delivery.id)}@{domain}"
    return Item(key=delivery.id, envelope_from=envelope_from, to=contact.mailbox, make=make)


def reference(delivery_id: int) -> str:
    """What names a delivery to whoever carries it: its return path before the @, and its reference at GOV.UK Notify."""
    return f"b+{keys.current().sign('bounce', delivery_id)}"


def known_as(delivery_id: int) -> str:
    """By what the operator finds a delivery where it went: its Message-ID, or its reference at GOV.UK Notify."""
    return message_id(delivery_id) if settings.current().notify is None else reference(delivery_id)


def message_id(delivery_id: int) -> str:
    """The Message-ID of a delivery: the same whenever it is made."""
    return f"<d.{keys.current().sign('delivery', delivery_id)}@{settings.current().mail_domain}>"


def raise_words(promise: int) -> tuple[str, str]:
    """Subject and text of the mailing that tells of a higher promise."""
    subject, _, body = _text().get_template("mailing/raise.txt").render(promise=promise).partition("\n")
    return subject, body.strip()


@cache
def _text() -> Environment:
    return Environment(
        loader=FileSystemLoader(paths.TEMPLATES), undefined=StrictUndefined, autoescape=select_autoescape(())
    )


def preview(mailing: Mailing, group: Group, *, ordinal: int = 1) -> Words:
    """What arrives, with an example's number and link."""
    asks = {"say": LEAVE_EXAMPLE if _asks(mailing, group) else ""}
    known = {"ordinal": nth(ordinal), "of_at_most": str(group.promise), "leave": LEAVE_EXAMPLE}
    return _words(mailing, group, **known, **asks, **_PLAIN)


def send_test(mailing: Mailing, group: Group, *, to: str, at: datetime) -> None:
    """What arrives, marked as a test, to whoever writes it. It uses no allowance."""
    post.enqueue(
        kind="mailing/test",
        mail_class=MailClass.OFFICE,
        to=to,
        values={
            **_values(mailing, group),
            **_PLAIN,
            "ordinal": nth(1),
            "of_at_most": group.promise,
            "leave": LEAVE_EXAMPLE,
            "say": LEAVE_EXAMPLE if _asks(mailing, group) else "",
        },
        at=at,
        about=("mailing", mailing.id),
    )


_PLAIN: dict[str, Any] = {"told": None, "renew": "", "agreed": ""}
"""A copy with nothing beside the mailing's own words."""


def _asks(mailing: Mailing | Written, group: Group | Letterhead) -> bool:
    """Does it lead to what people of this group want talked about? A network's mailing is about no group of its readers'."""
    return mailing.kind != Kind.NETWORK and _open_items is not None and _open_items(group.id) > 0


def _words(mailing: Mailing | Written, group: Group | Letterhead, **of_this_copy: Any) -> Words:
    values = {**_values(mailing, group), **of_this_copy}
    return render("mailing/mailing", values)


def _values(mailing: Mailing | Written, group: Group | Letterhead) -> dict[str, str | int]:
    return {
        "written_subject": mailing.subject,
        "written_html": formats.as_html(mailing.body),
        "written_text": formats.as_text(mailing.body),
        **about(mailing, group),
    }


def about(mailing: Mailing | Written, group: Group | Letterhead) -> dict[str, str | int]:
    """What stands in a mailing beside its own words."""
    return {
        "from_name": group.name,
        "reply_to": group.reply_address,
        "slug": group.slug,
        "mailing_id": mailing.id,
        "is_network": mailing.kind == Kind.NETWORK,
        "group_name": group.name,
        "helper_name": group.helper_name,
        "helper_contact": group.helper_contact,
    }
