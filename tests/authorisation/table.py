"""Every operation of the API: who may do it, and how to ask for it. Written by hand, held to the OpenAPI document.

A new operation needs an entry. `<kind>` in an address's place or a body stands for the id of such a thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OPEN = "open"
"""For everybody, or for who has a secret of another kind: no bearer token."""
ANYBODY = "anybody"
"""For everybody who is signed in."""


@dataclass(frozen=True)
class Operation:
    """`needs`: permissions, or OPEN, or ANYBODY. `at`: the kind of thing that each place in the address names.

    `owned`: for an agent it must be its own. `fine`: what else than a success may be said to who may, about a thing
    of their own. `role`: who asks for the success.
    """

    action: str
    needs: tuple[str, ...]
    at: dict[str, str] = field(default_factory=dict)
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    owned: bool = False
    fine: tuple[int, ...] = ()
    role: str = "owner"
    form: dict[str, str] | None = None

    @property
    def method(self) -> str:
        return self.action.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.action.partition(" ")[2]

    @property
    def deletes(self) -> bool:
        return self.method == "DELETE" or self.path.endswith("/delete")


def op(action: str, needs: str, body: Any = None, **more: Any) -> Operation:
    return Operation(action, tuple(needs.split()), body=body, **more)


SETTING_UP = {
    "GET /v1/me",
    "POST /v1/auth/logout",
    "GET /v1/me/mfa",
    "POST /v1/me/mfa",
    "POST /v1/me/mfa/confirm",
    "POST /v1/me/mfa/proof",
    "POST /v1/me/mfa/remove",
    "POST /v1/me/mfa/recovery",
    "POST /v1/me/passkeys/options",
    "POST /v1/me/passkeys",
    "GET /v1/me/passkeys/{passkey_id}",
    "PATCH /v1/me/passkeys/{passkey_id}",
    "DELETE /v1/me/passkeys/{passkey_id}",
    "POST /v1/me/passkeys/proof/options",
    "POST /v1/me/passkeys/proof",
}
"""What is open to somebody who must set up a second proof first."""

WITHOUT_PROOF = {
    "DELETE /v1/agents/{agent_id}/offer": "nothing that is kept goes",
    "DELETE /v1/callbacks/{call_id}": "work at the board; the call's record stays, and it can be rung by hand",
    "DELETE /v1/me/picture": "one's own, and put up again at once",
    "DELETE /v1/me/consents/{purpose}": "to withdraw takes no more than to agree; the ledger keeps both",
    "DELETE /v1/pause-reasons/{reason_id}": "retired: PATCH brings it back",
    "DELETE /v1/dispositions/{disposition_id}": "retired: PATCH brings it back",
}
"""What deletes and asks for no recent second proof, and why not (ADR 44)."""
STAYS = {
    "DELETE /v1/pause-reasons/{reason_id}": "retired, not deleted: what is past keeps its name",
    "DELETE /v1/dispositions/{disposition_id}": "retired, not deleted: what is past keeps its name",
    "DELETE /v1/agents/{agent_id}/offer": "the agent stays",
    "DELETE /v1/calls/{call_id}/monitor": "the call goes on",
    "DELETE /v1/me/consents/{purpose}": "the purpose stays",
    "DELETE /v1/users/{user_id}/mfa": "the user stays",
    "DELETE /v1/users/{user_id}/provider": "the user stays",
}
"""What deletes, and leaves what its address names; why."""

SHOWN = {"challenge": "no", "credential": '{"id": "no"}'}
DAYS = {"from": "2026-11-24", "to": "2026-11-24"}
CAPS = {"calls_at_once": 1, "calls_per_minute": 5, "minutes_per_day": 60, "freeze_after": 10}
QUEUE, FLOW, HOURS = {"queue_id": "queue"}, {"flow_id": "flow"}, {"hours_id": "hours"}
APPLICATION = {"application_id": "application"}
WEBHOOK = {"webhook_id": "webhook"}
INCIDENT = {"incident_id": "incident"}
DISCLOSURE = {
    "authority": "District Court",
    "legal_basis": "Code of Criminal Procedure, section 100g",
    "reference": "4 AR 12",
    "requested_at": "2026-01-10T09:00:00Z",
    "outcome": "given",
    "given": [{"kind": "file", "name": "calls.csv", "sha256": "ab" * 32}],
    "secret": False,
}
PROCESSOR = {"name": "Crmly", "url": "https://crmly.example/erase", "gets": ["caller"], "data": "numbers"}
TRANSFER = {
    "kind": "crm",
    "recipient": "Crmly Inc",
    "country": "US",
    "hosts": ["crmly.example"],
    "safeguard": "standard_clauses",
    "reference": "2021/914",
    "dated": "2026-01-10",
    "review_by": "2099-01-10",
}
CRASH = {
    "version": "0.1.0",
    "browser": "Chrome",
    "browser_version": 142,
    "screen": "history",
    "type": "TypeError",
    "message": "Cannot read properties of undefined",
    "frames": [{"file": "assets/index-BQ3fK2xA.js", "line": 7, "column": 1234}],
}
PROVIDER = {"short_name": "acme", "issuer": "https://127.0.0.1:1", "client_id": "c", "client_secret": "s"}
LIVE, ENDED = {"call_id": "live"}, {"call_id": "ended"}
OWN_CHANNEL = {"socket_id": "1.2", "channel_name": "private-tenant.<tenant>.user.<user>"}
NEW_QUEUE = {"name": "New", "members": ["<user>"]}


def hand(what: str, body: Any = None, *fine: int, at: str = "live") -> Operation:
    place = {"call_id": at}
    return op(f"POST /v1/calls/{{call_id}}/{what}", "call.control", body, at=place, owned=True, fine=fine, role="agent")


OPERATIONS = (
    op("GET /health/live", OPEN),
    op("GET /health/ready", OPEN),
    op("GET /docs", OPEN),
    op("GET /openapi.json", OPEN),
    op("GET /problems", OPEN),
    op("GET /problems/{code}", OPEN, at={"code": "=forbidden"}),
    op("GET /account-deletion", OPEN),
    op("POST /account-deletion", OPEN, fine=(422,)),
    op("GET /rights/{public_id}", OPEN, at={"public_id": "=nobodys"}, fine=(404,)),
    op("POST /rights/{public_id}/call", OPEN, at={"public_id": "=nobodys"}, fine=(404,)),
    op("POST /rights/{public_id}/code", OPEN, at={"public_id": "=nobodys"}, fine=(404,)),
    op("POST /rights/{public_id}/request", OPEN, at={"public_id": "=nobodys"}, fine=(404,)),
    op("POST /rights/{public_id}/consent", OPEN, at={"public_id": "=nobodys"}, fine=(404,)),
    op("GET /rights/{public_id}/receipts/{entry_id}", OPEN, at={"public_id": "=nobodys", "entry_id": "=cns_no"}, fine=(404,)),
    op("POST /rights/{public_id}/leave", OPEN, at={"public_id": "=nobodys"}, fine=(404,)),
    op("POST /rights/{public_id}/file", OPEN, at={"public_id": "=nobodys"}, fine=(404,)),
    op("GET /rights/{public_id}/file", OPEN, at={"public_id": "=nobodys"}, fine=(404,)),
    op("GET /rights/{public_id}/recordings/{recording_id}", OPEN, at={"public_id": "=nobodys", "recording_id": "=rec_no"}, fine=(404,)),
    op("GET /policy/{public_id}", OPEN, at={"public_id": "=nobodys"}, fine=(404,)),
    op("GET /policy/{public_id}/{version}", OPEN, at={"public_id": "=nobodys", "version": "=2026-12-01"}, fine=(404,)),
    op("GET /policy/{public_id}/{version}/changes", OPEN, at={"public_id": "=nobodys", "version": "=2026-12-01"}, fine=(404,)),
    op("GET /trust", OPEN),
    op("GET /trust/call24-ca.crt", OPEN),
    op("POST /v1/setup", OPEN),
    op("POST /v1/auth/login", OPEN),
    op("DELETE /v1/internal/crash-reports", OPEN),
    op("DELETE /v1/internal/crash-reports/{fingerprint}", OPEN),
    op("GET /v1/internal/crash-reports", OPEN),
    op("GET /v1/internal/crash-reports/{fingerprint}", OPEN),
    op("POST /v1/internal/doctor", OPEN),
    op("DELETE /v1/internal/doctor/{tenant_id}", OPEN),
    op("GET /v1/internal/organisations", OPEN),
    op("POST /v1/internal/organisations", OPEN),
    op("PATCH /v1/internal/organisations/{tenant_id}", OPEN),
    op("POST /v1/internal/organisations/{tenant_id}/disable", OPEN),
    op("POST /v1/internal/organisations/{tenant_id}/enable", OPEN),
    op("GET /v1/internal/retention", OPEN),
    op("POST /v1/internal/retention/confirm-time", OPEN),
    op("GET /v1/internal/sip-bans", OPEN),
    op("DELETE /v1/internal/sip-bans/{address}", OPEN),
    op("POST /sanctum/token", OPEN),
    op("GET /api/user", ANYBODY),
    op("GET /v1/me", ANYBODY),
    op("PATCH /v1/me", ANYBODY, {"name": "Other"}),
    op("GET /v1/tokens", ANYBODY),
    op("GET /v1/tokens/{token_id}", ANYBODY, at={"token_id": "token"}, owned=True, role="agent"),
    op("POST /v1/tokens", ANYBODY, {"name": "Machine", "abilities": ["*"]}),
    op("DELETE /v1/tokens/{token_id}", ANYBODY, at={"token_id": "token"}, owned=True, role="agent"),
    op("GET /v1/me/sessions", ANYBODY),
    op("GET /v1/me/sessions/{session_id}", ANYBODY, at={"session_id": "session"}, owned=True, role="agent"),
    op("DELETE /v1/me/sessions", ANYBODY),
    op("DELETE /v1/me/sessions/{session_id}", ANYBODY, at={"session_id": "session"}, owned=True, role="agent"),
    op("GET /v1/permissions", ANYBODY),
    op("GET /v1/realtime", "live.read"),
    op("POST /broadcasting/auth", "live.read", form=OWN_CHANNEL, role="agent"),
    op("POST /broadcasting/user-auth", "live.read", form={"socket_id": "1.2"}, role="agent"),
    op("POST /v1/auth/logout", ANYBODY),
    op("GET /v1/phone", "phone.use"),
    # people and roles
    op("GET /v1/users", "users.read"),
    op("GET /v1/users/{user_id}", "users.read", at={"user_id": "user"}),
    op("POST /v1/users", "users.write", {"email": "new@example.com", "name": "N", "role": "agent", "password": "a good long one"}),
    op("GET /v1/users/{user_id}/skills", "users.read", at={"user_id": "user"}),
    op("PUT /v1/users/{user_id}/skills", "users.write", {"skills": {"german": 3}}, at={"user_id": "user"}),
    op("PUT /v1/users/{user_id}/role", "roles.write", {"role": "auditor"}, at={"user_id": "person"}),
    op("POST /v1/users/{user_id}/disable", "users.write", at={"user_id": "person"}),
    op("POST /v1/users/{user_id}/enable", "users.write", at={"user_id": "person"}),
    op("POST /v1/users/{user_id}/report-child", "users.write", at={"user_id": "person"}),
    op("POST /v1/users/{user_id}/delete", "users.write", {"reason": "left"}, at={"user_id": "person"}),
    op("GET /v1/me/file", ANYBODY),
    op("GET /v1/erasure-receipts/key", OPEN),
    op("GET /v1/erasure-receipts/{receipt_id}", OPEN, at={"receipt_id": "=rcp_00000000000000000000000000"}, fine=(404,)),
    op("GET /v1/users/{user_id}/file", "users.export", at={"user_id": "person"}),
    op("GET /v1/contacts/{contact_id}/erasure-plan", "callers.erase", at={"contact_id": "contact"}),
    op("POST /v1/contacts/{contact_id}/erase", "callers.erase", {"reason": "asked"}, at={"contact_id": "contact"}, fine=(404,)),
    op("POST /v1/contacts/{contact_id}/export", "callers.export", at={"contact_id": "contact"}),
    op("GET /v1/caller-files", "callers.export"),
    op("GET /v1/caller-files/{file_id}", "callers.export", at={"file_id": "callerfile"}),
    op("GET /v1/caller-files/{file_id}/file", "callers.export", at={"file_id": "callerfile"}),
    op("DELETE /v1/caller-files/{file_id}", "callers.export", at={"file_id": "callerfile"}),
    op("POST /v1/caller-imports", "callers.import", fine=(422,)),
    op("GET /v1/caller-imports", "callers.import"),
    op("GET /v1/caller-imports/{import_id}", "callers.import", at={"import_id": "callerimport"}),
    op("GET /v1/contacts/{contact_id}/imported", "callers.import", at={"contact_id": "contact"}),
    op("GET /v1/organisation/processing-record", "privacy.read"),
    op("GET /v1/organisation/retention", "privacy.read"),
    op("GET /v1/self-audits", "audit.read"),
    op("GET /v1/self-audits/{self_audit_id}", "audit.read", at={"self_audit_id": "=sau_00000000000000000000000000"}, fine=(404,)),
    op("GET /v1/organisation/processing-record/page", "privacy.read"),
    op("GET /v1/roles", "roles.read"),
    op("GET /v1/roles/{role_id}", "roles.read", at={"role_id": "role"}),
    op("POST /v1/roles", "roles.write", {"name": "Night", "permissions": ["queues.read"]}),
    op("PATCH /v1/roles/{role_id}", "roles.write", {"permissions": ["flows.read"]}, at={"role_id": "role"}),
    op("DELETE /v1/roles/{role_id}", "roles.write", at={"role_id": "role"}),
    op("GET /v1/invitations", "users.read"),
    op("GET /v1/invitations/{invitation_id}", "users.read", at={"invitation_id": "invitation"}),
    op("POST /v1/invitations", "users.write", {"email": "guest@example.com", "name": "G", "role": "agent"}),
    op("POST /v1/invitations/{invitation_id}/resend", "users.write", at={"invitation_id": "invitation"}),
    op("DELETE /v1/invitations/{invitation_id}", "users.write", at={"invitation_id": "invitation"}),
    op("POST /v1/invitations/look", OPEN),
    op("POST /v1/invitations/accept", OPEN),
    op("POST /v1/age-screen", OPEN, {"birth_date": "1987-03-09"}),
    op("POST /v1/auth/reset", OPEN),
    op("POST /v1/auth/reset/complete", OPEN),
    op("POST /v1/auth/email/confirm", OPEN),
    op("PUT /v1/me/password", ANYBODY, {"current_password": "no", "password": "longer than that"}, fine=(403, 422)),
    op("PUT /v1/me/email", ANYBODY, {"email": "me@example.com", "current_password": "no"}, fine=(403, 422)),
    op("POST /v1/users/{user_id}/reset", "users.write", at={"user_id": "person"}),
    op("PUT /v1/me/device", ANYBODY, {"model": "Pixel 9"}),
    op("POST /v1/auth/passkey/options", OPEN),
    op("POST /v1/auth/passkey", OPEN),
    op("POST /v1/me/passkeys/options", ANYBODY, {"current_password": "no"}, fine=(403,)),
    op("POST /v1/me/passkeys", ANYBODY, {**SHOWN, "name": "Key"}, fine=(403,)),
    op("GET /v1/me/passkeys/{passkey_id}", ANYBODY, at={"passkey_id": "passkey"}, owned=True, role="agent"),
    op("PATCH /v1/me/passkeys/{passkey_id}", ANYBODY, {"name": "Other"}, at={"passkey_id": "passkey"}, owned=True, role="agent"),
    op("DELETE /v1/me/passkeys/{passkey_id}", ANYBODY, at={"passkey_id": "passkey"}, owned=True, fine=(403,), role="agent"),
    op("POST /v1/me/passkeys/proof/options", ANYBODY, fine=(403,)),
    op("POST /v1/me/passkeys/proof", ANYBODY, SHOWN, fine=(403,)),
    op("GET /v1/me/mfa", ANYBODY),
    op("POST /v1/me/mfa/recovery", ANYBODY, {"current_password": "no"}, fine=(403,)),
    op("POST /v1/me/mfa", ANYBODY, {"current_password": "no"}, fine=(403,)),
    op("POST /v1/me/mfa/confirm", ANYBODY, {"code": "000000"}, fine=(403,)),
    op("POST /v1/me/mfa/proof", ANYBODY, {"code": "000000"}, fine=(403,)),
    op("POST /v1/me/mfa/remove", ANYBODY, {"code": "000000", "current_password": "no"}, fine=(403, 429)),
    op("DELETE /v1/users/{user_id}/mfa", "users.write", at={"user_id": "person"}, fine=(404,)),
    op("POST /v1/auth/provider/begin", OPEN),
    op("POST /v1/auth/provider/complete", OPEN),
    op("POST /v1/auth/provider/logout", OPEN),
    op("GET /v1/me/provider", ANYBODY),
    op("POST /v1/me/provider/begin", ANYBODY, {"current_password": "no"}, fine=(403, 429)),
    op("POST /v1/me/provider/complete", ANYBODY, {"state": "s", "code": "c", "browser": "b"}, fine=(409,)),
    op("DELETE /v1/users/{user_id}/provider", "users.write", at={"user_id": "person"}, fine=(404,)),
    op("GET /v1/organisation/provider", "organisation.read"),
    op("PUT /v1/organisation/provider", "sign_in.write", PROVIDER),
    op("POST /v1/organisation/provider/test", "sign_in.write", fine=(404,)),
    op("DELETE /v1/organisation/provider", "sign_in.write", fine=(404,)),
    op("GET /v1/pictures", ANYBODY),
    op("POST /v1/me/picture", ANYBODY, {}, fine=(415,)),
    op("DELETE /v1/me/picture", ANYBODY, fine=(404,)),
    op("GET /v1/users/{user_id}/picture", ANYBODY, at={"user_id": "pictured"}),
    op("DELETE /v1/users/{user_id}/picture", "users.write", at={"user_id": "pictured"}),
    # privacy registers
    op("GET /v1/incidents", "incidents.read"),
    op("POST /v1/incidents", "incidents.write", {"title": "Lost laptop", "what_happened": "A laptop is gone.", "kinds": ["confidentiality"]}),
    op("GET /v1/incidents/places", "incidents.read"),
    op("GET /v1/incidents/{incident_id}", "incidents.read", at=INCIDENT),
    op("PATCH /v1/incidents/{incident_id}", "incidents.write", {"version": 1, "measures": "Its key is revoked."}, at=INCIDENT, fine=(409,)),
    op("POST /v1/incidents/{incident_id}/steps", "incidents.write", {"step": "note", "version": 1, "note": "Asked."}, at=INCIDENT, fine=(409,)),
    op("POST /v1/incidents/{incident_id}/notices", "incidents.write", {"audience": "people"}, at=INCIDENT, fine=(409,)),
    op("POST /v1/incidents/{incident_id}/search", "incidents.write", at=INCIDENT, fine=(409, 429)),
    op("GET /v1/incidents/{incident_id}/people", "incidents.read", at=INCIDENT),
    op("GET /v1/incidents/{incident_id}/people/file", "incidents.read", at=INCIDENT),
    op("GET /v1/disclosures", "disclosures.read"),
    op("POST /v1/disclosures", "disclosures.write", DISCLOSURE),
    op("GET /v1/disclosures/{disclosure_id}", "disclosures.read", at={"disclosure_id": "disclosure"}),
    op("POST /v1/disclosures/{disclosure_id}/corrections", "disclosures.write", {"version": 1, "note": "The number was 4 AR 11."}, at={"disclosure_id": "disclosure"}, fine=(409,)),
    op("GET /v1/data-transfers", "data_transfers.read"),
    op("POST /v1/data-transfers", "data_transfers.write", TRANSFER),
    op("GET /v1/data-transfers/endpoints", "data_transfers.read"),
    op("GET /v1/data-transfers/{transfer_id}", "data_transfers.read", at={"transfer_id": "transfer"}),
    op("DELETE /v1/data-transfers/{transfer_id}", "data_transfers.write", at={"transfer_id": "transfer"}),
    op("GET /v1/processors", "processors.read"),
    op("POST /v1/processors", "processors.write", PROCESSOR),
    op("GET /v1/processors/{processor_id}", "processors.read", at={"processor_id": "processor"}),
    op("PATCH /v1/processors/{processor_id}", "processors.write", {"contact": "privacy@crmly.example"}, at={"processor_id": "processor"}),
    op("DELETE /v1/processors/{processor_id}", "processors.write", at={"processor_id": "processor"}),
    op("POST /v1/processors/{processor_id}/secret", "processors.write", at={"processor_id": "processor"}),
    op("GET /v1/erasure-notices", "processors.read"),
    op("GET /v1/erasure-notices/{notice_id}", "processors.read", at={"notice_id": "erasure_notice"}),
    # settings
    op("GET /v1/organisation", "organisation.read"),
    op("PATCH /v1/organisation", "organisation.write", {"monitoring_visible": False}),
    op("GET /v1/organisation/record-days", "organisation.read"),
    op("GET /v1/organisation/record-days/plan", "organisation.write", query={"record_days": "30"}),
    op("GET /v1/organisation/record-days/changes", "organisation.read"),
    op("PUT /v1/organisation/record-days", "organisation.write", {"record_days": 90}),
    op("DELETE /v1/organisation/record-days/change", "organisation.write", fine=(404,)),
    op("GET /v1/organisation/policy", "organisation.read"),
    op("PATCH /v1/organisation/policy", "organisation.write", {"contact": "privacy@example.com"}),
    op("GET /v1/legal-holds", "privacy.holds"),
    op("POST /v1/legal-holds", "privacy.holds", {"kind": "call", "subject_id": "call_no", "reason": "x", "review_on": "2027-01-31"}, fine=(422,)),
    op("GET /v1/legal-holds/{hold_id}", "privacy.holds", at={"hold_id": "hold"}),
    op("POST /v1/legal-holds/{hold_id}/review", "privacy.holds", {"note": "x", "review_on": "2027-01-31"}, at={"hold_id": "hold"}),
    op("POST /v1/legal-holds/{hold_id}/release", "privacy.holds", {"reason": "x"}, at={"hold_id": "hold"}),
    op("GET /v1/organisation/closing", ANYBODY),
    op("GET /v1/organisation/closing/plan", "organisation.close"),
    op("POST /v1/organisation/closing", "organisation.close", {"name": "not its name"}, fine=(422,)),
    op("DELETE /v1/organisation/closing", "organisation.close", fine=(404,)),
    op("GET /v1/privacy-requests", "privacy_requests.read"),
    op("POST /v1/privacy-requests", "privacy_requests.write", {"kind": "access", "source": "letter", "note": "Asks for all."}),
    op("GET /v1/privacy-requests/deadlines", "privacy_requests.read"),
    op("PATCH /v1/privacy-requests/deadlines", "privacy_requests.write", {"answer_days": 30}),
    op("GET /v1/privacy-requests/{request_id}", "privacy_requests.read", at={"request_id": "request"}),
    op("POST /v1/privacy-requests/{request_id}/steps", "privacy_requests.write", {"step": "note", "version": 1, "note": "Rang back."}, at={"request_id": "request"}, fine=(409,)),
    op("GET /v1/me/privacy-requests", ANYBODY),
    op("POST /v1/me/privacy-requests", ANYBODY, {"kind": "access"}, fine=(409,)),
    op("GET /v1/me/consents", ANYBODY),
    op("GET /v1/me/consents/entries", ANYBODY),
    op("PUT /v1/me/consents/{purpose}", ANYBODY, {"hash": "of another text"}, at={"purpose": "=monitoring"}, fine=(409,)),
    op("DELETE /v1/me/consents/{purpose}", ANYBODY, at={"purpose": "=individual_statistics"}),
    op("POST /v1/me/crash-reports", ANYBODY, CRASH, fine=(409,)),
    op("GET /v1/me/consents/receipts/{entry_id}", ANYBODY, at={"entry_id": "ownentry"}, owned=True, role="agent"),
    op("GET /v1/contacts/{contact_id}/consents", "consents.read", at={"contact_id": "contact"}),
    op("POST /v1/contacts/{contact_id}/consents", "consents.write", {"purpose": "recording", "act": "object"}, at={"contact_id": "contact"}),
    op("GET /v1/contacts/{contact_id}/consents/entries", "consents.read", at={"contact_id": "contact"}),
    op("GET /v1/contacts/{contact_id}/consents/receipts/{entry_id}", "consents.read", at={"contact_id": "contact", "entry_id": "entry"}),
    op("GET /v1/me/policy", ANYBODY),
    op("POST /v1/me/policy/acceptances", ANYBODY, {"version": "2026-12-01", "hash": "of another text"}, fine=(409,)),
    op("GET /v1/applications", "organisation.read"),
    op("POST /v1/applications", "organisation.write", {"name": "Shop"}),
    op("GET /v1/applications/{application_id}", "organisation.read", at=APPLICATION),
    op("PATCH /v1/applications/{application_id}", "organisation.write", {"name": "Other shop"}, at=APPLICATION),
    op("POST /v1/applications/{application_id}/secret", "organisation.write", at=APPLICATION),
    op("DELETE /v1/applications/{application_id}", "organisation.write", at=APPLICATION),
    op("GET /v1/webhooks/kinds", "organisation.read"),
    op("GET /v1/webhooks", "organisation.read"),
    op("POST /v1/webhooks", "organisation.write", {"url": "https://acme.example/", "kinds": ["call.ended"]}),
    op("GET /v1/webhooks/{webhook_id}", "organisation.read", at=WEBHOOK),
    op("PATCH /v1/webhooks/{webhook_id}", "organisation.write", {"description": "Shop"}, at=WEBHOOK),
    op("POST /v1/webhooks/{webhook_id}/secret", "organisation.write", at=WEBHOOK),
    op("POST /v1/webhooks/{webhook_id}/test", "organisation.write", at=WEBHOOK),
    op("GET /v1/webhooks/{webhook_id}/deliveries", "organisation.read", at=WEBHOOK),
    op("POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend", "organisation.write", at={**WEBHOOK, "delivery_id": "delivery"}),
    op("DELETE /v1/webhooks/{webhook_id}", "organisation.write", at=WEBHOOK),
    op("GET /v1/queues", "queues.read"),
    op("POST /v1/queues", "queues.write", NEW_QUEUE),
    op("GET /v1/queues/{queue_id}", "queues.read", at=QUEUE),
    op("PATCH /v1/queues/{queue_id}", "queues.write", {"offer_s": 15}, at=QUEUE),
    op("PUT /v1/queues/{queue_id}", "queues.write", {**NEW_QUEUE, "name": "Anew"}, at=QUEUE),
    op("DELETE /v1/queues/{queue_id}", "queues.write", at=QUEUE),
    op("GET /v1/hours", "queues.read"),
    op("POST /v1/hours", "queues.write", {"name": "Office"}),
    op("GET /v1/hours/{hours_id}", "queues.read", at=HOURS),
    op("PATCH /v1/hours/{hours_id}", "queues.write", {"name": "Office hours"}, at=HOURS),
    op("PUT /v1/hours/{hours_id}", "queues.write", {"name": "Other hours"}, at=HOURS),
    op("DELETE /v1/hours/{hours_id}", "queues.write", at=HOURS),
    op("GET /v1/flows", "flows.read"),
    op("POST /v1/flows", "flows.write", {"name": "New flow"}),
    op("GET /v1/flows/{flow_id}", "flows.read", at=FLOW),
    op("PUT /v1/flows/{flow_id}", "flows.write", {"name": "Changed"}, at=FLOW),
    op("DELETE /v1/flows/{flow_id}", "flows.write", at=FLOW),
    op("POST /v1/flows/{flow_id}/validate", "flows.read", at=FLOW),
    op("POST /v1/flows/{flow_id}/publish", "flows.write", at=FLOW),
    op("POST /v1/flows/{flow_id}/rollback", "flows.write", {"version": 1}, at=FLOW),
    op("GET /v1/flows/{flow_id}/versions", "flows.read", at=FLOW),
    op("GET /v1/flows/{flow_id}/versions/{version}", "flows.read", at={**FLOW, "version": "=1"}),
    op("GET /v1/prompts", "flows.read"),
    op("POST /v1/prompts", "flows.write", {"name": "Hello", "text": "Hello"}, fine=(422, 503)),
    op("GET /v1/prompts/{prompt_id}", "flows.read", at={"prompt_id": "prompt"}),
    op("GET /v1/prompts/{prompt_id}/audio", "flows.read", at={"prompt_id": "prompt"}),
    op("DELETE /v1/prompts/{prompt_id}", "flows.write", at={"prompt_id": "prompt"}),
    op("GET /v1/pause-reasons", "session.change"),
    op("POST /v1/pause-reasons", "queues.write", {"name": "Lunch break"}),
    op("GET /v1/pause-reasons/{reason_id}", "session.change", at={"reason_id": "reason"}),
    op("PATCH /v1/pause-reasons/{reason_id}", "queues.write", {"order": 2}, at={"reason_id": "reason"}),
    op("DELETE /v1/pause-reasons/{reason_id}", "queues.write", at={"reason_id": "reason"}),
    op("GET /v1/dispositions", "session.change", query={"queue_id": "<queue>"}),
    op("POST /v1/dispositions", "queues.write", {"name": "Sold"}),
    op("GET /v1/dispositions/{disposition_id}", "session.change", at={"disposition_id": "disposition"}),
    op("PATCH /v1/dispositions/{disposition_id}", "queues.write", {"order": 2}, at={"disposition_id": "disposition"}),
    op("DELETE /v1/dispositions/{disposition_id}", "queues.write", at={"disposition_id": "disposition"}),
    op("GET /v1/trunks", "trunks.read"),
    op("POST /v1/trunks", "trunks.write", {"name": "New trunk", "addresses": ["198.51.100.7"]}),
    op("GET /v1/trunks/{trunk_id}", "trunks.read", at={"trunk_id": "trunk"}),
    op("PATCH /v1/trunks/{trunk_id}", "trunks.write", {"enabled": False}, at={"trunk_id": "trunk"}),
    op("DELETE /v1/trunks/{trunk_id}", "trunks.write", at={"trunk_id": "trunk"}),
    op("GET /v1/trunks/bans", "trunks.read"),
    op("GET /v1/trunks/bans/{ban_id}", "trunks.read", at={"ban_id": "ban"}),
    op("DELETE /v1/trunks/bans/{ban_id}", "trunks.write", at={"ban_id": "ban"}),
    op("GET /v1/refused-calls", "calls.read_all"),
    op("GET /v1/numbers", "numbers.read"),
    op("POST /v1/numbers", "numbers.write", {"number": "+442079460001", "trunk_id": "<trunk>", "queue_id": "<queue>"}),
    op("GET /v1/numbers/{number_id}", "numbers.read", at={"number_id": "number"}),
    op("PATCH /v1/numbers/{number_id}", "numbers.write", {"queue_id": "<queue>"}, at={"number_id": "number"}),
    op("DELETE /v1/numbers/{number_id}", "numbers.write", at={"number_id": "number"}),
    op("GET /v1/caller-numbers", "calls.place"),
    op("GET /v1/fence", "fence.read"),
    op("PUT /v1/fence", "fence.write", {"countries": ["GB"], "user": CAPS, "organisation": CAPS}),
    op("GET /v1/fence/usage", "fence.read"),
    op("POST /v1/fence/unfreeze", "fence.write", {"user_id": None}, fine=(404, 409)),
    op("POST /v1/fence/check", "fence.read", {"number": "+442079460001"}),
    op("GET /v1/audit", "audit.read"),
    op("GET /v1/audit/check", "audit.read"),
    op("GET /v1/audit/file", "audit.read audit.export"),
    # agents
    op("GET /v1/live", "live.read"),
    op("PUT /v1/session", "session.change", {"state": "available"}),
    op("POST /v1/session/heartbeat", "session.change"),
    op("GET /v1/session/timeline", "session.change"),
    op("PUT /v1/agents/{agent_id}/session", "agents.correct", {"state": "offline", "reason": "asked"}, at={"agent_id": "user"}),
    op("DELETE /v1/agents/{agent_id}/offer", "agents.correct", at={"agent_id": "user"}, fine=(409,)),
    op("GET /v1/agents/{agent_id}/timeline", "agents.read", at={"agent_id": "user"}),
    # calls
    op("POST /v1/calls/{call_id}/disposition", "session.change", {"disposition_id": "<disposition>"}, at=ENDED, owned=True, fine=(409,), role="agent"),
    op("GET /v1/calls", "calls.read_own"),
    op("POST /v1/calls/search", "calls.read_own", {"q": "Jo"}),
    op("GET /v1/calls/{call_id}", "calls.read_own", at=ENDED, owned=True, role="agent"),
    op("GET /v1/calls/{call_id}/vcon", "calls.read_own", at=ENDED, owned=True, role="agent"),
    op("GET /v1/recordings/{recording_id}/vcon", "recordings.play_own", at={"recording_id": "recording"}, owned=True, role="agent"),
    op("GET /v1/calls/{call_id}/why", "calls.read_own", at=ENDED, owned=True, fine=(404,), role="agent"),
    op("POST /v1/calls", "calls.place", {"to": {"agent_id": "<user>"}}),
    hand("decline", at="offered"),
    hand("hangup"),
    hand("hold"),
    hand("resume", None, 409),
    hand("mute"),
    hand("unmute", None, 409),
    hand("digits", {"digits": "1"}, 409),
    hand("transfer", {"to": {"queue_id": "<queue>"}}),
    hand("consult", {"to": {"agent_id": "<colleague>"}}, 409),  # nobody is signed in at a phone
    hand("swap", None, 409),
    hand("complete", None, 409),
    hand("cancel", None, 409),
    hand("conference", None, 409),
    hand("drop", None, 409),
    hand("recording/start"),
    hand("recording/pause", None, 409),
    hand("recording/resume", None, 409),
    hand("reattach", None, 409),
    op("POST /v1/calls/{call_id}/monitor", "calls.monitor", {"mode": "listen", "reason": "quality"}, at=LIVE, fine=(409, 503)),
    op("DELETE /v1/calls/{call_id}/monitor", "calls.monitor", at=LIVE, fine=(404,)),
    op("POST /v1/calls/{call_id}/take-over", "calls.take_over", {"reason": "quality"}, at=LIVE, fine=(409,)),
    op("POST /v1/calls/{call_id}/end", "calls.end", {"reason": "stuck"}, at=LIVE),
    op("GET /v1/callbacks", "callbacks.read"),
    op("GET /v1/callbacks/{call_id}", "callbacks.read", at={"call_id": "callback"}),
    op("DELETE /v1/callbacks/{call_id}", "callbacks.write", at={"call_id": "callback"}),
    op("GET /v1/tasks", "tasks.read", query={"queue": "<queue>"}),
    op("POST /v1/tasks", "tasks.write", {"title": "Ring Jo", "queue_id": "<queue>", "assignee_id": "<user>"}),
    op("GET /v1/tasks/{task_id}", "tasks.read", at={"task_id": "task"}, owned=True, role="agent"),
    op("PATCH /v1/tasks/{task_id}", "tasks.write", {"state": "done"}, at={"task_id": "task"}, owned=True, role="agent"),
    # recordings and reports
    op("GET /v1/recordings/keys", "recordings.keys"),
    op("POST /v1/recordings/keys", "recordings.keys"),
    op("GET /v1/recordings/{recording_id}", "recordings.play_own", at={"recording_id": "recording"}, owned=True, role="agent"),
    op("GET /v1/recordings/{recording_id}/audio", "recordings.play_own", at={"recording_id": "recording"}, owned=True, role="agent"),
    op("HEAD /v1/recordings/{recording_id}/audio", "recordings.play_own", at={"recording_id": "recording"}, owned=True, role="agent"),
    op("GET /v1/recordings/{recording_id}/listenings", "recordings.audit", at={"recording_id": "recording"}),
    op("GET /v1/reports", "calls.read_all", query={"by": "day", **DAYS}),
    op("POST /v1/exports", "calls.read_all exports.make", {"kind": "calls", "format": "csv", **DAYS}),
    op("GET /v1/exports", "calls.read_all exports.make"),
    op("GET /v1/exports/{export_id}", "calls.read_all exports.make", at={"export_id": "export"}),
    op("GET /v1/exports/{export_id}/file", "calls.read_all exports.make", at={"export_id": "export"}),
    op("DELETE /v1/exports/{export_id}", "calls.read_all exports.make", at={"export_id": "export"}),
    op("GET /v1/reconciliations", "calls.read_all"),
    op("POST /v1/what-if", "calls.read_all", {"day": "2026-11-24", "queue_id": "<queue>", "changes": {}}, fine=(422,)),
)  # fmt: skip
