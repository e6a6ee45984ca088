"""All guards, each removed while tests run, into docs/figures/guards: `./call24 test --guards` runs it.

Words after `--` choose guards by their names. `--minutes N` stops after that; the same command goes on from there.
Taken away are guards that never were, that survived, and those whose file, or that of the test that noticed, has
changed since; with `--anew` all. Rows of others stay with their day. Ends with 0 when nothing survived but what has a
reason in survivors.json, 3 when it is not over.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.guards import run

CHECKOUT = Path(__file__).resolve().parents[2]
FIGURES = CHECKOUT / "docs" / "figures" / "guards"
OUT, REASONS = FIGURES / "guards.json", FIGURES / "survivors.json"
STATE = CHECKOUT / ".call24" / "guards"
UNIT = """
calls/requests engine/engine engine/queues engine/requests flows/rules http/rate_limits identity/channel_auth
identity/rules kit/kit kit/mongo_trouble live/board live/live_calls live/service_level queues/rules realtime/api
realtime/channels realtime/counts realtime/frames realtime/link realtime/protocol realtime/realtime_doors
realtime/realtime_nodes_refuse realtime/socket realtime/webhooks recordings/sealed server/composition tasks/rules
toll_fraud/fence webhooks/webhooks
"""
"""Other unit tests do not come to a guard."""
ASIDE = """
asterisk/client call_records/history_index call_records/history_pages call_records/projector installer/standalone
journal/heads journal/killed kit/false_certificates realtime/frames realtime/fuzz realtime/hosted_pusher
realtime/nodes_killed realtime/official_clients realtime/pusher_js repository/client_package server/edge
statistics/reports_naive statistics/reports_read_little
"""
"""Of the integration tests: they come to no guard, or to one of another process, or take too long for what they add."""


def file_of(name: str) -> str:
    """`live/board` is `live/test_board.py`."""
    room, _, rest = name.partition("/")
    return f"{room}/test_{rest}.py"


INTEGRATION = CHECKOUT / "tests" / "integration"
TESTS = [
    "tests/authorisation",
    *(f"tests/unit/{file_of(name)}" for name in UNIT.split()),
    *(
        f"tests/integration/{name}"
        for name in sorted(file.relative_to(INTEGRATION).as_posix() for file in INTEGRATION.glob("*/test_*.py"))
        if name not in map(file_of, ASIDE.split())
    ),
]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./call24 test --guards --")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--anew", action="store_true", help="forget what was seen")
    parser.add_argument("words", nargs="*", help="parts of guards' names")
    named = parser.parse_args(words)
    state = STATE / "state.json"
    prepare(state, anew=named.anew)
    command = [sys.executable, "-m", "tests.guards.run", str(state), str(named.minutes * 60), *named.words]
    code = subprocess.run(command, cwd=CHECKOUT).returncode
    known = json.loads(state.read_text()) if state.exists() else {"tests": {}, "guards": {}}
    told = summary(known)
    sys.stdout.write(f"\n{told}\n")
    if code == run.AGAIN:
        sys.stdout.write("not over: the same command goes on from here\n")
    if code in (0, run.AGAIN):
        keep(known)
        subprocess.run([sys.executable, "docs/build_guards.py"], check=True, cwd=CHECKOUT)
    return code or (1 if {guard["id"] for guard in survivors(known)} - reasons().keys() else 0)


def prepare(state: Path, *, anew: bool) -> None:
    """Forgets what was seen in files that have changed since: of tests that stand there, and of guards that do or that
    such a test noticed. Tests that were refused in a room run again when it has a guard that was not there; so do those
    that failed with all guards standing. Without a state what was kept last is what is known."""
    state.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(state.read_text()) if state.exists() and not anew else {}
    before, now = known.get("hashes", {}), hashes()
    there = {guard.id: guard.where for guard in run.every_guard()}
    rooms = {room(where) for id, where in there.items() if where.endswith(".py") and id not in known.get("there", ())}
    same = {file for file, hash in now.items() if before.get(file) == hash}
    tests = {
        name: told
        for name, told in known.get("tests", {}).items()
        if name.partition("::")[0] in same and not told["failed"] and rooms.isdisjoint(map(room, told["refused"]))
    }
    rows = {} if anew else {one["id"]: one for one in rows_kept()} | known.get("guards", {})
    guards = {
        id: told
        for id, told in rows.items()
        if id in there and told["of"] == run.standing(told, now) and (told["killed_by"] is not None or before == now)
    }
    fresh = {"tests": tests, "guards": guards, "took_s": known.get("took_s", 0), "hashes": now, "there": list(there)}
    state.write_text(json.dumps(fresh, indent=1))


def rows_kept() -> list[dict[str, Any]]:
    return list(json.loads(OUT.read_text())["guards"]) if OUT.exists() else []


def room(name: str) -> str:
    """Of a file, or of a guard."""
    return name.partition("/")[0]


def hashes() -> dict[str, str]:
    """Of every file of the product and of the tests."""
    files = [file for folder in ("src/call24", "tests") for file in sorted((CHECKOUT / folder).rglob("*.py"))]
    return {file.relative_to(CHECKOUT).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in files}


def survivors(known: dict[str, Any]) -> list[dict[str, Any]]:
    return [guard for guard in known["guards"].values() if guard["killed_by"] is None]


def reasons() -> dict[str, str]:
    return dict(json.loads(REASONS.read_text()))


def summary(known: dict[str, Any]) -> str:
    all, left = (Counter(one["kind"] for one in found) for found in (known["guards"].values(), survivors(known)))
    lines = [f"{kind:<14}{all[kind] - left[kind]:>4} of {all[kind]:>4} noticed" for kind in sorted(all)]
    failed = [name for name, told in known["tests"].items() if told["failed"]]
    lines += [f"failed with all guards standing, and not used: {name}" for name in failed]
    why = reasons()
    for guard in survivors(known):
        said = why.get(guard["id"], f"no reason is known; it refused in {guard['refused_in']} tests")
        lines.append(f"survived: {guard['id']}: {said}")
    return "\n".join(lines)


def keep(known: dict[str, Any]) -> None:
    """With the rows of before, of guards that were not taken away this time and are there yet."""
    there = {guard.id for guard in run.every_guard()}
    rows = {one["id"]: one for one in rows_kept()} | known["guards"]
    guards = sorted((one for id, one in rows.items() if id in there), key=lambda one: (one["kind"], one["id"]))
    kept = [{name: value for name, value in one.items() if name != "line"} for one in guards]
    on = {"at": datetime.now(UTC).date().isoformat(), "cores": os.cpu_count()}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    made = {"on": on, "took_s": known["took_s"], "tests": len(known["tests"]), "guards": kept}
    OUT.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
