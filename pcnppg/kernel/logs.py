"""Lines of the log that machines can read too: `at=… level=… from=… said="…"`. What is said names rows, never a person."""

from __future__ import annotations

import json
import logging

LINE = "at=%(asctime)s level=%(levelname)s from=%(name)s{always} said=%(message)s"


class Structured(logging.Formatter):
    """One record, one line: what is said stands in quotes with its own quotes and line ends escaped. A traceback follows."""

    def __init__(self, **always: str) -> None:
        super().__init__(LINE.format(always="".join(f" {name}={value}" for name, value in always.items())))

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = json.dumps(record.message, ensure_ascii=False)
        return super().formatMessage(record)


def begin(**always: str) -> None:
    """Let this process write such lines to standard error, each with these names and values."""
    handler = logging.StreamHandler()
    handler.setFormatter(Structured(**always))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
