"""What several domains do together: erasing somebody with an account, and the daily digest."""

from pcnppg.pages.actions.digests import send_digest
from pcnppg.pages.actions.forgetting import erase_account

__all__ = ["erase_account", "send_digest"]
