"""What is held against operations says what differs, as an assertion of a test does."""

import pytest

pytest.register_assert_rewrite("tests.authorisation.checks")
