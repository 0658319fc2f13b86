"""Changing what groups of a network have together: agreement, groups, delegates, decisions, offers, help."""

from pcnppg.federation.actions.agreement import accept, decline, invite_group, leave, publish, sleep, take_back, wake
from pcnppg.federation.actions.decisions import (
    close,
    close_due,
    discard_draft,
    draft_decision,
    enter_vote,
    open_decision,
    take_office,
    vote,
    write_view,
)
from pcnppg.federation.actions.delegates import call_back, send_delegate
from pcnppg.federation.actions.help import answer_post, close_post, post_help
from pcnppg.federation.actions.library import change_text, share_text, take_text, withdraw_text
from pcnppg.federation.actions.mailings import (
    answer_mailing,
    finish_mailing,
    offer_mailing,
    queue_for_group,
    send_mailing,
    withdraw_mailing,
)
from pcnppg.federation.actions.notices import offer_notice, pass_over_notice, take_notice, withdraw_notice
from pcnppg.federation.actions.purposes import answer_purpose, draft_purpose

__all__ = [
    "accept",
    "answer_mailing",
    "answer_post",
    "answer_purpose",
    "call_back",
    "change_text",
    "close",
    "close_due",
    "close_post",
    "decline",
    "discard_draft",
    "draft_decision",
    "draft_purpose",
    "enter_vote",
    "finish_mailing",
    "invite_group",
    "leave",
    "offer_mailing",
    "offer_notice",
    "open_decision",
    "pass_over_notice",
    "post_help",
    "publish",
    "queue_for_group",
    "send_delegate",
    "send_mailing",
    "share_text",
    "sleep",
    "take_back",
    "take_notice",
    "take_office",
    "take_text",
    "vote",
    "wake",
    "withdraw_mailing",
    "withdraw_notice",
    "withdraw_text",
    "write_view",
]
