"""Writes src/call24/http/raised.json and docs/reference/problems.md: `.venv/bin/python docs/build_problems.py`.

What operations raise is read from the code by tests/support/http/raises.py.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from tests.support.http.raises import raised, routes  # noqa: E402

from call24.http import codes, problem_types  # noqa: E402
from call24.http.app import operation_id  # noqa: E402
from call24.http.asked import key_of, versioned  # noqa: E402
from call24.http.problem_responses import RAISED, refusals  # noqa: E402

PAGE = Path(__file__).parent / "reference" / "problems.md"
_HEAD = """# Problems

What the API answers when it does not do what was asked: [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problems,
`application/problem+json`, with `type`, `title`, `status`, `detail` and `code`; `errors` names fields where single ones
are wrong. `type` is `urn:call24:problem:` and the code. Codes are API: one is added, never renamed. Which operation can
answer which is in `GET /openapi.json`, with an example of each; below, operations are named where they are few.

Made by `docs/build_problems.py`, from the code and from `http/problem_types.py`.

| code | status | what it means | what to do | operations |
| --- | --- | --- | --- | --- |
"""
_FEW = 4


def page(found: dict[str, list[str]]) -> str:
    at: dict[str, list[str]] = {}
    compared = versioned(routes())
    for route in routes():
        for listed in refusals(route, found[operation_id(route)], has_version=key_of(route) in compared).values():
            for code in listed:
                at.setdefault(code, []).append(operation_id(route))
    return _HEAD + "".join(_row(code, sorted(set(at.get(code, ())))) for code in sorted(problem_types.WORDS))


def _row(code: str, operations: list[str]) -> str:
    statuses = ", ".join(str(status) for status, known in codes.CODES.items() if code in known)
    means, do = problem_types.WORDS[code]
    few = ", ".join(f"`{one}`" for one in operations) if len(operations) <= _FEW else f"{len(operations)} of them"
    return f"| `{code}` | {statuses} | {means} | {do} | {few} |\n"


def text(found: dict[str, list[str]]) -> str:
    return json.dumps(found, indent=1) + "\n"


if __name__ == "__main__":
    read = raised()
    RAISED.write_text(text(read))
    PAGE.write_text(page(read))
