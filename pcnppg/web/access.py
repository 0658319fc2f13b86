"""The door: every view declares who may open it, and the door keeps to it.

`web` knows permissions only as names. What lies behind (accounts, groups, roles) is lent by `app.py` as a `Door`.
Signed out: 303 to sign-in. No role in the group: 404. A role without the permission: 403. Second factor missing: 303 to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeVar, cast

from flask import Blueprint, Flask, g, redirect, request, url_for
from flask import session as flask_session
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug.wrappers import Response

from pcnppg.kernel.refusals import NotAllowed, NotFound
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.web.htmx import is_htmx

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Everybody:
    """Not a permission: a page for all, or for whoever has an account."""

    name: str
    signed_in: bool = False

    def __str__(self) -> str:
        return self.name


ANYONE: Final = Everybody("anyone")
HOLDER: Final = Everybody("whoever holds the link")
MACHINES: Final = Everybody("machines")
OPERATOR: Final = Everybody("the operator")
SIGNED_IN: Final = Everybody("anyone signed in", signed_in=True)


class SignedIn(UserMixin):  # type: ignore[misc]
    """Who is at the keyboard: an account on one device."""

    def __init__(self, *, person_id: int, session_id: int, name: str, cookie: str, has_second_factor: bool) -> None:
        self.person_id = person_id
        self.session_id = session_id
        self.name = name
        self.cookie = cookie
        self.has_second_factor = has_second_factor

    def get_id(self) -> str:
        return self.cookie

    @property
    def who(self) -> Who:
        return Who.person(self.person_id)


@dataclass(frozen=True, slots=True)
class Door:
    """What the door asks of higher floors.

    `load` finds who a session cookie belongs to; `find_group` a group by its slug, or None; `roles` the words of the roles
    a person holds in it; `decide` whether roles have a permission; `needs_second_factor` whether that permission asks for
    one; `seen` writes down, in a short transaction of its own, that a person saw personal data; the
    values in the address say about whom.
    """

    load: Callable[[str], SignedIn | None]
    find_group: Callable[[str], Any]
    roles: Callable[[int, int], Collection[str]]
    decide: Callable[[str, Collection[str]], bool]
    needs_second_factor: Callable[[str], bool]
    seen: Callable[[str, Who, int, Mapping[str, Any]], None]


def init(app: Flask, door: Door) -> None:
    """Hang the door."""
    login = LoginManager(app)
    login.session_protection = None  # sessions are rows of our own, ended by us
    login.user_loader(door.load)
    app.extensions["door"] = door


def who() -> Who:
    """Who acts in this request."""
    return current_user.who if current_user.is_authenticated else VISITOR


def person() -> SignedIn | None:
    """Who is signed in, or None."""
    return cast(SignedIn, current_user) if current_user.is_authenticated else None


def in_a_group(bp: Blueprint) -> None:
    """Make every URL below `bp` a place inside the group that its `slug` names."""

    @bp.url_value_preprocessor
    def enter(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        slug = (values or {}).pop("slug", None)
        g.group = _door().find_group(slug) if slug else None
        if g.group is None:
            raise NotFound("We cannot find that group. Check the address, or find your group by your practice's name.")
        be_inside(g.group)

    @bp.url_defaults
    def carry(endpoint: str, values: dict[str, Any]) -> None:
        from flask import current_app

        if "slug" not in values and "slug" in g and current_app.url_map.is_endpoint_expecting(endpoint, "slug"):
            values["slug"] = g.slug


def be_inside(group: Any) -> None:
    """Make this request a place inside `group`: for pages whose link, not whose address, says which group it is."""
    g.group = group
    g.slug = group.slug


def let_in(cookie: str) -> None:
    """Sign whoever this cookie belongs to in on this device. Nothing of an earlier session is carried over."""
    flask_session.clear()
    someone = _door().load(cookie)
    if someone is not None:
        login_user(someone)


def roles_here() -> Collection[str]:
    """The roles of whoever is signed in, in the group of this request."""
    if "roles" not in g:
        someone = person()
        g.roles = (
            _door().roles(someone.person_id, g.group.id) if someone and g.get("group") is not None else frozenset()
        )
    return cast(Collection[str], g.roles)


def can(permission: str) -> bool:
    """May whoever is signed in do this here? For templates and navigation; the door itself asks again."""
    return bool(roles_here()) and _door().decide(permission, roles_here())


def open_to(permission: str | Everybody, *, seen: str = "") -> Callable[[View], View]:
    """Declare who may open a view, and guard it. `seen` is what the audit says when personal data is shown."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            answer = _refuse(permission)
            if answer is not None:
                return answer
            if seen:
                _door().seen(seen, who(), g.group.id, values)
            return view(*args, **values)

        guarded.open_to = permission  # type: ignore[attr-defined]
        return cast(View, guarded)

    return declare


def _refuse(permission: str | Everybody) -> Response | None:
    someone = person()
    if isinstance(permission, Everybody):
        return _to("people.sign_in") if permission.signed_in and someone is None else None
    if someone is None:
        return _to("people.sign_in")
    if not roles_here():
        raise NotFound
    if not _door().decide(permission, roles_here()):
        raise NotAllowed
    if _door().needs_second_factor(permission) and not someone.has_second_factor:
        return _to("people.second_factor")
    return None


def _to(endpoint: str) -> Response:
    onward = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else request.path
    address = url_for(endpoint, next=onward)
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _door() -> Door:
    from flask import current_app

    return cast(Door, current_app.extensions["door"])
