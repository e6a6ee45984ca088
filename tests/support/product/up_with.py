"""`./call24` with more words than tests give it: those in CALL24_TEST_WORDS, as JSON."""

from __future__ import annotations

import json
import os
import sys

from tests.support.product.up_quickly import main

if __name__ == "__main__":
    more = json.loads(os.environ["CALL24_TEST_WORDS"]) if sys.argv[1:2] == ["up"] else []
    sys.exit(main([*sys.argv[1:], *more]))
