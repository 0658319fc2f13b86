"""What the text of a mailing makes us wonder about; never a reason to refuse it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Wonder(StrEnum):
    """What a draft makes us wonder about. Never a reason to refuse it."""

    NO_SUBJECT = "no_subject"
    LONG_SUBJECT = "long_subject"
    CAPITALS = "capitals"
    MEDICAL = "medical"
    RAW_HTML = "raw_html"
    PICTURE = "picture"
    NO_ASK = "no_ask"
    VAGUE_LINK = "vague_link"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Warning:
    """Something to look at before sending; `found` are the first places in the writer's own words, `more` counts the others."""

    what: Wonder
    found: tuple[str, ...] = ()
    more: int = 0


_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ue000\ue001]")


def readable(text: str) -> str:
    """`text` with line ends of one kind and without what no keyboard types: mail and databases stumble over it."""
    return _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\]]{0,500}\]\([^)]{0,2000}\)")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)\S+@\S+", re.IGNORECASE)
_MEDICAL = re.compile(
    r"\b(?:(?:stop|start|keep|increase|reduce|double|skip) (?:taking|your (?:dose|tablets|medicine|medication|insulin|inhaler))"
    r"|take (?:\w+ ){0,3}(?:tablets?|paracetamol|ibuprofen|aspirin|antibiotics|medicine|medication)"
    r"|\d+ ?(?:mg|mcg|ml|milligrams?) (?:of|a day|per day|daily|twice|once)"
    r"|(?:your|the right|recommended) dos(?:e|age)"
    r"|(?:you|it) (?:may|might|could|probably|likely) (?:have|be|has) (?:an? )?"
    r"(?:cancer|diabetes|infection|depression|stroke|heart attack)"
    r"|no need to (?:see|ask|call) (?:a|the|your) (?:doctor|gp|nurse|pharmacist)"
    r"|instead of (?:seeing|asking|calling) (?:a|the|your) (?:doctor|gp|nurse|pharmacist)"
    r"|(?:cures?|treats?) (?:cancer|diabetes|arthritis|dementia|covid|colds?|flu|pain)"
    r"|home remed(?:y|ies)|(?:your|my) diagnosis|symptoms? (?:mean|means|show|shows) )",
    re.IGNORECASE,
)
_ASK = re.compile(
    r"\?|\b(?:please|come (?:to|along|and)|join|tell us|let us know|reply|write to us|email us|call us|ring us|phone us|book"
    r"|sign up|vote|choose|send us|bring|read|visit|help us|share|answer|fill in|ask|look at|see you|save the date)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\[(?:click here|here|this|link|more|read more|this link)\]\(", re.IGNORECASE)
LONG_SUBJECT = 70
MANY_WORDS = 600


PLACES = 3
"""So many places are named for one warning; the others are counted."""


def warnings(subject: str, body: str) -> list[Warning]:
    """What to look at before sending, the weightiest first. An empty draft has nothing to warn of but its subject."""
    found = [
        _places(Wonder.MEDICAL, medical_places(body)),
        None if subject.strip() else Warning(Wonder.NO_SUBJECT),
        Warning(Wonder.LONG_SUBJECT) if len(subject) > LONG_SUBJECT else None,
        _places(Wonder.CAPITALS, shouts(subject, *body.splitlines())),
        _places(Wonder.RAW_HTML, (tag[0] for tag in _TAG.finditer(body))),
        _places(Wonder.PICTURE, (picture[0] for picture in _PICTURE.finditer(body))),
        Warning(Wonder.NO_ASK) if body.strip() and not _ASK.search(body) else None,
        _places(Wonder.VAGUE_LINK, (vague[0].strip("[](") for vague in _VAGUE.finditer(body))),
        Warning(Wonder.LONG) if len(body.split()) > MANY_WORDS else None,
    ]
    return [warning for warning in found if warning]


def medical_places(text: str) -> list[str]:
    """Where a text may read as medical advice, in its own words. Updates of the practice are asked this too."""
    return [place[0].strip() for place in _MEDICAL.finditer(text)]


def _places(what: Wonder, found: Iterable[str]) -> Warning | None:
    """A warning that names its first places, each once; None where there is none."""
    places = list(dict.fromkeys(found))
    return Warning(what, tuple(places[:PLACES]), max(0, len(places) - PLACES)) if places else None


def shouts(*lines: str) -> list[str]:
    """The lines that are written in capitals throughout, shortened. Short names may."""
    found = []
    for line in lines:
        letters = [c for c in _ADDRESS.sub("", line) if c.isalpha()]
        if len(letters) >= 12 and sum(c.isupper() for c in letters) > 0.8 * len(letters):
            found.append(line.strip()[:60])
    return found
