"""What several domains do together: erasing somebody with an account, doing so again after a restore, and the daily digest."""

from pcnppg.pages.actions.digests import send_digest
from pcnppg.pages.actions.forgetting import erase_account, forget_unused, list_unused, replay, see_to_unused

__all__ = ["erase_account", "forget_unused", "list_unused", "replay", "see_to_unused", "send_digest"]
