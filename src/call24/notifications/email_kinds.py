"""What each e-mail notifies of. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from call24.identity.emails import LetterKind
from call24.notifications.kinds import NotificationKind

OF_EMAIL: Mapping[LetterKind, NotificationKind] = {
    "email_changed": NotificationKind.SECURITY,
    "password_changed": NotificationKind.SECURITY,
    "new_device": NotificationKind.SECURITY,
    "proof_added": NotificationKind.SECURITY,
    "proof_removed": NotificationKind.SECURITY,
    "recovery_renewed": NotificationKind.SECURITY,
    "recovery_used": NotificationKind.SECURITY,
    "provider_bound": NotificationKind.SECURITY,
    "provider_unbound": NotificationKind.SECURITY,
    "incident_deadline": NotificationKind.SECURITY,
    "closing": NotificationKind.ORGANISATION,
    "closing_soon": NotificationKind.ORGANISATION,
    "closing_stopped": NotificationKind.ORGANISATION,
    "policy_changed": NotificationKind.POLICY_CHANGE,
    "privacy_deadline": NotificationKind.PRIVACY_DUTY,
    "first_deletion": NotificationKind.PRIVACY_DUTY,
    "processor_late": NotificationKind.PRIVACY_DUTY,
    "missed_call": NotificationKind.MISSED_CALL,
    "voicemail": NotificationKind.VOICEMAIL,
    "callback_due": NotificationKind.CALLBACK_DUE,
    "task_assigned": NotificationKind.TASK_ASSIGNED,
    "task_due": NotificationKind.TASK_DUE,
    "task_reminder": NotificationKind.TASK_DUE,
    "task_mentioned": NotificationKind.TASK_MENTIONED,
    "task_answered": NotificationKind.TASK_ANSWERED,
    "crm_stopped": NotificationKind.CRM_TROUBLE,
    "queue_alert": NotificationKind.QUEUE_ALERT,
    "upgraded": NotificationKind.UPDATES,
    "report": NotificationKind.REPORT,
}
"""What an e-mail notifies of. Others were asked for by who gets them, or go to who has no account any more."""
NEEDS: Mapping[LetterKind, str] = {"report": "calls.read_all"}
"""E-mails with what not everybody may see: the permission that is asked for when they are about to be sent."""
