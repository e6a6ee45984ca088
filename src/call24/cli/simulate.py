"""`./call24 simulate`: how many agents a queue needs, by playing its calls through the production routing."""

from __future__ import annotations

import argparse
import json
import math
import sys
from typing import Any, get_args

import msgspec

from call24.kit.settings import SettingsError
from call24.queues.model import Strategy
from call24.staffing.model import BATCHES, LEVEL, Estimated, Load, StaffingAnswer
from call24.staffing.play import Progress
from call24.staffing.simulation import simulate

AGENTS_MAX, SIZES_MAX = 10_000, 100
CALLS_MIN, CALLS_MAX = 1_000, 20_000_000
DAY_S = 86_400.0
STRATEGIES = tuple(one for one in get_args(Strategy) if one != "ring_all")


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agents", metavar="N|A..B", required=True, help="number of agents; a range prints a table")
    parser.add_argument("--arrivals-per-hour", metavar="N", required=True, help="average number of calls an hour")
    parser.add_argument("--handle-time", metavar="SECONDS", required=True, help="average talk and hold time of a call")
    parser.add_argument("--wrap-up", metavar="SECONDS", default="0", help="wrap-up time after each call (default 0)")
    spread = (
        "standard deviation of handle times divided by their mean, for log-normal handle times (default: exponential)"
    )
    parser.add_argument("--spread", metavar="X", help=spread)
    patience = "average time after which callers hang up (exponential); none: never (default)"
    parser.add_argument("--patience", metavar="SECONDS|none", default="none", help=patience)
    parser.add_argument(
        "--target",
        metavar="SECONDS",
        default="20",
        help="wait within which a call must be answered to count for the service level (default 20)",
    )
    goal = "for a range: the share of calls to answer in time, in percent (default 80)"
    parser.add_argument("--service-level", metavar="PERCENT", default="80", help=goal)
    parser.add_argument("--strategy", choices=STRATEGIES, default="longest_idle", help="default longest_idle")
    parser.add_argument("--calls", metavar="N", default="200000", help="calls to simulate (default 200000)")
    parser.add_argument(
        "--seed",
        metavar="N",
        default="1",
        help="seed of the random numbers; another seed gives other callers (default 1)",
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(named: argparse.Namespace) -> int:
    sizes, loads = _loads(named)
    goal = _number("--service-level", named.service_level, 1, 100) / 100
    if len(sizes) == 1:
        answer = _played(loads[0], 0, 1)
        print(json.dumps(_as_json(answer), indent=1) if named.json else _text(answer))
        return 0
    answers = [_played(load, place, len(loads)) for place, load in enumerate(loads)]
    smallest = next((one.load.agents for one in answers if (one.service_level.value or 0) >= goal), None)
    if named.json:
        print(json.dumps({"smallest": smallest, "sizes": [_as_json(answer) for answer in answers]}, indent=1))
    else:
        print(_table(answers, smallest, goal, skipped=len(sizes) - len(loads)))
    return 0


# --- what is asked ---


def _loads(named: argparse.Namespace) -> tuple[range, list[Load]]:
    """One load for each size that can be played. Raises: SettingsError."""
    sizes = _sizes(named.agents)
    patience = None if named.patience == "none" else _number("--patience", named.patience, 1, DAY_S)
    load = Load(
        agents=sizes[0],
        arrivals_per_hour=_number("--arrivals-per-hour", named.arrivals_per_hour, 0.1, 1_000_000),
        handle_s=_number("--handle-time", named.handle_time, 1, DAY_S),
        wrap_up_s=_number("--wrap-up", named.wrap_up, 0, DAY_S),
        spread=None if named.spread is None else _number("--spread", named.spread, 0, 10),
        patience_s=patience,
        target_s=_number("--target", named.target, 0, DAY_S),
        strategy=named.strategy,
        calls=int(_number("--calls", named.calls, CALLS_MIN, CALLS_MAX)),
        seed=int(_number("--seed", named.seed, 0, 2**63)),
    )
    loads = [msgspec.structs.replace(load, agents=size) for size in sizes]
    playable = [one for one in loads if not one.grows_for_ever]
    if not playable:
        raise SettingsError(
            "--agents",
            f"the calls need {load.erlangs:.1f} agents, and callers never hang up: with {sizes[-1]} agents the queue"
            f" grows without limit. Give at least {math.floor(load.erlangs) + 1}, or --patience",
        )
    return sizes, playable


def _sizes(word: str) -> range:
    first, dots, last = word.partition("..")
    low = _number("--agents", first, 1, AGENTS_MAX)
    high = _number("--agents", last, 1, AGENTS_MAX) if dots else low
    if low != int(low) or high != int(high) or high < low:
        raise SettingsError("--agents", f"{word!r} is neither a number nor a range such as 90..110")
    if high - low >= SIZES_MAX:
        raise SettingsError("--agents", f"a range has at most {SIZES_MAX} sizes")
    return range(int(low), int(high) + 1)


def _number(flag: str, word: str, low: float, high: float) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise SettingsError(flag, f"{word!r} is not a number from {low:g} to {high:g}")
    return number


def _played(load: Load, place: int, of: int) -> StaffingAnswer:
    answer = simulate(load, _progress(place, of))
    if sys.stderr.isatty():
        print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    return answer


def _progress(place: int, of: int) -> Progress | None:
    if not sys.stderr.isatty():
        return None

    def tell(share: float) -> None:
        print(f"\rsimulated {(place + share) / of:.0%} ", end="", file=sys.stderr, flush=True)

    return tell


# --- what is answered ---


def _as_json(answer: StaffingAnswer) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(answer)
    return {**made, "confidence": {"level": LEVEL, "method": "batch means", "batches": BATCHES}}


def _text(answer: StaffingAnswer) -> str:
    load = answer.load
    rows = [
        ("callers who wait", _share(answer.wait_probability)),
        (f"answered within {load.target_s:g} s", _share(answer.service_level)),
        ("average speed of answer", _seconds(answer.average_speed_of_answer_s)),
        ("half are answered within", f"{answer.wait_p50_s:.1f} s"),
        ("95 % are answered within", f"{answer.wait_p95_s:.1f} s"),
        ("longest wait", f"{answer.longest_wait_s:.0f} s"),
        ("callers who give up", _share(answer.abandoned)),
        ("agents at work", _share(answer.occupancy)),
    ]
    told = f"{load.agents} agents, {load.arrivals_per_hour:g} calls an hour, {load.erlangs:.1f} agents' work"
    made_of = f"{answer.counted_calls} calls after {answer.warm_up_calls} to warm up, seed {load.seed};"
    made_of += f" in brackets the {LEVEL:.0%} interval from {BATCHES} batches"
    return "\n".join([told, "", *(f"  {what:<26}{figure}" for what, figure in rows), "", made_of])


def _table(answers: list[StaffingAnswer], smallest: int | None, goal: float, skipped: int) -> str:
    target = answers[0].load.target_s
    lines = [f"{'agents':>6}  {'wait':>6}  {f'in {target:g} s':>8}  {'ASA':>8}  {'give up':>7}  {'at work':>7}"]
    for one in answers:
        marked = "  <- the smallest" if one.load.agents == smallest else ""
        shares = [one.wait_probability, one.service_level, one.abandoned, one.occupancy]
        wait, level, gave_up, work = (f"{(x.value or 0):.1%}" for x in shares)
        asa = f"{(one.average_speed_of_answer_s.value or 0):.1f} s"
        lines.append(f"{one.load.agents:>6}  {wait:>6}  {level:>8}  {asa:>8}  {gave_up:>7}  {work:>7}{marked}")
    if skipped:
        lines.append(f"With fewer than {answers[0].load.agents} agents the queue grows without limit.")
    if smallest is None:
        lines.append(f"None of these keeps {goal:.0%} within {target:g} s.")
    return "\n".join(lines)


def _share(one: Estimated) -> str:
    return _shown(one, 100, " %")


def _seconds(one: Estimated) -> str:
    return _shown(one, 1, " s")


def _shown(one: Estimated, times: float, unit: str) -> str:
    if one.value is None:
        return "-"
    between = f"  ({max(0, one.low) * times:.1f} to {one.high * times:.1f})" if one.low is not None and one.high else ""
    return f"{one.value * times:.1f}{unit}{between}"
