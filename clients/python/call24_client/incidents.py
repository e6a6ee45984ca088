"""Incidents. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class IncidentSummary(TypedDict):
    """A personal data breach."""

    id: str
    title: str
    kinds: list[Literal["confidentiality", "integrity", "availability"]]
    state: Literal["open", "assessed", "notified", "not_notified", "closed"]
    risk: Literal["unknown", "unlikely", "risk", "high"]
    people: Literal["undecided", "told", "not_told"]
    noticed_at: str
    due_at: str
    left_s: int | None
    overdue: bool
    opened_at: str
    notified_at: str | None
    told_at: str | None
    closed_at: str | None
    version: int


class IncidentPage(TypedDict):
    """A page of incidents, the last noticed first."""

    items: list[IncidentSummary]
    next: str | None


class IncidentScope(TypedDict):
    """Where affected people are looked for."""

    places: list[str]
    since: str | None
    until: str | None
    reach: Literal["written", "stored"]
    agents: list[str]
    queues: list[str]
    numbers: list[str]


class IncidentPlaceCount(TypedDict):
    """What a search found in a place."""

    place: str
    looked_in: list[str]
    records: int


class IncidentSearchAnswer(TypedDict):
    """A search for affected people, as far as it is."""

    id: str
    state: Literal["running", "done", "full"]
    percent: int
    started_at: str
    ended_at: str | None
    callers: int
    users: int
    places: list[IncidentPlaceCount]


class UserRef(TypedDict):
    """A user by id, with the name to show. The name of a deleted account is "a former colleague"."""

    id: str
    name: str


class IncidentWas(TypedDict):
    """What a field said before."""

    field: str
    text: str


class IncidentEntry(TypedDict):
    """A line of the history of an incident."""

    at: str
    by: UserRef | None
    kind: Literal[
        "opened",
        "assess",
        "notify_authority",
        "waive_authority",
        "tell_people",
        "waive_people",
        "note",
        "close",
        "edit",
        "search",
        "draft",
        "found",
        "warned_24h",
        "warned_6h",
        "warned_late",
    ]
    state: Literal["open", "assessed", "notified", "not_notified", "closed"]
    note: str
    was: list[IncidentWas]


class IncidentNotice(TypedDict):
    """A draft of a notice."""

    audience: Literal["authority", "people"]
    at: str
    by: UserRef | None
    text: str
    blanks: list[str]


class IncidentAnswer(TypedDict):
    """A personal data breach with all that was done about it, the oldest first."""

    id: str
    title: str
    kinds: list[Literal["confidentiality", "integrity", "availability"]]
    state: Literal["open", "assessed", "notified", "not_notified", "closed"]
    risk: Literal["unknown", "unlikely", "risk", "high"]
    people: Literal["undecided", "told", "not_told"]
    noticed_at: str
    due_at: str
    left_s: int | None
    overdue: bool
    opened_at: str
    notified_at: str | None
    told_at: str | None
    closed_at: str | None
    version: int
    what_happened: str
    consequences: str
    measures: str
    scope: IncidentScope
    search: IncidentSearchAnswer | None
    acts: list[
        Literal[
            "assess",
            "notify_authority",
            "waive_authority",
            "tell_people",
            "waive_people",
            "note",
            "close",
            "edit",
            "search",
            "draft",
        ]
    ]
    history: list[IncidentEntry]
    notices: list[IncidentNotice]


class IncidentScopeChange(TypedDict):
    """Where affected people are looked for. `since` and `until`: both, or neither for data of any time."""

    places: NotRequired[list[str]]
    since: NotRequired[str | None]
    until: NotRequired[str | None]
    reach: NotRequired[Literal["written", "stored"]]
    agents: NotRequired[list[str]]
    queues: NotRequired[list[str]]
    numbers: NotRequired[list[str]]


class NewIncident(TypedDict):
    """A personal data breach. `noticed_at`: when your organisation became aware of it; the 72 hours run from there."""

    title: str
    what_happened: str
    kinds: list[Literal["confidentiality", "integrity", "availability"]]
    noticed_at: NotRequired[str | None]
    scope: NotRequired[IncidentScopeChange | None]


class IncidentPlace(TypedDict):
    """Something of the data map that has personal data."""

    name: str
    kind: Literal["collection", "files", "browser", "memory", "givento"]
    room: str
    callers: list[str]
    users: list[str]
    looked_in: list[str]


class IncidentPlaceList(TypedDict):
    """Where affected people can be looked for."""

    items: list[IncidentPlace]


class IncidentChange(TypedDict):
    """Fields that are left out stay. What a field said before is kept in the history; `noticed_at` does not change."""

    version: int
    title: NotRequired[str | None]
    what_happened: NotRequired[str | None]
    consequences: NotRequired[str | None]
    measures: NotRequired[str | None]
    kinds: NotRequired[list[Literal["confidentiality", "integrity", "availability"]] | None]
    scope: NotRequired[IncidentScopeChange | None]


class IncidentStep(TypedDict):
    """The next step. `note` is needed with `assess`, `waive_authority` and `waive_people` (the reasons) and `note`,
    and where the authority is notified late.
    """

    step: Literal["assess", "notify_authority", "waive_authority", "tell_people", "waive_people", "note", "close"]
    version: int
    note: NotRequired[str]
    risk: NotRequired[Literal["unknown", "unlikely", "risk", "high"]]
    done_at: NotRequired[str | None]


class NewNotice(TypedDict):
    """A draft. Without a text it is generated from what the incident says; blanks are marked [[...]]."""

    audience: Literal["authority", "people"]
    text: NotRequired[str | None]


class AffectedPersonAnswer(TypedDict):
    """Somebody whom an incident affects."""

    kind: Literal["caller", "user"]
    contact_id: str | None
    user_id: str | None
    name: str | None
    number: str | None
    email: str | None
    places: list[str]


class AffectedPeoplePage(TypedDict):
    """A page of affected people, callers first."""

    items: list[AffectedPersonAnswer]
    next: str | None


def list(*, open: bool | None = None, limit: int | None = None, cursor: str | None = None) -> Request[IncidentPage]:
    """Lists the personal data breaches of the organisation, the last noticed first."""
    return Request("GET", "/v1/incidents", query={"open": open, "limit": limit, "cursor": cursor})


def open(body: NewIncident, *, idempotency_key: str | None = None) -> Request[IncidentAnswer]:
    """Enters a personal data breach. Its 72 hours run from `noticed_at`, and nothing stops or moves them. Privacy
    officers are told 24 hours and 6 hours before they are over, and when they are.
    """
    return Request("POST", "/v1/incidents", body=body, headers={"Idempotency-Key": idempotency_key})


def list_places() -> Request[IncidentPlaceList]:
    """Lists where affected people can be looked for: what the data map has that is personal."""
    return Request("GET", "/v1/incidents/places")


def read(incident_id: str) -> Request[IncidentAnswer]:
    """Retrieves an incident with its history, its drafts and its newest search for affected people."""
    return Request("GET", f"/v1/incidents/{part(incident_id)}")


def change(incident_id: str, body: IncidentChange, *, if_match: str | None = None) -> Request[IncidentAnswer]:
    """Updates what is known of an incident. When it was noticed is not changed."""
    return Request("PATCH", f"/v1/incidents/{part(incident_id)}", body=body, headers={"If-Match": if_match})


def take_step(incident_id: str, body: IncidentStep, *, idempotency_key: str | None = None) -> Request[IncidentAnswer]:
    """Takes an incident one step further; the step and its note are added to the history. 409 incident_state: not
    possible in its state; `acts` of the incident names what is. 409 incident_risk: only what is assessed as
    unlikely to be a risk need not be notified. 409 incident_undecided: before it is closed it is assessed, and
    somebody has decided whether the affected people are told.
    """
    return Request(
        "POST", f"/v1/incidents/{part(incident_id)}/steps", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def draft_notice(incident_id: str, body: NewNotice, *, idempotency_key: str | None = None) -> Request[IncidentAnswer]:
    """Adds a draft of the notice to the authority or to the affected people: generated, or as you have written it.
    Earlier drafts stay; an incident keeps 20. Nothing is sent.
    """
    return Request(
        "POST", f"/v1/incidents/{part(incident_id)}/notices", body=body, headers={"Idempotency-Key": idempotency_key}
    )


def search_people(incident_id: str, *, idempotency_key: str | None = None) -> Request[IncidentAnswer]:
    """Starts looking for the people whom the incident affects, in the places of its scope; `search` says how far it
    is. It takes the place of the search before. 409 incident_searching while one runs; an organisation runs two
    at once.
    """
    return Request("POST", f"/v1/incidents/{part(incident_id)}/search", headers={"Idempotency-Key": idempotency_key})


def list_people(
    incident_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[AffectedPeoplePage]:
    """Lists whom the newest search has found so far: callers, then users."""
    return Request("GET", f"/v1/incidents/{part(incident_id)}/people", query={"limit": limit, "cursor": cursor})


def download_people(incident_id: str) -> Request[bytes]:
    """Downloads whom the newest search has found, as CSV. The audit log notes who did."""
    return Request("GET", f"/v1/incidents/{part(incident_id)}/people/file", answer="bytes")
