#!/usr/bin/env python3
"""Makes docs/benchmarks.md from the raw figures in bench/results/*.json and the words in docs/benchmarks.d/*.md.

A figure is written nowhere else; why one falls short, and what was tried, is written by hand, one file for each bench.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "benchmarks.md"
WORDS = DOCS / "benchmarks.d"
RESULTS = DOCS.parent / "bench" / "results"
sys.path.insert(0, str(DOCS.parent))

from bench.__main__ import MEASURED, NAMES  # noqa: E402 - found only once the checkout is on the path

HEAD = """# Benchmarks

<!-- made by docs/build_benchmarks.py: change bench/results or docs/benchmarks.d, not this page -->

Ratios against a named peer, interleaved with it on one machine: absolute speeds belong to the machine, ratios travel.
`bench/run --list` names the benches; `bench/run NAME` runs one, keeps its raw figures in `bench/results/` and
(`bench/run all`: each of them) ends with name, ours, peer, ratio, target, pass. Load generators and phones share the
machine's cores with the servers.
"""


def page() -> str:
    return HEAD + "".join(_section(name, text) for name, text in NAMES.items())


def _section(name: str, text: str) -> str:
    words = WORDS / f"{name}.md"
    lines = [f"\n## {name}\n", f"{text[0].upper()}{text[1:]}.\n"]
    kept = RESULTS / f"{name}.json"
    lines += _measured(json.loads(kept.read_text()), name) if kept.exists() else ["Not measured yet.\n"]
    if words.exists():
        lines.append(words.read_text().strip() + "\n")
    return "\n".join(lines)


def _measured(kept: dict[str, Any], name: str) -> list[str]:
    rows = [_row(figure) for figure in kept["figures"]]
    cores, load = kept["machine"]["cores"], kept["raw"].get("load_average")
    busy = f", load average afterwards {load[0]:.1f}" if load else ""
    return [
        "| what | ours | peer | ratio | target | |",
        "| --- | ---: | ---: | ---: | --- | --- |",
        *rows,
        "",
        f"Measured {kept['at'][:16].replace('T', ' ')} UTC on {cores} cores{busy}.{_since(kept['at'], name)}\n",
    ]


def _since(at: str, name: str) -> str:
    """A mark on figures that are older than the code they measure, as far as git knows."""
    folders = [f"src/call24/{folder}" for folder in MEASURED[name]]
    words = ["git", "log", "--oneline", f"--since={at}", "--", *folders]
    done = subprocess.run(words, cwd=DOCS.parent, capture_output=True, text=True)
    changes = len(done.stdout.splitlines())
    return f" **Older than the code: {changes} commits changed it since.**" if changes else ""


def without_marks(page: str) -> str:
    """The page but for what each new commit changes in it."""
    return re.sub(r" \*\*Older than the code: \d+ commits changed it since\.\*\*", "", page)


def _row(figure: dict[str, Any]) -> str:
    unit = figure["unit"]

    def value(number: float | None) -> str:
        return "-" if number is None else f"{number:.3g}" if abs(number) < 10 else f"{number:.0f}"

    ours, peer = (f"{value(figure[side])} {unit}".strip() for side in ("ours", "peer"))
    peer = "-" if figure["peer"] is None else peer
    target = "" if figure["target"] == "-" else figure["target"]
    verdict = "" if not target else "met" if figure["passed"] else "falls short"
    return f"| {figure['what'].strip()} | {ours} | {peer} | {value(figure['ratio'])} | {target} | {verdict} |"


def main() -> int:
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
