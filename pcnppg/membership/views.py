"""Pages of the contact list: those inside a group (`bp`) and those of link holders (`outside`)."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("membership", __name__)
outside = Blueprint("membership_outside", __name__)
