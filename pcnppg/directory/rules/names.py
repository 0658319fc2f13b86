"""How a name published in capitals reads: Dr A B Smith & Partners, St Mary's Surgery, Stoke-on-Trent North PCN."""

from __future__ import annotations

import re


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


SMALL = _set_of("and at by de for in le of on or the to under upon with")
"""Words that stay small, but not at the beginning of a name or of its part."""

CAPITALS = _set_of("APMS BHF CCG CIC FHP GMS GP HC GPA ICB ICO II III IV IW LLP MC MP NHS NPC PCN PMS PPG UEA UK XI")
"""Short forms that stay in capitals although some could be spoken."""

SHORTENED = _set_of(
    "BLVD CNT CNTR CT CTR CTRS DR DRS GRP GT HLTH HTH LTD MR MRS MS MT NG NTH PRT PTNR PTNRS RD SPCL SQ ST STH TCE TWNS"
)
"""Words without a vowel that are shortened words or names, not initials."""

AS_WRITTEN = {"GPS": "GPs", "PCNS": "PCNs"}

PARTICLES = frozenset({"AL", "BY", "DA", "DE", "DI", "EL", "LA", "LE", "OF", "AT", "IN", "ON", "ST"})
"""Words of two letters that are no initials, wherever they stand."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ORDINAL = re.compile(r"\d+(?:ST|ND|RD|TH)")
_LETTERS_AND_DIGITS = re.compile(r"[^\W\d_]+|\d+")


def shown_name(published: str) -> str:
    """The published name, made fit to read. A name that is not all in capitals is left as it is."""
    name = _tidied(published)
    if name != name.upper():
        return name
    shown, after = "", 0
    for found in _WORD.finditer(name):
        between = name[after : found.start()]
        shown += between + _word(found.group(), between, before=name[: found.start()], rest=name[found.end() :])
        after = found.end()
    return shown + name[after:]


def _tidied(published: str) -> str:
    name = " ".join(published.split()).rstrip(" ,;")
    name = re.sub(r",(?=[^\W_])", ", ", name)
    name = re.sub(r"(?<=[^\W_])\((?=[^\W_])", " (", name)
    name = re.sub(r"(?<=[^\W\d_])\.(?=[^\W\d_]{2})", ". ", name)
    name = re.sub(r"(?<=[^\W\d_]{6})\.$", "", name)
    return re.sub(r"(?<=[^\W\d_]{2})&(?=[^\W\d_]{2})", " & ", name)


def _word(word: str, between: str, *, before: str, rest: str) -> str:
    """One word in its place: `between` parts it from the word before it, `before` and `rest` are all that stands around."""
    if word in AS_WRITTEN:
        return AS_WRITTEN[word]
    if (word.lower() in SMALL and not _begins(between, before)) or _is_trading_as(word, before, rest):
        return word.lower()
    if word in CAPITALS or _is_initials(word, before, rest):
        return word
    if any(c.isdigit() for c in word):
        return _with_digits(word)
    return _name(word)


def _begins(between: str, before: str) -> bool:
    """Is this the first word of the name, or of a part of it?"""
    return before == between or bool(set(between) & set("(,:;@")) or (" " in between and "-" in between)


def _is_trading_as(word: str, before: str, rest: str) -> bool:
    """Either letter of T/A."""
    return (word == "T" and rest.startswith("/A ")) or (word == "A" and before.endswith(" T/"))


def _is_initials(word: str, before: str, rest: str) -> bool:
    if len(word) <= 5 and word.isalpha() and not set(word) & set("AEIOUY"):
        return word not in SHORTENED
    if rest.startswith(")") and before.endswith("(") and word == "".join(part[0] for part in _WORD.findall(before)):
        return True
    led_by_title = re.search(r"(?:\bDRS?\.? |\()$", before) is not None
    followed_by_name = re.match(r" (?!AND )[^\W\d_]{3,}", rest) is not None
    return len(word) == 2 and word not in PARTICLES and led_by_title and followed_by_name


def _with_digits(word: str) -> str:
    """E7, A31 and 3D stay; PRACTICE2 and TOGETHER4HEALTHCARE read; so does 4TH."""
    if _ORDINAL.fullmatch(word):
        return word.lower()
    return "".join(
        part if len(part) <= 2 or part in CAPITALS else part.capitalize() for part in _LETTERS_AND_DIGITS.findall(word)
    )


def _name(word: str) -> str:
    if re.fullmatch(r"MC[A-Z]{3,}", word):
        return "Mc" + word[2:].capitalize()
    if re.fullmatch(r"[OD]['’][A-Z]{3,}", word):
        return word[:2] + word[2:].capitalize()
    return word.capitalize()
