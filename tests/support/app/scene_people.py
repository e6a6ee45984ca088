"""What the API answers about contacts and what happened with them: an address book, for pictures of the app."""

from __future__ import annotations

from typing import Any

from tests.support.app import scene

Json = dict[str, Any]
ANNA = {"id": "usr_anna", "name": "Anna Berg"}


def person(number: int, given: str, family: str, company: str, phone: str, **more: Any) -> Json:
    """`patronymic` in `more`: written as Mongolian names are."""
    order = "patronymic_first" if "patronymic" in more else "given_first"
    first = more.get("patronymic", given)
    return {
        "id": f"per_{number}",
        "name": " ".join(part for part in (first, given if first != given else family) if part) or company,
        "given": given,
        "family": family,
        "patronymic": "",
        "phonetic": "",
        "order": order,
        "company": company,
        "numbers": [{"number": phone, "typed": phone, "label": "mobile", "contact_id": f"ctc_{number}"}],
        "emails": [],
        "addresses": [],
        "tags": [],
        "notes": "",
        "fields": [],
        "picture": None,
        "private": False,
        "restricted": False,
        "version": 3,
        "created_by": ANNA["id"],
        "created_at": scene.ago(days=120),
        "updated_at": scene.ago(days=2),
    } | more


ULZII = person(
    1,
    "Өнөрбаяр",
    "",
    "Tenger Trading",
    "+97699110718",
    patronymic="Төмөр",
    emails=[{"address": "onorbayar@tenger.example", "label": "work"}],
    addresses=[{"label": "work", "text": "Peace Avenue 17, Ulaanbaatar 14200"}],
    tags=["wholesale", "since 2021"],
    notes="Orders by phone, in the morning. Speaks Mongolian and English.",
)
PEOPLE = (
    ULZII,
    person(2, "Oliver", "Hughes", "Hughes & Daughters", "+442079460114"),
    person(3, "Anna-Liisa", "Virtanen", "Pohjola Oy", "+358401234567"),
    person(4, "Grace", "Holloway", "", "+447700900123"),
    person(5, "Болормаа", "", "Gobi Cashmere", "+97688004411", patronymic="Дорж"),
    person(6, "Daniel", "Reyes", "Reyes Logistics", "+12025550143"),
    person(7, "Гантулга", "", "", "+97695501122", patronymic="Сүх"),
)


def _entry(number: int, kind: str, what: str, minutes: float, by: Json | None = None, **more: Any) -> Json:
    return {
        "id": f"act_{number}",
        "kind": kind,
        "what": what,
        "at": scene.ago(minutes=minutes),
        "by": by,
        "title": None,
        "detail": None,
        "text": None,
        "changes": [],
        "duration_s": None,
        "opens": None,
        **more,
    }


ACTIVITY = [
    _entry(
        1, "call", "answered", 58, scene.SARAA, detail="inbound", duration_s=252, opens={"kind": "call", "id": "call_a"}
    ),
    _entry(2, "note", "written", 60, scene.SARAA, text="Asked for the new price list; wants to order on Thursday."),
    _entry(3, "task", "created", 61, scene.SARAA, title="Send the new price list", detail="manual"),
    _entry(4, "call", "missed", 1500, detail="inbound", duration_s=41, opens={"kind": "call", "id": "call_b"}),
    _entry(5, "consent", "grant", 4300, ANNA, detail="recording"),
    _entry(6, "person", "created", 172_800, ANNA, title="Төмөр Өнөрбаяр"),
]


class PeopleScene:
    """`Stage.more` may have it."""

    def answer(self, method: str, path: str, _body: Any) -> tuple[int, Any] | None:
        if method != "GET":
            return None
        if path.endswith("/activity") and path.startswith(("/v1/people/", "/v1/contacts/")):
            return 200, {"items": ACTIVITY, "next": None}
        if path.startswith("/v1/calls/") and path.endswith("/note"):
            none = {"text": "", "version": 0, "by": None, "at": None, "authors": [], "may_write": True}
            return 200, {"call_id": path.split("/")[3], **none}
        known = {f"/v1/people/{one['id']}": one for one in PEOPLE}
        empty = ("/v1/task-offers", "/v1/crm-records", "/v1/me/consents")
        if path in known:
            return 200, known[path]
        if path == "/v1/people":
            return 200, {"items": list(PEOPLE), "next": None}
        return (200, {"items": [], "next": None}) if path in empty else None
