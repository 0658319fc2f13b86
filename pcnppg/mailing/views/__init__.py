"""Pages of mailing: writing, planning, sending, stopping, what became of it; and what the public may know."""

from pcnppg.mailing.views import missed, paper, planning, public, raising, sending, stopping, waking, writing
from pcnppg.mailing.views.blueprints import bp
from pcnppg.mailing.views.enclosing import lend

__all__ = ["bp", "lend", "missed", "paper", "planning", "public", "raising", "sending", "stopping", "waking", "writing"]
