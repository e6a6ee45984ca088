"""What the API answers about privacy, for looking at the app without a server."""

from __future__ import annotations

from typing import Any

from tests.support.app.scene import SARAA, ago, ahead

Json = dict[str, Any]

_STEPS = ["ask_identity", "confirm_identity", "start", "wait", "refuse", "extend", "note", "name_subject"]


def request(id: str, kind: str, due_at: str, **more: Any) -> Json:
    told = {
        "source": "page",
        "subject": "contact",
        "contact_id": "ctc_1",
        "user_id": None,
        "name": None,
        "number": "+97699110718",
        "state": "received",
        "identity": "none",
        "identity_by": None,
        "received_at": ago(days=9),
        "overdue": False,
        "extended_at": None,
        "extension": "",
        "settled_at": None,
        "version": 1,
        "steps": _STEPS,
    }
    return {"id": id, "kind": kind, "due_at": due_at, **told, **more}


REQUESTS: list[Json] = [
    request("prq_late", "deletion", ago(days=2), overdue=True, name="Өнөрмаа Ганболд", state="working", source="phone"),
    request("prq_soon", "access", ahead(days=3, hours=2), identity="code", state="working"),
    request("prq_new", "objection", ahead(days=21), source="letter", subject="unknown", contact_id=None, number=None),
    request(
        "prq_own",
        "correction",
        ahead(days=28),
        source="app",
        subject="user",
        contact_id=None,
        user_id="usr_bat",
        number=None,
        name="Bat Erdene",
        identity="account",
    ),
]
HISTORY: list[Json] = [
    {
        "at": ago(days=32),
        "by": None,
        "kind": "received",
        "state": "received",
        "note": "Please delete everything.",
        "correction_id": None,
    },
    {"at": ago(days=30), "by": SARAA, "kind": "start", "state": "working", "note": ""},
    {"at": ago(days=9), "by": None, "kind": "warned_soon", "state": "working", "note": ""},
    {"at": ago(days=2), "by": None, "kind": "warned_late", "state": "working", "note": ""},
]


def check(answer: str, seen: str, advice: str = "") -> Json:
    return {"answer": answer, "seen": seen, "advice": advice}


CHECKS: Json = {
    "dependencies": check(
        "unverified", "no list of advisories is younger than 30 days", "download one and name it with --advisories"
    ),
    "asterisk": check("pass", "22.5.1"),
    "mongodb": check("pass", "8.0.4"),
    "asvs": check("pass", "all 186 requirements have a test"),
    "certificates": check("pass", "ends in 61 days"),
    "tls": check("fail", "an outdated version of TLS is taken twice", "let nothing older than TLS 1.2 be spoken"),
    "files": check("pass", "2 140 files are for their owner alone"),
    "retention": check("pass", "nothing is overdue"),
    "audit log": check("pass", "18204 lines of 3 organisations are as they were written"),
    "egress": check("pass", "4 connections, all declared"),
}


def self_audits(*, days: float, due: bool) -> Json:
    signed = {"format": "call24-self-audit-1", "installation": "sha256:5f", "signature": "00", "took_ms": 41_200}
    newest = {**signed, "id": "sau_2", "at": ago(days=days), "passed": False, "checks": CHECKS}
    older = {**signed, "id": "sau_1", "at": ago(days=days + 88), "passed": True, "checks": {"tls": CHECKS["egress"]}}
    return {"items": [newest, older], "next": None, "due": due}


PLAN: Json = {
    "contact_id": "ctc_1",
    "would_delete": {"call_records": 14, "recordings": 9, "tasks": 2, "exports": 1, "contacts": 1, "callbacks": 0},
    "held": 2,
    "on_call": False,
    "passed_on": [
        {"kind": "processor", "id": "prc_1", "name": "Crmly"},
        {"kind": "webhook", "id": "whk_1", "name": "crm.example"},
    ],
}
RECEIPT: Json = {
    "format": "call24-receipt-1",
    "id": "rcp_01m8hrtpa3cpzjnhpm2srb3r8e",
    "at": ago(),
    "rule": "caller_erasure",
    "reason": "asked",
    "subject": "sha256:9a",
    "erased": PLAN["would_delete"],
    "interrupted": False,
    "installation": "sha256:5f",
    "signature": "00",
}


def notice(id: str, processor: str, state: str, asked_at: str, **more: Any) -> Json:
    """What a processor was asked."""
    times = {"tried_at": asked_at, "due_at": None, "late_at": ahead(days=7), "until": ahead(days=28)}
    told = {"tries": 1, "status": None, "trouble": None, "answer": "", "answered_at": None}
    who = {"processor_id": f"prc_{id}", "processor": processor, "person": "caller", "person_id": "ctc_1"}
    what = {"kind": "erasure", "about": None, "field": None}
    return {"id": f"ern_{id}", "state": state, "asked_at": asked_at, **what, **who, **times, **told, **more}


NOTICES: list[Json] = [
    notice("3", "Ledger Inc.", "waiting", ago(seconds=2), tries=0, tried_at=None),
    notice("2", "Parcel Post", "late", ago(days=9), tries=21, status=503, trouble="refused"),
    notice("4", "Parcel Post", "superseded", ago(days=10), kind="rectification", about="cor_1", field="emails"),
    notice("1", "Ledger Inc.", "answered", ago(days=12), status=200, answer="3 rows erased", answered_at=ago(days=12)),
]


def hold(id: str, kind: str, subject: str | None, reason: str, *, review_at: str, **more: Any) -> Json:
    told = {"since": None, "until": None, "state": "open", "set_at": ago(days=80), "released_at": None}
    due = review_at < ago()
    row = {"id": id, "kind": kind, "subject_id": subject, "reason": reason, "review_at": review_at, "review_due": due}
    return {**row, **told, **more}


HOLDS: list[Json] = [
    hold("hld_2", "queue", "que_sales", "Claim 4 U 118/26 about orders in March", review_at=ago(days=3)),
    hold("hld_1", "contact", "ctc_1", "Order of the district court of 2 July", review_at=ahead(days=48)),
]
HOLD_HISTORY: list[Json] = [
    {"at": ago(days=80), "by": SARAA["id"], "action": "set", "note": HOLDS[0]["reason"], "review_at": ago(days=3)},
]
TRANSFERS: list[Json] = [
    {
        "id": "dtr_1",
        "kind": "webhook",
        "recipient": "Ledger Inc.",
        "country": "US",
        "hosts": ["hooks.ledger.example"],
        "safeguard": "standard_clauses",
        "reference": "2021/914, module 2",
        "dated": "2026-03-02",
        "review_by": ahead(days=20)[:10],
        "expired": False,
        "created_by": SARAA["id"],
        "created_at": ago(days=200),
    },
]
ENDPOINTS: list[Json] = [
    {"kind": "database", "id": None, "country": "DE", "hosts": [], "standing": "same_region"},
    {"kind": "trunk", "id": "trk_1", "country": None, "hosts": ["sip.carrier.example"], "standing": "no_country"},
    {"kind": "webhook", "id": "whk_1", "country": "US", "hosts": ["hooks.ledger.example"], "standing": "registered"},
    {"kind": "webhook", "id": "whk_2", "country": "IN", "hosts": ["crm.example.in"], "standing": "not_registered"},
]
PROCESSORS: list[Json] = [
    {
        "id": "prc_1",
        "name": "Crmly",
        "url": "https://crmly.example/erase",
        "gets": ["caller"],
        "data": "numbers and names of callers",
        "contact": "privacy@crmly.example",
        "country": "US",
        "secret_at": ago(days=40),
        "old_secret_until": None,
        "created_by": "usr_1",
        "created_at": ago(days=40),
    },
]
STATED: Json = {
    "controller": "",
    "postal_address": "Seoul Street 21, Ulaanbaatar",
    "contact": "privacy@northwind.example",
    "officer": "Office of Data",
    "authority": "",
    "data_region": "DE",
    "address": "/policy/1f3c",
}


def kept(what: str, purpose: str, days: str, *recipients: str) -> Json:
    basis = ["legitimate interests"]
    return {"what": what, "purposes": [purpose], "kept": [days], "basis": basis, "recipients": list(recipients)}


KEPT: list[Json] = [
    kept("Names", "showing who calls", "until the caller is erased, or not heard of for 90 days"),
    kept("Phone numbers", "recognising the caller", "with its call record", "the organisation's carrier"),
    kept("Sound of calls", "training, and proof of what was agreed", "with its call record, or fewer days"),
]
RETENTION: Json = {
    "record_days": 90,
    "recording_days": 30,
    "recording_days_reason": None,
    "recording": "always",
    "queues": [{"id": "que_sales", "name": "Sales", "recording_days": 14, "recording_days_reason": None}],
    "kept": KEPT,
    "agreed_at": ago(seconds=40),
    "oldest_call_at": ago(days=89),
    "due_soon": 41,
    "announced": {
        "at": ago(days=6),
        "begins_at": ahead(days=1),
        "record_days": 90,
        "calls": 312,
        "recordings": 96,
    },
    "overdue": {},
    "held": {"call_records": 12, "recordings": 3},
    "reviews_due": 1,
    "alarms": [],
}
CORRECTED: list[Json] = [
    {
        "id": "cor_1",
        "field": "name",
        "old": "Bat Erdenee",
        "new": "Bat Erdene",
        "at": ago(days=12),
        "by": SARAA,
        "request_id": "prq_mine",
        "why": "Your surname is now spelt as in your passport.",
        "folded": 0,
    },
]
MINE: list[Json] = [
    {
        "id": "prq_mine",
        "kind": "correction",
        "state": "done",
        "received_at": ago(days=20),
        "due_at": ahead(days=10),
        "extension": "",
        "answer": "Your surname is now spelt as in your passport.",
        "settled_at": ago(days=12),
    },
]

_FILE: Json = {
    "contact_id": "ctc_1",
    "name": "Өнөрмаа Ганболд",
    "number": "+97699110718",
    "trouble": None,
    "created_at": ago(hours=2),
    "delete_at": ahead(hours=22),
}
FILES: list[Json] = [
    {**_FILE, "id": "exp_2", "state": "running", "calls": 300, "calls_done": 120, "percent": 40},
    {**_FILE, "id": "exp_1", "state": "done", "calls": 14, "calls_done": 14, "percent": 100, "name": None},
]
_IMPORT: Json = {
    "contact_id": "ctc_1",
    "name": "Өнөрмаа Ганболд",
    "number": "+97699110718",
    "sha256": "0" * 64,
    "organisation": "Steppe Mobile",
    "made_at": ago(days=2),
    "state": "done",
    "rows_done": 31,
    "rows": 31,
    "percent": 100,
    "expired": 2,
    "problem": None,
    "trouble": None,
    "created_at": ago(hours=1),
    "ended_at": ago(hours=1),
}
_REFUSED: Json = {
    "contact_id": None,
    "name": None,
    "number": None,
    "state": "failed",
    "expired": 0,
    "problem": "caller_file_changed",
    "trouble": "data/tasks.json is not as the manifest lists it",
}
IMPORTS: list[Json] = [{**_IMPORT, "id": "cim_1"}, {**_IMPORT, **_REFUSED, "id": "cim_2", "organisation": None}]
_FROM: Json = {
    "import_id": "cim_1",
    "organisation": "Steppe Mobile",
    "made_at": ago(days=2),
    "imported_at": ago(hours=1),
}
IMPORTED: list[Json] = [
    {
        "id": f"imd_{number}",
        "part": part,
        "source_id": f"{part}_{number}",
        "document": '{"id":"x","outcome":"answered"}',
        "delete_at": ahead(days=60),
        "imported": _FROM,
    }
    for number, part in enumerate(("call_records", "recordings", "tasks", "vcon", "calls.csv"))
]


class Privacy:
    """The desk as the stage keeps it."""

    def __init__(self) -> None:
        self.requests = list(REQUESTS)
        self.self_audits = self_audits(days=12, due=False)
        self.retention = RETENTION
        self.files = list(FILES)
        self.imports = list(IMPORTS)

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        fixed: Json = {
            "/v1/self-audits": self.self_audits,
            "/v1/contacts/ctc_1/erasure-plan": PLAN,
            "/v1/contacts/ctc_1/erase": {
                "contact_id": "ctc_1",
                "deleted": PLAN["would_delete"],
                "held": 0,
                "receipt": RECEIPT,
                "notices": NOTICES[:1],
            },
            "/v1/erasure-notices": {"items": NOTICES, "next": None},
            "/v1/privacy-requests/deadlines": {"answer_days": 30, "extension_days": 60},
            "/v1/legal-holds": {"items": HOLDS, "next": None},
            "/v1/data-transfers": {"items": TRANSFERS, "next": None},
            "/v1/data-transfers/endpoints": {"items": ENDPOINTS, "regions_as_of": "2026-01-01"},
            "/v1/processors": {"items": PROCESSORS, "next": None},
            "/v1/organisation/policy": STATED,
            "/v1/organisation/retention": self.retention,
            "/v1/caller-files": {"items": self.files, "next": None},
            "/v1/caller-imports": {"items": self.imports, "next": None},
            "/v1/contacts/ctc_1/imported": {"items": IMPORTED, "next": None},
            **{f"/v1/caller-imports/{one['id']}": one for one in self.imports},
            "/v1/me/corrections": {"items": CORRECTED, "next": None},
            "/v1/me/privacy-requests": {"items": MINE, "next": None},
        }
        if method == "DELETE" and path.startswith("/v1/caller-files/"):
            self.files = [one for one in self.files if not path.endswith(one["id"])]
            return 200, {}
        if path in fixed:
            return 200, fixed[path]
        if path.startswith("/v1/contacts/") and path.endswith("/corrections"):
            return 200, {"items": CORRECTED, "next": None}
        if path.startswith("/v1/legal-holds/"):
            return 200, {**HOLDS[0], "calls_kept": 12, "recordings_kept": 3, "history": HOLD_HISTORY}
        if path == "/v1/privacy-requests":
            return 200, {"items": self.requests, "next": None}
        if path.startswith("/v1/privacy-requests/"):
            found = next((one for one in self.requests if one["id"] == path.split("/")[3]), None)
            return (
                (404, {"code": "not_found", "status": 404}) if found is None else (200, {**found, "history": HISTORY})
            )
        return None
