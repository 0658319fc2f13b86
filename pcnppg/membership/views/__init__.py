"""Pages of the contact list: those inside a group (`bp`) and those of link holders (`outside`)."""

from pcnppg.membership.views import behalf, contacts, copying, importing, joining, leaving, my, paper, promise, renewal
from pcnppg.membership.views.blueprints import bp, outside
from pcnppg.membership.views.importing import lend

__all__ = ["bp", "contacts", "joining", "leaving", "my", "outside", "promise", "renewal"]
__all__ = ["bp", "contacts", "importing", "joining", "leaving", "lend", "my", "outside", "promise"]
__all__ = ["behalf", "bp", "contacts", "copying", "joining", "leaving", "my", "outside", "paper", "promise", "renewal"]
