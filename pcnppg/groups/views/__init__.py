"""Pages of groups: settings, members, terms and the poster inside one; invitations, own roles and the short address outside."""

from pcnppg.groups.views import invitations, members, own_roles, poster, settings, terms
from pcnppg.groups.views.blueprints import bp, outside

__all__ = ["bp", "invitations", "members", "outside", "own_roles", "poster", "settings", "terms"]
from pcnppg.groups.views import notice

__all__ = ["bp", "invitations", "members", "notice", "outside", "poster", "settings"]
