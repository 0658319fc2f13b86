"""Pages of the contact list: those inside a group (`bp`) and those of link holders (`outside`)."""

from pcnppg.membership.views import addresses, asking, contacts, joining, leaving, my, promise
from pcnppg.membership.views.blueprints import bp, outside

__all__ = ["addresses", "asking", "bp", "contacts", "joining", "leaving", "my", "outside", "promise"]
