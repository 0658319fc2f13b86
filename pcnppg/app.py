"""The table of contents: settings, floors, domains, and what higher floors lend to lower ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask
from flask_migrate import Migrate
from werkzeug.routing import BaseConverter, IntegerConverter

from pcnppg.audit import actions as audit
from pcnppg.audit import jobs as audit_jobs
from pcnppg.federation import jobs as federation_jobs
from pcnppg.federation import queries as federation
from pcnppg.federation import views as federation_views
from pcnppg.groups import actions as group_actions
from pcnppg.groups import jobs as group_jobs
from pcnppg.groups import queries as groups
from pcnppg.groups import views as group_views
from pcnppg.groups.rules import NEEDS_SECOND_FACTOR, Permission, Role, is_granted
from pcnppg.kernel import keys, paths
from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.settings import Settings
from pcnppg.mailing import actions as mailing
from pcnppg.mailing import emails as mailing_emails
from pcnppg.mailing import jobs as mailing_jobs
from pcnppg.mailing import queries as mailings
from pcnppg.mailing import views as mailing_views
from pcnppg.mailing.jobs import Deliveries
from pcnppg.meetings import jobs as meeting_jobs
from pcnppg.meetings import views as meeting_views
from pcnppg.meetings.actions import forgetting as meetings_forgetting
from pcnppg.meetings.actions import retention, unnaming
from pcnppg.meetings.queries import items, raising
from pcnppg.meetings.queries import telling as meetings_telling
from pcnppg.membership import actions as membership
from pcnppg.membership import jobs as membership_jobs
from pcnppg.membership import queries as contact_lists
from pcnppg.membership import views as membership_views
from pcnppg.membership.jobs import importing as list_jobs
from pcnppg.pages import actions as page_actions
from pcnppg.pages import jobs as page_jobs
from pcnppg.pages import views as page_views
from pcnppg.people import actions as people_actions
from pcnppg.people import jobs as people_jobs
from pcnppg.people import queries as people
from pcnppg.people import views as people_views
from pcnppg.post import actions as post
from pcnppg.post import views as post_views
from pcnppg.post.jobs import command as worker
from pcnppg.post.jobs.guard import Guarded, Right
from pcnppg.post.jobs.periodic import TIDY, Job
from pcnppg.post.jobs.signing import Signing, signer_for
from pcnppg.post.rules import Queue
from pcnppg.post.transports.file import discard_naming, folder_of
from pcnppg.returns import actions as returns
from pcnppg.returns import jobs as return_jobs
from pcnppg.returns import views as return_views
from pcnppg.returns.jobs.inbox import look_into_inbox
from pcnppg.store import session as store
from pcnppg.store.session import afterwards
from pcnppg.updates import actions as update_actions
from pcnppg.updates import jobs as update_jobs
from pcnppg.updates import queries as updates
from pcnppg.updates import views as update_views
from pcnppg.web import access, errors, htmx, security, templating


class SlugConverter(BaseConverter):
    """A group's short name in a URL; anything else is simply no page."""

    regex = "[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?"


class NumberConverter(IntegerConverter):
    """A row's number in a URL; one too long for any database to hold is simply no page."""

    regex = r"[0-9]{1,15}"


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """The application, for these settings or for those of the environment."""
    settings = settings or Settings.from_environment(os.environ)
    settings_of.use(settings)
    settings.instance.mkdir(parents=True, exist_ok=True)
    kept = keys.load(settings.instance)
    keys.use(kept)

    app = Flask("pcnppg", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    app.testing = testing
    app.config["SECRET_KEY"] = settings.secret_key or kept.session.hex()
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SETTINGS"] = settings
    app.url_map.converters["slug"] = SlugConverter
    app.url_map.converters["int"] = NumberConverter

    store.init(app)
    Migrate(app, store.db, directory=str(paths.MIGRATIONS))
    templating.init(app)
    htmx.init(app)
    security.init(app, settings)
    templating.lend(app, navigation=page_views.navigation, helper=page_views.helper)
    errors.init(app)
    access.init(app, door())

    app.register_blueprint(page_views.bp)
    app.register_blueprint(people_views.bp)
    app.register_blueprint(group_views.outside)
    app.register_blueprint(membership_views.outside)
    app.register_blueprint(meeting_views.outside)
    app.register_blueprint(return_views.bp)
    app.register_blueprint(in_group)
    if settings.is_development:
        app.register_blueprint(post_views.bp)
    worker.lend(app, queues=queues(), jobs=jobs())
    people.lend_second_factor_needed(groups.needs_authenticator)
    people_actions.on_recovery(group_actions.tell_officers_of_recovery)
    people_actions.on_erasing(_discard_naming)
    membership.on_erasing(_discard_caught)
    membership.on_forgetting(meetings_forgetting.forget_contact)
    membership.on_leaving(mailing.withdraw_for_contact)
    membership.on_moving(mailing.go_to_mailbox)
    contact_lists.on_telling_more(meetings_telling.tell_about_reader)
    membership_views.lend(app, work_on_list=list_jobs.in_background)
    federation.on_counting("Last meeting", federation.last_meetings)
    federation.on_counting("Items answered", federation.items_answered)
    raising.lend_networks(network_of=federation.network_of, home_of=federation.home_of)
    contact_lists.on_lowering(mailings.count_used_up)
    mailing_emails.lend_open_items(items.count_public)
    mailing_views.lend(
        app, list_waiting=updates.list_waiting, pick=update_actions.pick, find_concerns=updates.find_concerns
    )
    return app


def queues() -> tuple[Queue, ...]:
    """What the worker drains, the most urgent first: service messages overtake list mail (settled 26)."""
    right, signer = Right(), signer_for(settings_of.current())
    drained: tuple[Queue, ...] = (post.Outbox(), Deliveries())
    if signer is not None:
        drained = tuple(Signing(queue, signer) for queue in drained)
    return tuple(Guarded(queue, right) for queue in drained)


def jobs() -> tuple[Job, ...]:
    """What wakes by itself, once in each slot of time however many workers run."""
    a_day = timedelta(days=1)
    return (
        TIDY,
        Job("people.tidy", a_day, people_jobs.tidy),
        Job("groups.tidy", a_day, group_jobs.tidy),
        Job("pages.forget_unused", a_day, page_jobs.forget_unused),
        Job("pages.send_digests", timedelta(hours=1), page_jobs.send_digests),
        Job("groups.do_due_resets", timedelta(minutes=5), group_jobs.do_due_resets),
        Job("membership.forget_old", a_day, membership_jobs.forget_old),
        Job("mailing.forget_old", a_day, mailing_jobs.forget_old),
        Job("mailing.send_due", timedelta(minutes=1), mailing_jobs.send_due),
        Job("meetings.forget_old", a_day, meeting_jobs.forget_old),
        Job("meetings.remind_owners", timedelta(hours=1), meeting_jobs.remind_owners),
        Job("updates.forget_old", a_day, update_jobs.forget_old),
        Job("audit.forget_old", a_day, audit_jobs.forget_old),
        Job("federation.close_due", timedelta(minutes=5), federation_jobs.close_due),
        Job("federation.send_mailings", timedelta(minutes=1), federation_jobs.send_mailings),
        Job("membership.forget_staged", timedelta(hours=1), list_jobs.forget_staged),
        Job("membership.forget_presses", timedelta(minutes=10), membership_jobs.forget_presses),
        Job("returns.look_into_inbox", timedelta(minutes=5), look_into_inbox),
        Job("returns.forget_old", a_day, return_jobs.forget_old),
    )


FORGETTING: Mapping[str, tuple[Callable[..., dict[str, int]], ...]] = {
    "membership.forget_old": (membership.forget_old,),
    "membership.forget_staged": (membership.forget_staged,),
    "membership.forget_presses": (membership.forget_presses,),
    "mailing.forget_old": (mailing.forget_old,),
    "returns.forget_old": (returns.forget_old,),
    "meetings.forget_old": (retention.forget_old, unnaming.forget_old_owners),
    "updates.forget_old": (update_actions.forget_old,),
    "groups.tidy": (group_actions.tidy,),
    "people.tidy": (people_actions.tidy,),
    "pages.forget_unused": (page_actions.forget_unused,),
    "post.tidy": (post.tidy,),
    "audit.forget_old": (audit.forget_old,),
}
"""What each job forgets, for whoever wants to rehearse it. A test looks for jobs that are missing here."""


def _discard_caught(mailbox: str) -> None:
    """Mail that development caught in a folder goes with the person whom it was to, or who answered it."""
    mail_url = settings_of.current().mail_url
    if mail_url.startswith("file:"):
        afterwards(lambda: discard_naming(folder_of(mail_url), mailbox, mailbox))


def _discard_naming(mailbox: str, name: str) -> None:
    """The same for somebody with an account, whose name stands in office mail to others too."""
    mail_url = settings_of.current().mail_url
    if mail_url.startswith("file:"):
        afterwards(lambda: discard_naming(folder_of(mail_url), mailbox, name))


def door() -> access.Door:
    """What the door in `web` asks of the floors above it."""
    return access.Door(
        load=people_views.load,
        find_group=groups.find_group,
        roles=groups.roles_of,
        decide=_decide,
        needs_second_factor=lambda permission: Permission(permission) in NEEDS_SECOND_FACTOR,
        seen=people_views.note_seen,
    )


def _decide(permission: str, roles: Any) -> bool:
    return is_granted(Permission(permission), (Role(role) for role in roles))


in_group = Blueprint("group", __name__, url_prefix="/groups/<slug:slug>")
access.in_a_group(in_group)
in_group.register_blueprint(page_views.group_bp)
in_group.register_blueprint(group_views.bp)
in_group.register_blueprint(membership_views.bp)
in_group.register_blueprint(mailing_views.bp)
in_group.register_blueprint(update_views.bp)
in_group.register_blueprint(meeting_views.bp)
in_group.register_blueprint(federation_views.bp)
