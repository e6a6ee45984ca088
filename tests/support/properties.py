"""How hard property tests try: the same quick examples each time, others and more where CALL24_TEST_EXAMPLES asks.

No run depends on luck, nor on how fast the machine is: what a thorough search finds becomes an example of its test.
"""

from __future__ import annotations

import os

from hypothesis import settings

EXAMPLES = os.environ.get("CALL24_TEST_EXAMPLES")

settings.register_profile("call24", deadline=None, derandomize=EXAMPLES is None)
settings.load_profile("call24")

thorough = settings(max_examples=int(EXAMPLES or "60"))
