"""A day's report as the API answers it, for the app's tests and pictures."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

MEASURES = (
    ("calls", "Calls", "count", "Calls that began and have ended; of a queue: whose first it is"),
    ("offered", "Offered", "count", "Queue visits; a caller who joins two queues is counted in both"),
    ("answered", "Answered", "count", "Visits that ended with an agent"),
    ("abandoned", "Abandoned", "count", "Visits that the caller ended after at least 5 s of waiting and ringing"),
    ("average_speed_of_answer_s", "Average speed of answer", "s", "Mean time from joining the queue to the answer"),
    ("service_level", "Service level", "share", "Share of visits answered within the queue's limit"),
    ("handle_time_s", "Average handle time", "s", "Mean talk + hold + wrap-up"),
    ("transfers", "Transfers", "count", "Calls that agents passed on, blind and attended"),
)
HOURS = ((8, 4, 4), (9, 17, 15), (10, 26, 22), (11, 31, 24), (12, 18, 18), (13, 12, 12), (14, 0, 0), (15, 21, 20))


def values(offered: int, answered: int) -> Json:
    measured = answered > 0
    return {
        "calls": offered,
        "offered": offered,
        "answered": answered,
        "abandoned": offered - answered,
        "average_speed_of_answer_s": 8.4 + 3 * (offered - answered) if measured else None,
        "service_level": round(0.9 * answered / offered, 3) if measured else None,
        "handle_time_s": 270.0 if measured else None,
        "talk_s": 230 * answered,
        "hold_s": 10 * answered,
        "wrap_up_s": 30 * answered,
        "transfers": answered // 9,
    }


WEEK_BEFORE = {8: (6, 5), 9: (15, 15), 10: (22, 20), 11: (34, 22), 12: (18, 17), 13: (9, 9), 14: (2, 2), 15: (17, 15)}


def compared_report() -> Json:
    """With the Monday before, up to the same time."""
    made = report()
    for row in made["rows"]:
        row["before"] = values(*WEEK_BEFORE[int(row["key"])])
    counts = WEEK_BEFORE.values()
    made["before"] = {
        "from": "2026-02-23",
        "to": "2026-02-23",
        "until": "2026-02-23T07:40:00.000Z",
        "total": values(sum(x[0] for x in counts), sum(x[1] for x in counts)),
    }
    return made


def asked(made: Json, query: dict[str, str]) -> Json:
    """Of what there is, as the server answers: what was before stands in it only where it was asked for."""
    if query.get("compare") == "true":
        return made
    return {**made, "before": None, "rows": [{**row, "before": None} for row in made["rows"]]}


def report(*, empty: bool = False) -> Json:
    hours = () if empty else HOURS
    return {
        "by": "hour",
        "from": "2026-03-02",
        "to": "2026-03-02",
        "time_zone": "Asia/Ulaanbaatar",
        "measures": [
            {"key": key, "name": name, "unit": unit, "definition": text, "adds_up": unit == "count"}
            for key, name, unit, text in MEASURES
        ],
        "rows": [
            {"key": f"{h:02}", "name": f"{h:02}:00", "values": values(offered, got), "before": None}
            for h, offered, got in hours
        ],
        "total": values(sum(x[1] for x in hours), sum(x[2] for x in hours)),
        "before": None,
    }


def totals(*, empty: bool = False) -> Json:
    rows = () if empty else (("day", "2025-12-01", "2025-12-01", 41, 38), ("week", "2025-12-01", "2025-12-07", 12, 9))
    return {
        "from": "2025-12-01",
        "to": "2025-12-31",
        "time_zone": "Asia/Ulaanbaatar",
        "fewest_callers": 10,
        "measures": [one for one in report()["measures"] if one["key"] != "transfers"],
        "rows": [
            {"period": period, "from": first, "to": last, "values": values(offered, got)}
            for period, first, last, offered, got in rows
        ],
        "total": values(sum(x[3] for x in rows), sum(x[4] for x in rows)),
    }


def compared(found: int) -> list[Json]:
    days = (("2026-03-01", 132, found), ("2026-02-28", 98, 0))
    return [{"day": day, "state": "done", "calls": calls, "found": found} for day, calls, found in days]


def export(state: str, rows_done: int = 0) -> Json:
    return {
        "id": "exp_1",
        "kind": "report",
        "format": "csv",
        "state": state,
        "rows_done": rows_done,
        "rows": 8,
        "percent": rows_done * 100 // 8,
        "trouble": None,
    }


OF_AGENTS = {
    "saraa": (14, 308.0),
    "batbold": (11, 280.4),
    "gerel": (16, 295.0),
    "anna": (9, 391.2),
    "tsetseg": (8, 422.0),
    "nomin": (10, 320.0),
    "togoldor": (12, 271.0),
}


def today(*, empty: bool = False) -> Json:
    """What Live asks beside its snapshot: each agent's calls, and the day's hours so far."""
    made = report(empty=True)
    begun = dict.fromkeys(range(16), (0, 0))
    counted = begun if empty else {**begun, **{h: (offered, got) for h, offered, got in HOURS}}
    agents = () if empty else OF_AGENTS.items()
    return {
        "at": "2026-03-02T07:40:00.000Z",
        "day": made["from"],
        "time_zone": made["time_zone"],
        "agents": [{"id": f"usr_{key}", "handled": handled, "handle_time_s": s} for key, (handled, s) in agents],
        "hours": [
            {"key": f"{h:02}", "name": f"{h:02}:00", "values": values(*of), "before": None} for h, of in counted.items()
        ],
        "total": values(sum(x[0] for x in counted.values()), sum(x[1] for x in counted.values())),
    }
