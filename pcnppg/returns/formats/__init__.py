"""Reads raw messages as other people's programs write them. Pure, and never raises, whatever the bytes are."""

from pcnppg.returns.formats.opening import sender_of, words_of
from pcnppg.returns.formats.reading import read
from pcnppg.returns.formats.receipts import read_receipt

__all__ = ["read", "read_receipt", "sender_of", "words_of"]
