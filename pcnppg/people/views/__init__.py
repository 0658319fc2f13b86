"""Pages of accounts and doors: signing in, the authenticator, where one is signed in."""

from pcnppg.people.views import account, new_address, second_factor, sign_in
from pcnppg.people.views.blueprints import bp
from pcnppg.people.views.door import load, note_seen

__all__ = ["account", "bp", "load", "new_address", "note_seen", "second_factor", "sign_in"]
