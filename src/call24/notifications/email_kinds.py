"""What each e-mail notifies of. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from call24.identity.emails import LetterKind
from call24.notifications.kinds import Kind

OF_EMAIL: Mapping[LetterKind, Kind] = {
    "email_changed": Kind.SECURITY,
    "password_changed": Kind.SECURITY,
    "new_device": Kind.SECURITY,
    "proof_added": Kind.SECURITY,
    "proof_removed": Kind.SECURITY,
    "recovery_renewed": Kind.SECURITY,
    "recovery_used": Kind.SECURITY,
    "provider_bound": Kind.SECURITY,
    "provider_unbound": Kind.SECURITY,
    "incident_deadline": Kind.SECURITY,
    "closing": Kind.ORGANISATION,
    "closing_soon": Kind.ORGANISATION,
    "closing_stopped": Kind.ORGANISATION,
    "policy_changed": Kind.POLICY_CHANGE,
    "privacy_deadline": Kind.PRIVACY_DUTY,
    "first_deletion": Kind.PRIVACY_DUTY,
    "processor_late": Kind.PRIVACY_DUTY,
    "missed_call": Kind.MISSED_CALL,
    "voicemail": Kind.VOICEMAIL,
    "callback_due": Kind.CALLBACK_DUE,
    "task_assigned": Kind.TASK_ASSIGNED,
    "task_due": Kind.TASK_DUE,
}
"""What an e-mail notifies of. Others were asked for by who gets them, or go to who has no account any more."""
