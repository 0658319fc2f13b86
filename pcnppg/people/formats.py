"""Authenticator secrets and recovery codes: made, sealed, compared. Pure, on pyotp, argon2 and Fernet."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from cryptography.fernet import Fernet

from pcnppg.kernel import keys
from pcnppg.people.rules import RECOVERY_CODES, TOTP_STEP, is_among, recovery_code

ISSUER = "Patient groups"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter or digit that can be taken for another."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def make_code() -> str:
    """Six digits for a mail."""
    return f"{secrets.randbelow(1_000_000):06}"


def make_sealed_secret() -> bytes:
    """A new authenticator secret, sealed."""
    return _fernet().encrypt(pyotp.random_base32().encode())


def secret_of(sealed: bytes) -> str:
    """The secret in base 32, as people type it into an app."""
    return _fernet().decrypt(sealed).decode()


def totp_address(sealed: bytes, account: str) -> str:
    """The `otpauth:` address that the QR code says."""
    return pyotp.TOTP(secret_of(sealed), interval=TOTP_STEP).provisioning_uri(name=account, issuer_name=ISSUER)


def matching_step(sealed: bytes, typed: str, steps: Iterable[int]) -> int | None:
    """Which of these steps has `typed` as its code, or None."""
    tried = list(steps)
    totp = pyotp.TOTP(secret_of(sealed), interval=TOTP_STEP)
    found = is_among(typed, [totp.generate_otp(step) for step in tried])
    return None if found is None else tried[found]


@dataclass(frozen=True, slots=True)
class FreshCode:
    """A recovery code to show once, and the hash to keep."""

    number: int
    shown: str
    hash: str


def make_recovery_codes() -> list[FreshCode]:
    """Ten fresh codes. Takes a quarter of a second: make them before the transaction."""
    return [_fresh_code(number) for number in range(RECOVERY_CODES)]


def is_recovery_code(typed: str, kept_hash: str) -> bool:
    try:
        return _hasher.verify(kept_hash, recovery_code(typed))
    except VerifyMismatchError:
        return False


def _fresh_code(number: int) -> FreshCode:
    middle, end = ("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(2))
    shown = f"{number}-{middle}-{end}"
    return FreshCode(number=number, shown=shown, hash=_hasher.hash(recovery_code(shown)))


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(keys.current().seal))
