"""What a rule answers: yes, or no with a reason that a person can read."""

from __future__ import annotations

from dataclasses import dataclass

from pcnppg.kernel.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy for yes. `because` is a whole sentence in the second person, empty for yes."""

    allowed: bool
    because: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def enforce(self, *, field: str | None = None) -> None:
        """Raise `RuleBroken` with the reason unless the verdict is yes."""
        if not self.allowed:
            raise RuleBroken(self.because, field=field)


YES = Verdict(True)


def no(because: str) -> Verdict:
    return Verdict(False, because)
