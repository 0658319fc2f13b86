"""A network's agreement and its groups, its delegates, its decisions, and what groups offer and ask."""

from pcnppg.federation.models.belonging import Agreement, AgreementAcceptance, Belonging, Delegate
from pcnppg.federation.models.decisions import (
    BallotPaper,
    Decision,
    DecisionDraft,
    DecisionOption,
    DecisionResult,
    DecisionRoll,
    HomeView,
    VoteCast,
)
from pcnppg.federation.models.library import LibraryText, LibraryVersion
from pcnppg.federation.models.offers import (
    HelpAnswer,
    HelpPost,
    NetworkMailing,
    NetworkMailingAnswer,
    NoticeAnswer,
    SharedNotice,
)
from pcnppg.federation.models.purposes import PurposeAnswer, PurposeDraft

__all__ = [
    "Agreement",
    "AgreementAcceptance",
    "BallotPaper",
    "Belonging",
    "Decision",
    "DecisionDraft",
    "DecisionOption",
    "DecisionResult",
    "DecisionRoll",
    "Delegate",
    "HelpAnswer",
    "HelpPost",
    "HomeView",
    "LibraryText",
    "LibraryVersion",
    "NetworkMailing",
    "NetworkMailingAnswer",
    "NoticeAnswer",
    "PurposeAnswer",
    "PurposeDraft",
    "SharedNotice",
    "VoteCast",
]
