"""Pages of mailing: writing, sending, what became of it; and what the public may know."""

from pcnppg.mailing.views import paper, public, sending, writing
from pcnppg.mailing.views.blueprints import bp

__all__ = ["bp", "paper", "public", "sending", "writing"]
