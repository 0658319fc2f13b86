"""Who did it: the `by=` of every action, and the first column of every audit line. Bare ids, never a name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    PERSON = "person"
    CONTACT = "contact"
    VISITOR = "visitor"
    OPERATOR = "operator"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Who:
    """A person with an account, a contact by their own link, a visitor, the operator's command, or the machine itself."""

    kind: Kind
    id: int | None = None

    @classmethod
    def person(cls, person_id: int) -> Who:
        return cls(Kind.PERSON, person_id)

    @classmethod
    def contact(cls, contact_id: int) -> Who:
        return cls(Kind.CONTACT, contact_id)

    @property
    def person_id(self) -> int | None:
        """The account's id, or None where no account did it."""
        return self.id if self.kind is Kind.PERSON else None


VISITOR = Who(Kind.VISITOR)
OPERATOR = Who(Kind.OPERATOR)
MACHINE = Who(Kind.MACHINE)
