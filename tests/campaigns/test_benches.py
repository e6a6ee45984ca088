"""Each bench runs to its end in its short form: what `bench/run all` would stumble over is found before a release."""

from __future__ import annotations

import subprocess

import pytest
from bench.__main__ import NAMES
from tests.support.product.stack import CHECKOUT


@pytest.mark.parametrize("name", NAMES)
def test_a_bench_runs_to_its_end(name: str) -> None:
    done = subprocess.run(
        [str(CHECKOUT / "bench" / "run"), name, "--quick"], cwd=CHECKOUT, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert f"{name}, ours " in done.stdout.splitlines()[-1]
