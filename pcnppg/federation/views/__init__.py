"""What groups of a network see and do together."""

from pcnppg.federation.views import agreement, decisions, help, library, network, offers, purposes, questions
from pcnppg.federation.views.blueprints import bp

__all__ = ["agreement", "bp", "decisions", "help", "library", "network", "offers", "purposes", "questions"]
