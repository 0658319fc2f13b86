"""What several domains change together: erasing somebody with an account, and doing so again after a restore."""

from pcnppg.pages.actions.forgetting import erase_account, replay

__all__ = ["erase_account", "replay"]
