#!/usr/bin/env python3
"""Makes docs/capacity.md from bench/results and the words in docs/capacity.d.

Figures are written nowhere else. tests/unit/repository/test_capacity.py fails when the page is out of date.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "capacity.md"
WORDS = DOCS / "capacity.d"
RESULTS = DOCS.parent / "bench" / "results"
sys.path.insert(0, str(DOCS.parent))

from bench import capacity_model as model  # noqa: E402 - found only once the checkout is on the path
from bench.__main__ import NAMES  # noqa: E402
from bench.staircase import CPU_SHARE, EVENT_P95_MS, FAILED_SHARE, SETUP_P95_MS  # noqa: E402

CORES = (2, 4, 8, 16)
TALKS_S = (60, 180)
BETWEEN_S = 60
TOGETHER = 50
HEAD = f"""# Capacity

<!-- made by docs/build_capacity.py: change bench/results or docs/capacity.d, not this page -->

What one machine carries, and why. `bench/run capacity` raises each load until a pass line is missed:

* set-up p95 of at most {SETUP_P95_MS:g} ms: from a caller's INVITE to ringing at the agent's phone;
* less than {FAILED_SHARE:.1%} of the calls failed;
* no RTP packet lost, by sequence numbers at both ends and by numbers in the payload from one phone to the other;
* Asterisk, Call24 and MongoDB together use less than {CPU_SHARE:.0%} of the CPU that the load generators leave;
* events reach the apps within {EVENT_P95_MS:g} ms (p95) and none is missing.

Load generators run on the same cores, so **each figure is a lower bound**.
"""
FREESBC = """FreeSBC 0.5 publishes for two pinned cores 450 calls with G.711 at a time, 800 with WebRTC (SRTP), and
1,500 set-ups a second. It was not run here. It relays media between two sides: it has no queue, no agents, no recording
and no record of a call. Its figures say what media alone can cost, not what a contact centre can.
"""


def page() -> str:
    parts = kept("capacity")["raw"]["parts"] if (RESULTS / "capacity.json").exists() else {}
    sections = [HEAD, _measured(parts), FREESBC, *_steps(parts), _soak(), _model(parts), _words("why"), _short()]
    return "\n".join(section for section in sections if section)


def kept(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text())
    return found


def _words(name: str) -> str:
    """Links there lead from its own folder, here from the page's."""
    return (WORDS / f"{name}.md").read_text().replace("](../", "](")


def _measured(parts: dict[str, Any]) -> str:
    if not parts:
        return "## Measured\n\nNot measured yet.\n"
    figures = kept("capacity")
    rows = ["| what | Call24 | Asterisk's `Queue()` |", "| --- | ---: | ---: |"]
    for figure in figures["figures"]:
        peer = "" if figure["peer"] is None else f"{figure['peer']:g} {figure['unit']}".strip()
        rows.append(f"| {figure['what']} | {figure['ours']:g} {figure['unit']} | {peer} |".replace("  ", " "))
    when = "; ".join(
        f"{name} {part['at'][:16].replace('T', ' ')} (load average before {part['load_before'][0]:.1f}{_note(part)})"
        for name, part in parts.items()
    )
    told = f"On {figures['machine']['cores']} cores, times in UTC: {when}."
    ends = [f"| {name} | {_end(part)} |" for name, part in parts.items()]
    why = ["", "Why it went no higher:", "", "| part | the next step |", "| --- | --- |", *ends]
    return "\n".join(["## Measured", "", *rows, "", told, *why, ""])


def _note(part: dict[str, Any]) -> str:
    return f"; {part['note']}" if part.get("note") else ""


def _end(part: dict[str, Any]) -> str:
    """Why the next step of Call24 did not pass."""
    steps = part["steps"]["ours"] if isinstance(part["steps"], dict) else part["steps"]
    missed = min((step for step in steps if not step["passed"]), key=lambda step: step["load"], default=None)
    if missed is None:
        return "all that were tried passed"
    return f"{missed['load']}: {', '.join(missed['missed'])}"


TITLES = {
    "calls": "Recorded calls at a time",
    "rate": "Set-ups per second",
    "apps": "Agents with the app open",
    "sockets": "Idle realtime sockets",
}


def _steps(parts: dict[str, Any]) -> list[str]:
    return [_table(name, parts[name]) for name in TITLES if name in parts]


def _table(name: str, part: dict[str, Any]) -> str:
    sides = part["steps"] if isinstance(part["steps"], dict) else {"": part["steps"]}
    late = "event_p95_ms" if name in ("apps", "sockets") else "setup_p95_ms"
    what = "event" if late.startswith("event") else "set-up"
    head = f"| | load | {what} p95 | failed | RTP lost | servers | generator | elsewhere | |"
    rows = [head, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"]
    words = {"ours": "Call24", "peer": "`Queue()`", "": ""}
    for side, steps in sides.items():
        for step in sorted(steps, key=lambda one: one["load"]):
            rows.append(_row(words[side], step, late))
    return "\n".join([f"### {TITLES[name]}", "", _words(name).strip(), "", *rows, ""])


def _row(side: str, step: dict[str, Any], late: str) -> str:
    cpu, failed = step["cpu"], "" if "calls" not in step else f"{step['failed']} of {step['calls']}"
    lost = f"{step['rtp_lost']}" if "rtp_lost" in step else ""
    cores = " | ".join(f"{cpu[name]:.2f}" for name in ("servers", "generator", "elsewhere"))
    verdict = "passed" if step["passed"] else ", ".join(step["missed"])
    return f"| {side} | {step['load']} | {step[late]:.0f} ms | {failed} | {lost} | {cores} | {verdict} |"


def _soak() -> str:
    found = kept("soak")
    raw = found["raw"]
    beside = ", without apps, webhooks and exports, which the bench has now and was not run with for an hour"
    if "apps" in raw:
        beside = f", {raw['apps']} apps, {raw['webhooks']} messages to a webhook, {raw['exports']} exports"
    told = f"{raw['minutes']:g} minutes on {found['at'][:10]}, {raw['calls']} recorded calls{beside}:"
    rows = [f"* {_target(one)}" for one in found["figures"] if one["target"] != "-"]
    return "\n".join(["### An hour of load", "", told, "", *rows, ""])


def _target(figure: dict[str, Any]) -> str:
    value = f"{_short_number(figure['ours'])} {figure['unit']}".strip()
    peer = "" if figure["peer"] is None else f", peer {_short_number(figure['peer'])} {figure['unit']}".rstrip()
    return f"{figure['what'].strip()}: {value}{peer} (target {figure['target']})"


def _short_number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _model(parts: dict[str, Any]) -> str:
    if not {"calls", "rate", "apps"} <= set(parts):
        return ""
    setup = model.setup_costs(kept("cpu-per-call")["raw"])
    second = model.second_costs(parts["calls"], setup)
    if not second:
        return ""
    apps, used = model.apps_of(parts["apps"]), model.memory(parts)
    rows = _carries(parts["rate"], setup, second, apps, used)
    return "\n".join(["## What N cores carry", "", *_costs(setup, second, apps, used), "", *rows, ""])


def _costs(setup: model.Costs, second: model.Costs, apps: model.Apps, used: dict[str, float]) -> list[str]:
    names = {"asterisk": "Asterisk", "server": "Call24's engine", "mongod": "MongoDB", "others": "phones' port, parent"}
    return [
        "What each thing costs, in milliseconds of CPU:",
        "",
        "| process | a call's set-up and end | a second of recorded talk |",
        "| --- | ---: | ---: |",
        *(f"| {names[part]} | {setup[part]:.1f} | {second[part]:.2f} |" for part in names),
        "",
        f"An event to one app takes the engine {apps.delivery_ms * 1000:.0f} µs, and a call makes {apps.events:.1f}"
        f" `agent` events. Memory: {_at_rest_mb():.0f} MB at rest, all processes; {used.get('agent_mb', 0.0):.2f} MB"
        f" for each agent with a phone, {used.get('call_mb', 0.0):.2f} MB for each call at a time,"
        f" {used.get('socket_kib', 0.0):.1f} KiB for each realtime socket over TLS.",
    ]


def _at_rest_mb() -> float:
    return float(sum(kept("idle-memory")["raw"]["pss_mb"].values()))


def _carries(
    rate: dict[str, Any], setup: model.Costs, second: model.Costs, apps: model.Apps, used: dict[str, float]
) -> list[str]:
    """The table of machines. Only what fits within the pass line's share of the CPU."""
    talks = " | ".join(f"recorded calls at a time, {talk} s each" for talk in TALKS_S)
    head = (
        f"| cores | {talks} | set-ups a second | agents, {TOGETHER} to an organisation | agents, all in one | memory |"
    )
    rows = [head, "| ---: |" + " ---: |" * (len(TALKS_S) + 4)]
    for cores in CORES:
        each = [model.carried(cores, setup, second, talk) for talk in TALKS_S]
        people = [_agents(each[-1], apps, second["server"], together) for together in (TOGETHER, None)]
        mb = _at_rest_mb() + people[0] * used.get("agent_mb", 0.0) + each[-1].most * used.get("call_mb", 0.0)
        calls = " | ".join(f"{one.most} ({one.bound})" for one in each)
        rows.append(f"| {cores} | {calls} | {_rate(cores, rate)} | {people[0]} | {people[1]} | {mb / 1024:.1f} GB |")
    return rows


def _rate(cores: int, rate: dict[str, Any]) -> str:
    found = model.setups(cores, rate)
    return "-" if found is None else f"{min(found):.0f} ({'all cores' if found[0] <= found[1] else 'engine'})"


def _agents(calls: model.Carried, apps: model.Apps, second_ms: float, together: int | None) -> int:
    """Whom the machine's calls and the engine's core both bear."""
    talk_s = TALKS_S[-1]
    engine = model.agents(apps, second_ms, talk_s, BETWEEN_S, together)
    return min(engine, int(calls.most * (talk_s + BETWEEN_S) / talk_s))


def short() -> dict[str, list[dict[str, Any]]]:
    """The figures of docs/benchmarks.md that miss their target, by bench."""
    found = {}
    for name in NAMES:
        if (RESULTS / f"{name}.json").exists():
            missed = [figure for figure in kept(name)["figures"] if not figure["passed"]]
            if missed:
                found[name] = missed
    return found


def ideas() -> dict[str, str]:
    """By bench, from docs/capacity.d/ideas.md."""
    texts = re.split(r"^## ", _words("ideas"), flags=re.MULTILINE)[1:]
    return {text.split("\n", 1)[0].strip(): text.split("\n", 1)[1].strip() for text in texts}


def _short() -> str:
    lines, next_ideas = [], ideas()
    for name, figures in short().items():
        missed = "; ".join(map(_target, figures))
        lines += [f"**[{name}](benchmarks.md#{name})** {missed}.", "", next_ideas.get(name, "No idea yet."), ""]
    head = "What was tried before stands in [benchmarks](benchmarks.md) and is not repeated here."
    return "\n".join(["## What falls short, and what comes next", "", head, "", *lines]).rstrip("\n") + "\n"


def main() -> int:
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
