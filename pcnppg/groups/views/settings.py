"""What the group is called, why it exists, where replies go, who helps."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups import actions
from pcnppg.groups.forms import SettingsForm
from pcnppg.groups.rules import Permission
from pcnppg.groups.views.blueprints import bp
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame


@bp.get("/settings")
@open_to(Permission.SET_UP_GROUP)
def settings() -> Response:
    names = ("name", "purpose", "reply_address", "helper_name", "helper_contact")
    return _page(SettingsForm.fresh(**{name: getattr(g.group, name) for name in names}))


@bp.post("/settings")
@open_to(Permission.SET_UP_GROUP)
def save_settings() -> Response:
    form = SettingsForm.posted()
    if not form.validate():
        return _page(form, status=422)
    try:
        with transaction():
            actions.set_up(
                g.group.id,
                name=form.name.data,
                purpose=form.purpose.data,
                reply_address=form.reply,
                helper_name=form.helper_name.data,
                helper_contact=form.helper_contact.data,
                by=who(),
                at=now(),
            )
    except RuleBroken as refusal:
        return _page(blame(form, refusal), status=422)
    return moved(url_for(".settings"), saying="Saved. This is what patients see from now on.")


def _page(form: SettingsForm, *, status: int = 200) -> Response:
    return show("groups/settings.html", status=status, form=form)
