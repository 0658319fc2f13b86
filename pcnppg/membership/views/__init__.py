"""Pages of the contact list: those inside a group (`bp`) and those of link holders (`outside`)."""

from pcnppg.membership.views import behalf, contacts, copying, joining, leaving, my, paper, promise, renewal
from pcnppg.membership.views.blueprints import bp, outside

__all__ = ["behalf", "bp", "contacts", "copying", "joining", "leaving", "my", "outside", "paper", "promise", "renewal"]
