"""The tables that people keep and the audit reads: the OWASP ASVS checklist, and the operator's list of findings."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from call24.doctor.audit.outcome import Found, Unverified
from call24.doctor.report import CheckResult
from call24.installer.paths import SHIPPED
from call24.kit.settings import Settings

ASVS = SHIPPED / "docs" / "asvs.csv"
ASVS_ROWS = 253
"""Requirements of levels 1 and 2. Source: OWASP ASVS 5.0.0."""
ANSWERS = {"met", "not met", "not applicable"}
REVIEWED_WITHIN = timedelta(days=90)
SEVERITIES = ("low", "medium", "high")
KEEP = (
    "keep a list of what audits, testers and users reported in findings.csv of the data folder: its first line"
    " reviewed,YYYY-MM-DD and then opened,severity,finding,due,closed for each"
)


async def asvs(found: CheckResult, table: Path = ASVS) -> None:
    """Open rows are told; one without its reason fails. Raises: Found, Unverified."""
    try:
        with table.open(newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, csv.Error) as error:
        raise Unverified("the table cannot be read", "get docs/asvs.csv back from the sources", (str(error),)) from None
    answers = Counter(row.get("answer") for row in rows)
    if len(rows) != ASVS_ROWS or answers.keys() - ANSWERS:
        raise Unverified(
            f"the table has {len(rows)} rows of {ASVS_ROWS} or answers that are unknown",
            "get docs/asvs.csv back from the sources",
        )
    bare = [row["id"] for row in rows if row["answer"] != "met" and len((row.get("shown by") or "").split()) < 4]
    if bare:
        raise Found(f"{len(bare)} requirements are open without a reason", "answer them in docs/asvs.csv", bare)
    basic = [row["id"] for row in rows if row["answer"] == "not met" and row["level"] == "1"]
    found.seen = (
        f"{answers['met']} of {ASVS_ROWS} requirements are met, {answers['not met']} are open, each with its reason"
        f" (of level 1: {', '.join(basic) or 'none'})"
    )


async def findings(settings: Settings, today: date, found: CheckResult) -> None:
    """Raises: Found, Unverified."""
    file = settings.data / "findings.csv"
    try:
        with file.open(newline="") as opened:
            head, *rows = [row for row in csv.reader(opened) if row]
        reviewed = date.fromisoformat(head[1]) if head[0] == "reviewed" else None
        still_open = [_open(row) for row in rows]
    except FileNotFoundError:
        raise Unverified("no list of findings is kept", KEEP) from None
    except (OSError, ValueError, IndexError, csv.Error) as error:
        raise Unverified("the list of findings cannot be read", KEEP, (str(error),)) from None
    if reviewed is None or not timedelta(days=-1) <= today - reviewed <= REVIEWED_WITHIN:
        raise Unverified("the list of findings was not reviewed within 90 days", "review it, and write the day into it")
    left = [row for row in still_open if row is not None]
    if late := [what for severity, what, due in left if severity == "high" or due < today]:
        seen = f"{len(late)} of {len(left)} open findings are of high severity or past their day"
        raise Found(seen, "fix them, and write the day into the list", late)
    found.seen = f"{len(left)} open findings, none of high severity or past its day; reviewed on {reviewed}"


def _open(row: list[str]) -> tuple[str, str, date] | None:
    """Severity, what it is, by when it is to be fixed; None when that is done. Raises: ValueError."""
    opened, severity, what, due, closed = (cell.strip() for cell in row)
    date.fromisoformat(opened)
    if severity not in SEVERITIES:
        raise ValueError(f"the severity {severity!r} is none of {', '.join(SEVERITIES)}")
    if closed:
        date.fromisoformat(closed)
        return None
    return severity, what, date.fromisoformat(due)
