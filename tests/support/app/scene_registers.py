"""Incidents and disclosures as the stage tells them: one breach with its clock, and one secret disclosure."""

from __future__ import annotations

from typing import Any

from tests.support.app import scene

from call24.disclosures.api import NewDisclosure
from call24.incidents.api import IncidentChange, IncidentStep, NewIncident

Json = dict[str, Any]
STEPS = {"assess": "assessed", "notify_authority": "notified", "close": "closed"}
ACTS = {
    "open": ["assess", "notify_authority", "tell_people", "waive_people", "note", "edit", "search", "draft"],
    "assessed": ["assess", "notify_authority", "waive_authority", "tell_people", "note", "edit", "search", "draft"],
    "notified": ["assess", "notify_authority", "tell_people", "note", "close", "edit", "search", "draft"],
}


def line(kind: str, state: str = "open", note: str = "") -> Json:
    return {"at": scene.ago(hours=1), "by": None, "kind": kind, "state": state, "note": note, "was": []}


def incident(key: str, title: str, **more: Any) -> Json:
    scope = {"places": [], "since": None, "until": None, "reach": "written", "agents": [], "queues": [], "numbers": []}
    told = {
        "what_happened": "It was left on a train.",
        "consequences": "",
        "measures": "",
        "kinds": ["confidentiality"],
        "state": "open",
        "risk": "unknown",
        "people": "undecided",
        "noticed_at": scene.ago(hours=50),
        "due_at": scene.ahead(hours=22),
        "left_s": 22 * 3600,
        "overdue": False,
        "opened_at": scene.ago(hours=49),
        "notified_at": None,
        "told_at": None,
        "closed_at": None,
        "version": 1,
        "scope": scope,
        "search": None,
        "acts": ACTS["open"],
        "history": [line("opened"), line("warned_24h")],
        "notices": [],
    }
    return {"id": f"inc_{key}", "title": title, **told, **more}


def disclosure(key: str, authority: str, **more: Any) -> Json:
    entered = {"at": scene.ago(days=1), "by": None, "kind": "entered", "note": "", "secret": True, "secret_until": None}
    told = {
        "legal_basis": "Code of Criminal Procedure, section 100g",
        "reference": "4 AR 12",
        "requested_at": scene.ago(days=3),
        "given_at": scene.ago(days=1),
        "outcome": "given",
        "given": [{"kind": "call", "id": "call_a", "name": "", "sha256": ""}],
        "contact_ids": ["ctc_1"],
        "user_ids": [],
        "decided_by": scene.SARAA,
        "entered_by": scene.SARAA,
        "entered_at": scene.ago(days=1),
        "secret": True,
        "secret_until": None,
        "history": [entered],
        "version": 1,
    }
    return {"id": f"dcl_{key}", "authority": authority, **told, **more}


class Registers:
    def __init__(self) -> None:
        self.incidents = [
            incident("laptop", "A laptop is lost"),
            incident("late", "Wrong export", due_at=scene.ago(hours=3), overdue=True, left_s=-10_800),
        ]
        self.people: list[Json] = []
        self.disclosures = [disclosure("court", "District Court")]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        """None for what is not its own."""
        if path.startswith("/v1/disclosures"):
            return self._disclosure(method, path.removeprefix("/v1/disclosures").strip("/"), body)
        if not path.startswith("/v1/incidents"):
            return None
        key, _, rest = path.removeprefix("/v1/incidents").strip("/").partition("/")
        if key == "places":
            place = {
                "kind": "collection",
                "room": "call_records",
                "callers": ["identifiers"],
                "users": [],
                "looked_in": [],
            }
            return 200, {"items": [{"name": "call_records", **place}, {"name": "contacts", **place}]}
        if key == "" and method == "GET":
            return 200, {"items": self.incidents, "next": None}
        if key == "":
            NewIncident.model_validate(body)
            self.incidents = [incident("new", body["title"], what_happened=body["what_happened"]), *self.incidents]
            return 201, self.incidents[0]
        if rest == "people":
            return 200, {"items": self.people, "next": None}
        one = next(row for row in self.incidents if row["id"] == key)
        if method != "GET":
            one = self._changed(one, rest, body)
            self.incidents = [one if row["id"] == key else row for row in self.incidents]
        return 200, one

    def _changed(self, one: Json, rest: str, body: Any) -> Json:
        after = {**one, "version": one["version"] + 1}
        if rest == "":
            IncidentChange.model_validate(body)
            change = {name: value for name, value in body.items() if name != "version"}
            return {**after, **change, "history": [*one["history"], line("edit")]}
        if rest == "steps":
            IncidentStep.model_validate(body)
            state = STEPS.get(body["step"], one["state"])
            history = [*one["history"], line(body["step"], state, body["note"])]
            return {**after, "state": state, "acts": ACTS.get(state, ["note"]), "history": history}
        if rest == "notices":
            text = body["text"] or "To: [[name of the supervisory authority]]"
            blanks = ["name of the supervisory authority"] if "[[" in text else []
            made = {
                "audience": body["audience"],
                "at": scene.ago(seconds=1),
                "by": None,
                "text": text,
                "blanks": blanks,
            }
            return {**after, "notices": [*one["notices"], made]}
        self.people = [
            {
                "kind": "caller",
                "contact_id": "ctc_1",
                "user_id": None,
                "name": "Ann",
                "number": "+442079460001",
                "email": None,
                "places": ["call_records"],
            }
        ]
        counted = [{"place": "call_records", "looked_in": ["call_records"], "records": 3}]
        ends = {"started_at": scene.ago(seconds=2), "ended_at": scene.ago(seconds=1)}
        found = {"id": "isr_1", "state": "done", "percent": 100, **ends, "callers": 1, "users": 0, "places": counted}
        return {**after, "search": found}

    def _disclosure(self, method: str, rest: str, body: Any) -> tuple[int, Any]:
        if rest == "" and method == "GET":
            return 200, {"items": self.disclosures, "next": None}
        if rest == "":
            NewDisclosure.model_validate(body)
            told = {name: value for name, value in body.items() if name != "given"}
            self.disclosures = [disclosure("new", **told), *self.disclosures]  # type: ignore[misc]
            return 201, self.disclosures[0]
        key = rest.partition("/")[0]
        one = next(row for row in self.disclosures if row["id"] == key)
        secret = body.get("secret", one["secret"])
        added = {**one["history"][0], "kind": "secrecy", "note": body["note"], "secret": secret}
        one = {**one, "version": one["version"] + 1, "secret": secret, "history": [*one["history"], added]}
        self.disclosures = [one if row["id"] == key else row for row in self.disclosures]
        return 201, one
