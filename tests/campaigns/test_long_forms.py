"""The tests marked `long`, folder by folder: too long for every run, each with a short form that every run has.

`tests/unit/repository/test_long_forms.py` holds that each names one. Then files that try less of the same in each run.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.support.long_forms import LongForm, long_forms
from tests.support.product.stack import CHECKOUT

SIZES = {
    "telephony/test_hardening.py": {"CALL24_FUZZ_PACKETS": "2000"},
    "telephony/test_races.py": {"CALL24_TEST_ROUNDS": "6"},
    "telephony/test_races_many.py": {"CALL24_TEST_ROUNDS": "8"},
    "integration/realtime/test_fuzz.py": {"CALL24_FUZZ_FRAMES": "4000"},
}
"""By file what makes it try more bodies, rounds or frames than in each run."""


def folder_of(form: LongForm) -> str:
    return form.file.relative_to(CHECKOUT / "tests").parts[0]


@pytest.mark.parametrize("folder", sorted({folder_of(form) for form in long_forms()}))
def test_the_long_tests_of_a_folder_pass(folder: str) -> None:
    passes("-m", "long", f"tests/{folder}")


@pytest.mark.parametrize("file", SIZES)
def test_the_larger_sizes_of_a_file_pass(file: str) -> None:
    passes(f"tests/{file}", **SIZES[file])


def passes(*words: str, **env: str) -> None:
    asked = [sys.executable, "-m", "pytest", "-q", *words]
    done = subprocess.run(asked, cwd=CHECKOUT, env={**os.environ, **env}, capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
