"""Pages of the contact list: those inside a group (`bp`) and those of link holders (`outside`)."""

from pcnppg.membership.views import contacts, joining, leaving, my, promise, renewal
from pcnppg.membership.views.blueprints import bp, outside

__all__ = ["bp", "contacts", "joining", "leaving", "my", "outside", "promise", "renewal"]
