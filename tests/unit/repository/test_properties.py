"""Property tests try the same examples in each run and have no time limit of their own."""

from hypothesis import settings
from tests.support.properties import EXAMPLES, thorough


def test_no_run_depends_on_luck_or_on_how_fast_the_machine_is() -> None:
    for how in (settings.default, thorough):
        assert how is not None
        assert (how.deadline, how.derandomize) == (None, EXAMPLES is None)
