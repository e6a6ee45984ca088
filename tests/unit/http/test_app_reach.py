"""A person can reach every operation of the API in the app, or the operation is for programs and says why.

An operation is reached where the app asks it (`test_app_requests.py` finds those requests) and a room or a screen uses
that request, where a screen links to it, and where its whole answer stands in another one that the app asks.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from tests.unit.http.test_app_requests import BESIDE, asked, declared, meant, operations

from call24.installer.paths import WEB

SOURCE = WEB / "src"
LINK = re.compile(r"href=(?:\"|\{`)(/v1/[^\"`]*)[\"`]")
PART = re.compile(r"\$?\{[^}]*\}")
Operation = tuple[str, str]

SHOWN_WITH: dict[Operation, tuple[Operation, set[str]]] = {
    ("get", "/v1/calls/{}/why"): (("get", "/v1/calls/{}"), {"call_id"}),
    ("get", "/v1/me/passkeys/{}"): (("get", "/v1/me/mfa"), set()),
    ("get", "/v1/recordings/{}"): (("get", "/v1/calls/{}"), {"call_id", "expected_s", "channels", "encrypted"}),
    ("get", "/v1/tasks/{}/history"): (("get", "/v1/tasks/{}/activity"), {"version"}),
}
"""What is read by itself -> the operation of the app that has it too, and the fields that only the first one has."""

PUSHER = "The HTTP API of Pusher, which an application's server calls with its key and secret."
LARAVEL = "For programs written for Laravel: this app signs in and connects by operations of its own."
PROBE = "Load balancers and the service manager ask it; people see the state in the doctor's report."
RECORD = "The same record in a form for programs and for printing; a person downloads it as a PDF."
WHOLE = (
    "Sets everything at once, for scripts that keep settings in a file; the app changes what was changed, with PATCH."
)
MACHINE_ONLY: dict[Operation, str] = {
    ("get", "/api/user"): LARAVEL,
    ("post", "/sanctum/token"): LARAVEL,
    (
        "post",
        "/broadcasting/auth",
    ): "Realtime clients ask it as they subscribe, at the address that GET /v1/realtime names.",
    ("post", "/broadcasting/user-auth"): "Pusher clients ask it as they sign a user in; this app subscribes without.",
    ("post", "/apps/{}/batch_events"): PUSHER,
    ("get", "/apps/{}/channels"): PUSHER,
    ("get", "/apps/{}/channels/{}"): PUSHER,
    ("get", "/apps/{}/channels/{}/users"): PUSHER,
    ("post", "/apps/{}/events"): PUSHER,
    ("post", "/apps/{}/users/{}/terminate_connections"): PUSHER,
    ("get", "/health/live"): PROBE,
    ("get", "/health/ready"): PROBE,
    ("post", "/v1/auth/provider/logout"): "The identity provider calls it when somebody signs out there.",
    (
        "get",
        "/v1/address-book-imports/{}/problems",
    ): "The same rows page by page; a person downloads them as a CSV file.",
    (
        "get",
        "/v1/erasure-receipts/key",
    ): "Programs verify a receipt's signature with it; a person has no use for a key.",
    ("get", "/v1/organisation/processing-record"): RECORD,
    ("get", "/v1/organisation/processing-record/page"): RECORD,
    ("put", "/v1/hours/{}"): WHOLE,
    ("put", "/v1/queues/{}"): WHOLE,
    ("post", "/v1/session/heartbeat"): "For apps without a realtime connection; this one has it, and is seen by it.",
    (
        "post",
        "/v1/users",
    ): "Scripts create accounts with a password; a person invites, so that only the other one knows it.",
}
"""Operations that no person needs, with the reason. A new operation comes with its screen, or with a reason here."""


@cache
def written() -> str:
    """The app without its links: rooms, screens, and what they share."""
    files = [file for part in ("kit", "rooms", "screens", "ui") for file in sorted((SOURCE / part).rglob("*"))]
    return "".join(file.read_text() for file in files if file.suffix in (".ts", ".svelte"))


def linked(text: str) -> set[Operation]:
    """The operations that links of a screen open."""
    return {("get", PART.sub("{}", path).partition("?")[0]) for path in LINK.findall(text)}


def fields(schema: dict[str, Any], depth: int = 6) -> set[str]:
    """The names of an answer's fields, at every depth."""
    whole, found = meant(schema), set[str]()
    if depth == 0:
        return found
    for part in (*whole.get("anyOf", ()), *whole.get("oneOf", ()), *filter(None, [whole.get("items")])):
        found |= fields(part, depth - 1)
    for name, one in whole.get("properties", {}).items():
        found |= {name} | fields(one, depth - 1)
    return found - {"items", "next"}


def in_its_list(reached: set[Operation]) -> set[Operation]:
    """Reading one by its id, where the app reads the list of them and its entries have every field."""
    every = operations()
    return {
        one
        for one in every.keys() - reached
        if one[0] == "get"
        and one[1].endswith("/{}")
        and (listing := ("get", one[1].removesuffix("/{}"))) in reached
        and fields(declared(every[one])) <= fields(declared(every[listing]))
    }


def reachable() -> set[Operation]:
    made = {(one.method, one.path) for one in asked() if one.name in used()} | linked(written())
    return made | in_its_list(made) | {one for one, (other, _) in SHOWN_WITH.items() if other in made}


@cache
def used() -> frozenset[str]:
    """The requests that rooms and screens make, by name."""
    return frozenset(re.findall(rf"\b(?:api|{'|'.join(BESIDE)})\.(\w+)\b", written()))


def test_every_operation_is_reached_in_the_app_or_is_for_programs_with_a_reason() -> None:
    lacks = operations().keys() - reachable()
    assert lacks == MACHINE_ONLY.keys(), "neither in the app nor listed, or listed and reached by now"
    assert not SHOWN_WITH.keys() & MACHINE_ONLY.keys()


def test_each_reason_is_a_sentence() -> None:
    for reason in MACHINE_ONLY.values():
        assert re.fullmatch(r"[A-Z].{10,}\.", reason), reason
    assert all(len(reason.split()) > 8 for reason in MACHINE_ONLY.values())


def test_no_request_is_written_that_no_screen_uses() -> None:
    assert sorted({one.name for one in asked()} - used()) == []


def test_what_is_read_by_itself_stands_in_the_answer_that_the_app_shows() -> None:
    every = operations()
    for one, (other, only) in SHOWN_WITH.items():
        assert fields(declared(every[one])) - fields(declared(every[other])) == only, one


def test_a_link_of_a_screen_is_found() -> None:
    assert linked('<a href="/v1/openapi.json">') == {("get", "/v1/openapi.json")}
    assert linked("<a href={`/v1/files/${file.id}/content?as=image`}>") == {("get", "/v1/files/{}/content")}


def test_a_reading_by_id_counts_only_where_the_list_has_every_field_and_is_asked() -> None:
    assert ("get", "/v1/webhooks/{}") in in_its_list({("get", "/v1/webhooks")})
    assert ("get", "/v1/calls/{}") not in in_its_list({("get", "/v1/calls")})
    assert ("get", "/v1/webhooks/{}") not in in_its_list(set())
