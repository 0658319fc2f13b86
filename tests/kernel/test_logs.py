"""A line of the log is one line, and machines can take it apart."""

from __future__ import annotations

import json
import logging

from pcnppg.kernel.logs import Structured


def test_a_record_is_one_line_with_its_parts_named() -> None:
    words = 'message %s\nlevel=ERROR: "no"'
    said = logging.LogRecord("pcnppg.post", logging.WARNING, "", 0, words, (7,), None)
    line = Structured(worker="w1").format(said)
    assert "\n" not in line
    head, _, tail = line.partition(" said=")
    assert head.startswith("at=2")
    assert head.endswith(" level=WARNING from=pcnppg.post worker=w1")
    assert json.loads(tail) == words % 7
    assert "worker" not in Structured().format(said)
