"""How hard property tests try: the same quick examples each time, others and more where CALL24_TEST_EXAMPLES asks.

No run depends on luck, nor on how fast the machine is: what a thorough search finds becomes an example of its test.
"""

from __future__ import annotations

import os

from hypothesis import settings
from hypothesis.internal.conjecture import providers

EXAMPLES = os.environ.get("CALL24_TEST_EXAMPLES")

if EXAMPLES is None:
    # Hypothesis reads all of the product's source for numbers and texts to try: eight seconds of processor in each
    # process, and other examples once a test has imported more. A thorough search has them.
    assert callable(providers._get_local_constants), "Hypothesis reads the source in another way: look again"
    providers._get_local_constants = lambda: providers._local_constants

settings.register_profile("call24", deadline=None, derandomize=EXAMPLES is None, max_examples=int(EXAMPLES or "40"))
settings.load_profile("call24")

thorough = settings(max_examples=int(EXAMPLES or "30"))
