"""Changing updates and thanks, and telling updates in a mailing."""

from pcnppg.updates.actions.keeping import forget_old
from pcnppg.updates.actions.mailings import pick
from pcnppg.updates.actions.thanks import say_thanks, take_thanks_back
from pcnppg.updates.actions.updates import change, post, still_true, withdraw

__all__ = ["change", "forget_old", "pick", "post", "say_thanks", "still_true", "take_thanks_back", "withdraw"]
