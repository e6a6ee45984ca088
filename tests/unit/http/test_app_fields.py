"""A person can send every field that the API takes, or the field is for programs and says why.

`test_app_reach.py` counts operations; a form may still leave out half of what its operation takes. A field counts as
sent where it is written as a key, or as a quoted name, NEAR the request: in the request itself, in the files that make
it, in those that import one of these, and in what these import of screens and of the pure files of `kit`. Reading a
field (`queue.exits`) is not enough.
"""

from __future__ import annotations

import re
from functools import cache
from os.path import normpath
from pathlib import Path
from typing import Any

from tests.unit.http.test_app_reach import SOURCE, Operation
from tests.unit.http.test_app_requests import BESIDE, CALL, _sent, lists, meant, operations

IMPORT = re.compile(r"(?:from|import\()\s*'(\.[^']+)'")
WRITTEN = re.compile(r"(?<![\w.?])(\w+)\b(?=\s*[:,}])|'(\w+)'|\"(\w+)\"")
USED = re.compile(rf"\b(?:api|{'|'.join(BESIDE)})\.(\w+)\b")
HUBS = ("kit/api-types.ts", "kit/model.ts", "kit/field_texts.ts", "kit/refusals.ts", "kit/audit_words.ts")
"""Files of many themes, in which a name says nothing about one request."""


@cache
def files() -> dict[str, str]:
    found = [file for part in ("kit", "rooms", "screens", "ui", "links") for file in (SOURCE / part).rglob("*")]
    texts = {str(file.relative_to(SOURCE)): file.read_text() for file in found if file.suffix in (".ts", ".svelte")}
    return {name: text for name, text in texts.items() if name not in HUBS}


@cache
def imports() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(one for path in IMPORT.findall(text) if (one := _resolved(name, path)) is not None)
        for name, text in files().items()
    }


def _resolved(name: str, path: str) -> str | None:
    whole = Path(normpath(Path(name).parent / path))
    return next((one for ending in ("", ".ts") if (one := f"{whole}{ending}") in files()), None)


@cache
def requests() -> dict[Operation, list[tuple[str, str]]]:
    """What the app asks -> the names of its requests and how each is written."""
    found: dict[Operation, list[tuple[str, str]]] = {}
    for text in lists():
        for call in CALL.finditer(text):
            for one in _sent(**call.groupdict()):
                found.setdefault((one.method, one.path), []).append((one.name, call.group()))
    return found


@cache
def named() -> dict[str, frozenset[str]]:
    """The names that each file writes as a key (`field:`, or `field` alone in braces) or quotes."""
    return {name: keys(text) for name, text in files().items()}


def keys(text: str) -> frozenset[str]:
    return frozenset(one for found in WRITTEN.findall(text) for one in found if one)


@cache
def makers() -> dict[str, set[str]]:
    """A request's name -> the files that make it."""
    found: dict[str, set[str]] = {}
    for name, text in files().items():
        for request in USED.findall(text):
            found.setdefault(request, set()).add(name)
    return found


@cache
def near(request: str) -> frozenset[str]:
    """The names that are written in the files around a request."""
    made = makers().get(request, set())
    around = made | {name for name, theirs in imports().items() if theirs & made}
    inside = {one for name in around for one in imports()[name] if one.startswith(("screens/", "kit/"))}
    return frozenset().union(*(named()[name] for name in around | inside if not name.startswith("links/")))


def taken(schema: dict[str, Any], depth: int = 6) -> set[str]:
    """The names of the fields that a body takes, at every depth."""
    whole, found = meant(schema), set[str]()
    if depth == 0:
        return found
    for part in (*whole.get("anyOf", ()), *whole.get("oneOf", ()), *filter(None, [whole.get("items")])):
        found |= taken(part, depth - 1)
    for name, one in whole.get("properties", {}).items():
        found |= {name} | taken(one, depth - 1)
    return found


def bodies() -> dict[Operation, set[str]]:
    """What the app asks with a body, and the fields that it takes."""
    every = operations()
    return {
        one: set().union(*(taken(content["schema"]) for content in every[one]["requestBody"]["content"].values()))
        for one in requests().keys() & every.keys()
        if "requestBody" in every[one]
    }


def lacking() -> dict[Operation, set[str]]:
    found = {}
    for one, names in bodies().items():
        sent = frozenset().union(*(keys(written) | near(name) for name, written in requests()[one]))
        if missing := names - sent:
            found[one] = set(missing)
    return found


TARGET = "rooms/targets.ts"
ELSEWHERE: dict[Operation, dict[str, set[str]]] = {
    ("post", "/v1/calls"): {TARGET: {"agent_id"}},
    ("post", "/v1/calls/{}/consult"): {TARGET: {"agent_id"}},
    ("post", "/v1/calls/{}/transfer"): {TARGET: {"agent_id", "queue_id"}},
    ("put", "/v1/me/device/push-subscription"): {"links/push.ts": {"endpoint", "p256dh", "auth"}},
}
"""Sent, but put together in a file further away."""

MODEL = "Browsers do not tell a device's model; apps of other makers that know it may send it."
MACHINE_ONLY: dict[Operation, dict[str, str]] = {
    ("post", "/v1/auth/login"): {"model": MODEL},
    ("post", "/v1/auth/passkey"): {"model": MODEL},
    ("post", "/v1/auth/provider/complete"): {"model": MODEL},
    ("post", "/v1/invitations/accept"): {"model": MODEL},
    ("put", "/v1/me/device"): {"model": MODEL},
    ("post", "/v1/setup"): {
        "device_name": "Scripts that set up an installation name their session; a browser has the default."
    },
}

SERIES = "The list of tasks of one series has no page of its own, so no filter by it."
RECURRING = "The form of a recurring task asks for a title, a rule and an assignee so far."
NOT_YET: dict[Operation, dict[str, str]] = {
    ("patch", "/v1/organisation"): {
        "region": "It is chosen when the organisation is set up, and changed over the API so far.",
        "timezone": "It is chosen when the organisation is set up, and changed over the API so far.",
        "monitoring_visible": "Whether agents see that somebody listens is changed over the API so far.",
    },
    ("post", "/v1/task-series"): dict.fromkeys(("checklist", "due_after_s", "priority", "text"), RECURRING),
    ("patch", "/v1/task-series/{}"): dict.fromkeys(("checklist", "due_after_s", "priority", "text"), RECURRING),
    ("post", "/v1/tasks/search"): {"series": SERIES},
    ("post", "/v1/tasks/count"): {"series": SERIES},
    ("post", "/v1/task-bulk-changes"): {"series": SERIES},
    ("post", "/v1/task-exports"): {
        "series": SERIES,
        "contact": "Tasks of one caller are shown with the caller, and not exported from there so far.",
    },
    ("post", "/v1/calls/{}/transfer"): {
        "flow_id": "A call is handed to people, queues and numbers; to a flow over the API so far.",
    },
    ("post", "/v1/disclosures"): {
        "given_at": "The form enters what is given now; an earlier day is entered over the API so far.",
        "decided_by": "Who enters it has decided it; somebody else is named over the API so far.",
    },
}
"""Fields that a person cannot send in the app. It only becomes shorter."""
NOT_YET_AT_MOST = 21


def test_every_field_that_the_api_takes_is_sent_by_the_app_or_is_listed_with_a_reason() -> None:
    listed = {
        one: {*MACHINE_ONLY.get(one, ()), *NOT_YET.get(one, ()), *set().union(*ELSEWHERE.get(one, {}).values())}
        for one in (*MACHINE_ONLY, *NOT_YET, *ELSEWHERE)
    }
    assert lacking() == listed, "neither in the app nor listed, or listed and sent by now"


def test_the_list_of_what_the_app_lacks_only_becomes_shorter() -> None:
    assert sum(map(len, NOT_YET.values())) <= NOT_YET_AT_MOST
    for reasons in (*NOT_YET.values(), *MACHINE_ONLY.values()):
        assert all(re.fullmatch(r"[A-Z].+\.", reason) and len(reason.split()) > 8 for reason in reasons.values())


def test_what_is_put_together_elsewhere_is_written_there() -> None:
    for places in ELSEWHERE.values():
        for name, names in places.items():
            assert names <= set(re.findall(r"\w+", (SOURCE / name).read_text())), name


def test_most_bodies_of_the_app_are_compared_and_a_queue_has_its_many_settings() -> None:
    assert len(bodies()) > 100 and sum(map(len, bodies().values())) > 700
    change = bodies()["patch", "/v1/queues/{}"]
    assert {"exits", "max_wait", "queue_id", "prompt", "relax_after_s", "callback_expires_s"} <= change


def test_a_field_that_is_only_read_or_is_written_far_away_counts_as_missing() -> None:
    read = "const way = queue.exits ?? form?.skills; // music is played\nconst { name } = queue"
    assert keys(read) >= {"name"} and not keys(read) & {"exits", "skills", "music"}
    assert keys("json('PATCH', path, { exits, skills: [], [key]: 1 }); set('music')") >= {"exits", "skills", "music"}
    [change] = [name for name, _ in requests()["patch", "/v1/queues/{}"]]
    assert "sticky_wait_s" in near(change) and not near(change) & {"checklist", "legal_basis", "p256dh"}
