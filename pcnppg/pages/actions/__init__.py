"""What several domains do together: erasing somebody with an account, doing so again after a restore, and the daily digest."""

from pcnppg.pages.actions.digests import send_digest
from pcnppg.pages.actions.forgetting import erase_account, replay

__all__ = ["erase_account", "replay", "send_digest"]
