"""The map: `gp-reg-pat-prac-map`, one line a practice, with its network and its integrated care board."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pcnppg.directory.formats.cells import OneDay, is_line_of_text
from pcnppg.directory.formats.opening import Table
from pcnppg.directory.rules import NO_NETWORK, PublishedPractice

COLUMNS = (
    "EXTRACT_DATE",
    "PRACTICE_CODE",
    "PRACTICE_NAME",
    "PRACTICE_POSTCODE",
    "PCN_CODE",
    "PCN_NAME",
    "ICB_CODE",
    "ICB_NAME",
)
LONGEST_NAME = 100
"""Characters of a name in the NHS's own register."""

ODS_CODE = re.compile(r"[A-Z][0-9]{5}")
BOARD_CODE = re.compile(r"[A-Z0-9]{3,5}")
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Map:
    extract_on: date
    practices: dict[str, PublishedPractice]
    networks: dict[str, str]


def read(table: Table) -> Map:
    """Every practice and every network, or `RuleBroken`."""
    extract = OneDay(table)
    practices: dict[str, PublishedPractice] = {}
    networks: dict[str, str] = {}
    for line, (written, *fields) in table.rows(COLUMNS, meant=_meant):
        extract.check(written, line)
        fault = _fault(fields)
        if fault:
            raise table.fault(fault, line=line)
        code, name, postcode, network, network_name, board, board_name = fields
        if code in practices:
            raise table.fault(f"practice {code} is listed twice.", line=line)
        if network != NO_NETWORK and networks.setdefault(network, network_name) != network_name:
            raise table.fault(f"network {network} has another name than above.", line=line)
        of_network = None if network == NO_NETWORK else network
        practices[code] = PublishedPractice(code, name, postcode, of_network, board, board_name)
    if extract.day is None:
        raise table.fault("there is no practice in it.")
    return Map(extract.day, practices, networks)


def _fault(fields: Sequence[str]) -> str | None:
    """What is wrong with a line, in words; None if nothing is. Nothing from a spoilt field is repeated."""
    code, name, postcode, network, network_name, board, board_name = fields
    if not ODS_CODE.fullmatch(code):
        return "PRACTICE_CODE is not a letter and five digits."
    if not POSTCODE.fullmatch(postcode):
        return f"PRACTICE_POSTCODE of {code} is not a postcode."
    if network != NO_NETWORK and not ODS_CODE.fullmatch(network):
        return f"PCN_CODE of {code} is neither a letter and five digits nor {NO_NETWORK}."
    if not BOARD_CODE.fullmatch(board):
        return f"ICB_CODE of {code} is not three to five letters and digits."
    for column, text in (("PRACTICE_NAME", name), ("PCN_NAME", network_name), ("ICB_NAME", board_name)):
        if not is_line_of_text(text, longest=LONGEST_NAME):
            return f"{column} of {code} is empty, longer than {LONGEST_NAME} characters or more than one line."
    return None


def _meant(header: Sequence[str]) -> str | None:
    if "ORG_CODE" in header and "NUMBER_OF_PATIENTS" in header:
        return "this is a file of patient numbers, not the map. Name the map first, then the ages."
    return None
