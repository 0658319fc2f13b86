"""Pages of mailing: writing, sending, what became of it; and what the public may know."""

from pcnppg.mailing.views import paper, public, raising, sending, waking, writing
from pcnppg.mailing.views.blueprints import bp
from pcnppg.mailing.views.enclosing import lend

__all__ = ["bp", "lend", "paper", "public", "raising", "sending", "waking", "writing"]
