"""Pages of groups: settings, members, the poster inside one; invitations and the poster's short address outside."""

from pcnppg.groups.views import invitations, members, notice, poster, settings
from pcnppg.groups.views.blueprints import bp, outside

__all__ = ["bp", "invitations", "members", "notice", "outside", "poster", "settings"]
