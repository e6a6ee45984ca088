"""How hard property tests try: quickly by default, longer where CALL24_TEST_EXAMPLES asks for more examples."""

from __future__ import annotations

import os

from hypothesis import settings

thorough = settings(max_examples=int(os.environ.get("CALL24_TEST_EXAMPLES", "60")), deadline=None)
