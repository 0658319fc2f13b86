"""Pages of the contact list: those inside a group (`bp`) and those of link holders (`outside`)."""

from pcnppg.membership.views import contacts, joining, leaving, my, my_rights, promise, request_steps, requests
from pcnppg.membership.views.blueprints import bp, outside

__all__ = ["bp", "contacts", "joining", "leaving", "my", "my_rights", "outside", "promise", "request_steps", "requests"]
