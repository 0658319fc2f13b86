"""Every way in which the product says no. The message is for the person and says what to do next."""

from __future__ import annotations


class Refusal(Exception):
    """A no that a person can understand. `field` names the form field to blame, if one is."""

    status = 400

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(Refusal):
    """There is no such thing, or none that this person may know of."""

    status = 404

    def __init__(self, message: str = "We cannot find that page.") -> None:
        super().__init__(message)


class NotAllowed(Refusal):
    """The person is known here, but their role does not open this door."""

    status = 403

    def __init__(self, message: str = "This page is for other roles of this group. Yours does not open it.") -> None:
        super().__init__(message)


class RuleBroken(Refusal):
    """A rule of the product forbids it as things stand; the person can mend something and try again."""

    status = 422


class Conflict(Refusal):
    """Somebody else was faster; nothing was changed."""

    status = 409
