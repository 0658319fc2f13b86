"""What groups of a network see and do together."""

from pcnppg.federation.views.blueprints import bp

__all__ = ["bp"]
