"""The tests marked `long`, folder by folder: too long for every run, each with a short form that every run has.

`tests/unit/repository/test_long_forms.py` holds that each names one.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.support.long_forms import LongForm, long_forms
from tests.support.product.stack import CHECKOUT


def folder_of(form: LongForm) -> str:
    return form.file.relative_to(CHECKOUT / "tests").parts[0]


@pytest.mark.parametrize("folder", sorted({folder_of(form) for form in long_forms()}))
def test_the_long_tests_of_a_folder_pass(folder: str) -> None:
    words = [sys.executable, "-m", "pytest", "-q", "-m", "long", f"tests/{folder}"]
    done = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
