"""The doctor on a real installation whose server is not there."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support.stack import RunningStack


def examine(stack: RunningStack, *more: str) -> tuple[int, dict[str, dict[str, object]]]:
    words = [sys.executable, "-m", "call24.cli", "doctor", "--json", "--data", str(stack.settings.data), *more]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert not done.stderr
    return done.returncode, {found["name"]: found for found in json.loads(done.stdout)["findings"]}


def test_what_is_well_passes_and_a_missing_server_is_named_with_what_to_do(stack: RunningStack) -> None:
    status, found = examine(stack)
    assert status == 1
    well = ("python", "recordings folder", "database", "asterisk", "asterisk modules", "trunk port", "phones")
    assert {name: found[name]["state"] for name in (*well, "phones' websocket")} == dict.fromkeys(
        (*well, "phones' websocket"), "pass"
    )
    assert found["server"]["state"] == "fail"
    assert "./call24 up" in str(found["server"]["advice"])
    assert found["application"]["state"] == "fail"


def test_a_test_call_without_a_server_is_not_even_tried(stack: RunningStack) -> None:
    status, found = examine(stack, "--call")
    assert status == 1
    assert list(found) == ["installation", "permission"]
