"""What is promised of access, written out by hand and never read from the product: a change of either alone turns red.

Who may do what, what asks for a recent second proof, and what leaves a line in the audit log. What is open to everybody
stands in table.py and in tests/support/http/open_routes.py.
"""

from __future__ import annotations

# Written out by hand, so that a change of the rules has to be made twice. O owner, D administrator, S supervisor,
# A agent, P privacy officer, U auditor.
MATRIX: dict[str, str] = {
    "live.read": "ODSA",
    "session.change": "ODSA",
    "phone.use": "ODSA",
    "call.control": "ODSA",
    "calls.read_own": "ODSAP",
    "recordings.play_own": "ODSA",
    "calls.place": "ODSA",
    "callbacks.read": "ODSA",
    "tasks.read": "ODSA",
    "tasks.write": "ODSA",
    "flows.read": "ODSU",
    "organisation.read": "ODSPU",
    "organisation.write": "OD",
    "sign_in.write": "OD",
    "flows.write": "OD",
    "agents.read": "ODS",
    "agents.correct": "ODS",
    "calls.read_all": "ODSP",
    "calls.monitor": "ODS",
    "calls.take_over": "ODS",
    "calls.end": "ODS",
    "callbacks.write": "ODS",
    "recordings.play_all": "ODS",
    "recordings.audit": "ODSPU",
    "recordings.keys": "O",
    "exports.make": "ODSP",
    "queues.read": "ODSU",
    "users.read": "ODSPU",
    "roles.read": "ODPU",
    "trunks.read": "ODSU",
    "numbers.read": "ODSU",
    "fence.read": "ODSU",
    "queues.write": "OD",
    "users.write": "OD",
    "roles.write": "OD",
    "trunks.write": "OD",
    "numbers.write": "OD",
    "fence.write": "O",
    "audit.read": "ODPU",
    "audit.export": "OPU",
    "users.export": "OP",
}
LETTER = {"owner": "O", "administrator": "D", "supervisor": "S", "agent": "A", "privacy_officer": "P", "auditor": "U"}
ROLES = {role: frozenset(name for name, roles in MATRIX.items() if letter in roles) for role, letter in LETTER.items()}
"""What each built-in role may."""

STEP_UP = {
    "audit.export",
    "calls.monitor",
    "calls.take_over",
    "exports.make",
    "fence.write",
    "numbers.write",
    "organisation.write",
    "recordings.keys",
    "recordings.play_all",
    "recordings.play_own",
    "roles.write",
    "sign_in.write",
    "trunks.write",
    "users.export",
    "users.write",
}
"""Permissions whose use asks for a recent second proof."""

SECOND_PROOF = {
    "DELETE /v1/tokens/{token_id}",
    "DELETE /v1/me/sessions",
    "DELETE /v1/me/sessions/{session_id}",
    "POST /v1/users",
    "PUT /v1/users/{user_id}/skills",
    "PUT /v1/users/{user_id}/role",
    "POST /v1/users/{user_id}/disable",
    "POST /v1/users/{user_id}/enable",
    "POST /v1/users/{user_id}/delete",
    "GET /v1/users/{user_id}/file",
    "POST /v1/roles",
    "PATCH /v1/roles/{role_id}",
    "DELETE /v1/roles/{role_id}",
    "POST /v1/invitations",
    "POST /v1/invitations/{invitation_id}/resend",
    "DELETE /v1/invitations/{invitation_id}",
    "POST /v1/users/{user_id}/reset",
    "DELETE /v1/me/passkeys/{passkey_id}",
    "DELETE /v1/users/{user_id}/mfa",
    "DELETE /v1/users/{user_id}/provider",
    "PUT /v1/organisation/provider",
    "POST /v1/organisation/provider/test",
    "DELETE /v1/organisation/provider",
    "DELETE /v1/users/{user_id}/picture",
    "PATCH /v1/organisation",
    "POST /v1/applications",
    "PATCH /v1/applications/{application_id}",
    "POST /v1/applications/{application_id}/secret",
    "DELETE /v1/applications/{application_id}",
    "POST /v1/webhooks",
    "PATCH /v1/webhooks/{webhook_id}",
    "POST /v1/webhooks/{webhook_id}/secret",
    "POST /v1/webhooks/{webhook_id}/test",
    "POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend",
    "DELETE /v1/webhooks/{webhook_id}",
    "POST /v1/trunks",
    "PATCH /v1/trunks/{trunk_id}",
    "DELETE /v1/trunks/bans/{ban_id}",
    "POST /v1/numbers",
    "PATCH /v1/numbers/{number_id}",
    "PUT /v1/fence",
    "POST /v1/fence/unfreeze",
    "DELETE /v1/queues/{queue_id}",
    "DELETE /v1/hours/{hours_id}",
    "DELETE /v1/flows/{flow_id}",
    "DELETE /v1/prompts/{prompt_id}",
    "DELETE /v1/trunks/{trunk_id}",
    "DELETE /v1/numbers/{number_id}",
    "GET /v1/audit/file",
    "POST /v1/calls/{call_id}/monitor",
    "DELETE /v1/calls/{call_id}/monitor",
    "POST /v1/calls/{call_id}/take-over",
    "GET /v1/recordings/keys",
    "POST /v1/recordings/keys",
    "GET /v1/recordings/{recording_id}",
    "GET /v1/recordings/{recording_id}/audio",
    "HEAD /v1/recordings/{recording_id}/audio",
    "POST /v1/exports",
    "GET /v1/exports",
    "GET /v1/exports/{export_id}",
    "GET /v1/exports/{export_id}/file",
    "DELETE /v1/exports/{export_id}",
    "POST /v1/tokens",
    "GET /v1/me/file",
    "POST /v1/me/mfa/recovery",
    "POST /v1/me/mfa",
    "POST /v1/me/mfa/confirm",
    "POST /v1/me/passkeys/options",
    "POST /v1/me/passkeys",
    "POST /v1/me/provider/begin",
    "POST /v1/me/provider/complete",
}
"""Operations that are closed to who has a second proof and showed none within a quarter of an hour."""

NO_LINE = {
    "DELETE /v1/internal/doctor/{tenant_id}",
    "DELETE /v1/internal/sip-bans/{address}",
    "POST /broadcasting/auth",
    "POST /broadcasting/user-auth",
    "POST /v1/auth/passkey/options",
    "POST /v1/auth/provider/begin",
    "POST /v1/auth/reset",
    "POST /v1/calls/search",
    "POST /v1/fence/check",
    "POST /v1/internal/doctor",
    "POST /v1/invitations/look",
    "POST /v1/me/passkeys/proof/options",
    "POST /v1/organisation/provider/test",
    "POST /v1/session/heartbeat",
    "POST /v1/what-if",
}
"""Operations that leave no line in the audit log although their method says so."""
AUDITED_READS = {
    "GET /v1/audit/file",
    "GET /v1/exports/{export_id}/file",
    "GET /v1/me/file",
    "GET /v1/recordings/{recording_id}/audio",
    "GET /v1/users/{user_id}/file",
}
"""Looks that leave one too."""

WEBHOOK_KINDS = {
    "call.started": "calls.read_all",
    "call.answered": "calls.read_all",
    "call.ended": "calls.read_all",
    "recording.ready": "recordings.play_all",
    "task.changed": "tasks.read",
    "contact.created": "calls.read_all",
    "contact.updated": "calls.read_all",
    "contact.deleted": "calls.read_all",
}
"""What a webhook may be told, and the permission that whoever subscribes to it must have."""


def leaves_line(action: str) -> bool:
    """Whether an operation (`PATCH /v1/queues/{queue_id}`) leaves a line in the audit log."""
    return action in AUDITED_READS or (action.partition(" ")[0] not in ("GET", "HEAD") and action not in NO_LINE)
