"""Pages of updates and thanks: what everybody reads, and what staff and officers write."""

from pcnppg.updates.views import changing, posting, public, thanks
from pcnppg.updates.views.blueprints import bp

__all__ = ["bp", "changing", "posting", "public", "thanks"]
