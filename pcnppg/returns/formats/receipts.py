"""Delivery receipts of GOV.UK Notify. Whose address they name is not looked at: the reference alone says which mail it was."""

from __future__ import annotations

import json

from pcnppg.returns.rules import RECEIPTS, Reading, Token


def read_receipt(raw: bytes) -> Reading | None:
    """What a receipt says, or None for what is none. One for mail that is not ours has no token."""
    try:
        told = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("status"), str):
        return None
    what = RECEIPTS.get(told["status"])
    if what is None:
        return None
    of, plus, text = str(told.get("reference")).lower().partition("+")
    return Reading(what, status=told["status"], tokens=(Token(of, text),) if plus else ())
