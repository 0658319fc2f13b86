"""What several domains change together: erasing somebody with an account."""

from pcnppg.pages.actions.forgetting import erase_account

__all__ = ["erase_account"]
