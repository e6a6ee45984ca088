"""Breaks each mechanism of docs/promised.py and looks which tests turn red: `./call24 test --promises` runs it.

Words after `--` choose: numbers of promises, or parts of a break's or a test's name. What was seen red and whose files
are as they were is not run again, unless with `--anew`; so an interrupted run goes on where it was. `--minutes N` stops
after that. Results are in docs/figures/promises, one file for each promise. Ends with 0 when all that was asked for
is red, 1 when something is not, 3 when it is not over.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.promises.breaks import BREAKS, Break
from tests.promises.run import CHECKOUT, Copy, Outcome, standing

FIGURES = CHECKOUT / "docs" / "figures" / "promises"
COPY = CHECKOUT / ".call24" / "promises" / "checkout"
AGAIN = 3
Pair = tuple[Break, str]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./call24 test --promises --")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--anew", action="store_true", help="run what was seen red again too")
    parser.add_argument("words", nargs="*", help="numbers of promises, or parts of names")
    named = parser.parse_args(words)
    wanted = [pair for pair in pairs() if chosen(pair, named.words)]
    left = wanted if named.anew else [pair for pair in wanted if not seen_red(pair)]
    over = play(left, time.monotonic() + named.minutes * 60)
    subprocess.run([sys.executable, "docs/build_promises.py"], check=True, cwd=CHECKOUT)
    survived = [pair for pair in wanted if (row := kept(pair)) is not None and row["said"] != "red"]
    for one, test in survived:
        sys.stdout.write(f"not red: {one.id}: {test}\n")
    if not over:
        sys.stdout.write("not over: the same command goes on from here\n")
        return AGAIN
    return 1 if survived else 0


def pairs() -> Iterator[Pair]:
    for one in BREAKS:
        for test in one.red:
            yield one, test


def chosen(pair: Pair, words: Sequence[str]) -> bool:
    one, test = pair
    return not words or any(word == str(one.promise) if word.isdigit() else word in one.id + test for word in words)


def play(left: Sequence[Pair], until: float) -> bool:
    """Whether all were run, the quick ones first. Each test runs with nothing broken before: one that is red then shows
    nothing."""
    if not left:
        return True
    left = sorted(left, key=lambda pair: pair[1].startswith("telephony/"))
    copy = Copy(COPY)
    copy.make()
    whole = copy.whole([test for _, test in left])
    for number, (one, test) in enumerate(left, 1):
        if time.monotonic() > until:
            return False
        outcome = whole[test]
        if outcome.said == "green":
            with copy.broken(one):
                outcome = copy.run(test)
        else:
            outcome = Outcome("no run", f"with nothing broken: {outcome.said}: {outcome.how}", outcome.took_s)
        said = "survived" if outcome.said == "green" else outcome.said
        sys.stdout.write(f"{number}/{len(left)} {said:<9}{one.id}: {test} {outcome.how}\n")
        sys.stdout.flush()
        keep((one, test), said, outcome)
    return True


# --- the figures ---


def file_of(promise: int) -> Path:
    return FIGURES / f"{promise:02}.json"


def rows(promise: int) -> list[dict[str, Any]]:
    """What was seen of breaks, and by tests, that are there still."""
    file = file_of(promise)
    found = json.loads(file.read_text())["rows"] if file.exists() else []
    there = {(one.what, test) for one, test in pairs() if one.promise == promise}
    return [row for row in found if (row["break"], row["test"]) in there]


def kept(pair: Pair) -> dict[str, Any] | None:
    one, test = pair
    return next((row for row in rows(one.promise) if (row["break"], row["test"]) == (one.what, test)), None)


def seen_red(pair: Pair) -> bool:
    row = kept(pair)
    return row is not None and row["said"] == "red" and row["of"] == standing(*pair)


def keep(pair: Pair, said: str, outcome: Outcome) -> None:
    one, test = pair
    row = {
        "break": one.what,
        "test": test,
        "said": said,
        "how": outcome.how,
        "on": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "took_s": outcome.took_s,
        "of": standing(one, test),
    }
    others = [other for other in rows(one.promise) if (other["break"], other["test"]) != (one.what, test)]
    told = sorted([*others, row], key=lambda each: (each["break"], each["test"]))
    FIGURES.mkdir(parents=True, exist_ok=True)
    file_of(one.promise).write_text(json.dumps({"rows": told}, indent=1, ensure_ascii=False) + "\n")


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short=8", "HEAD"], cwd=CHECKOUT, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
