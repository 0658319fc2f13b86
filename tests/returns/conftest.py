"""A certificate for servers of these tests."""

from tests.post.test_smtp import certificate  # noqa: F401 - a fixture
