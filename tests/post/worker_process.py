"""`pcnppg` in a process of its own, knowing the messages of these tests."""

from __future__ import annotations

from pcnppg.cli import main
from tests.post.words import use_test_words

if __name__ == "__main__":
    use_test_words()
    main()
