"""Every code that an answer's problem may carry, by status. Codes are API: one is added, never renamed.

A test reads all `raise`s and holds this list to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from call24.calls.preconditions import REFUSALS
from call24.toll_fraud.model import DenialCode

_CONFLICTS = """
    agent_busy colleague_busy colleague_no_phone colleague_offline consulting customer_in_call
    delivery_waiting disposition_required email_taken export_not_done flow_changed
    flow_in_use flow_name_taken hours_in_use hours_name_taken idempotency_key_in_use idempotency_outcome_unknown
    last_owner mfa_off mfa_on mfa_required name_taken no_line_free no_number_to_show no_phone not_connected not_in_hand
    not_listening not_offered number_taken own_call passkey_known passkey_needs_name
    phone_not_registered prompt_in_use
    prompt_name_taken provider_refused queue_in_use queue_name_taken role_in_use setup_done short_name_taken
    symmetric_rtp_differs task_changed too_many too_many_flows too_many_networks
    too_many_prompts too_many_trunks trunk_in_use user_in_use user_on_call
"""

CODES: Mapping[int, tuple[str, ...]] = {
    400: ("bad_request", "malformed_json"),
    401: (
        "unauthenticated",
        "invalid_credentials",
        "mfa_required",
        "passkey_refused",
        "passkey_suspect",
        "provider_refused",
        "provider_required",
        "token_expired",
        "wrong_code",
    ),
    403: (
        "forbidden",
        "address_not_granted",
        "beyond_own",
        "invitation_due",
        "mfa_due",
        "mfa_off",
        "mfa_setup_due",
        "no_device",
        "network_not_granted",
        "number_not_granted",
        "passkey_refused",
        "passkey_suspect",
        "setup_token",
        "short_name_not_granted",
        "wrong_code",
        "wrong_password",
        *get_args(DenialCode),
    ),
    404: ("not_found", "no_provider", "recording_damaged", "recording_key_foreign"),
    405: ("method_not_allowed",),
    408: ("too_slow",),
    409: tuple(sorted({"conflict", *_CONFLICTS.split(), *REFUSALS})),
    412: ("changed_meanwhile", "no_version"),
    413: ("too_large",),
    415: ("unsupported_media_type",),
    431: ("headers_too_large",),
    422: (
        "invalid",
        "flow_has_problems",
        "idempotency_key_reused",
        "too_many_passkeys",
        "too_many_tokens",
        "too_much",
        "unusable_picture",
        "unusable_sound",
    ),
    429: (
        "too_many_attempts",
        "too_many_requests",
        "too_many_exports",
        "too_many_idempotency_keys",
        "too_many_invitations",
    ),
    500: ("error",),
    503: ("unavailable", "network_away", "provider_away", "speech_absent", "speech_failed"),
}

TITLES: Mapping[int, str] = {
    400: "The body is not JSON",
    401: "The token is missing or invalid",
    403: "Not allowed",
    404: "It does not exist, or belongs to another organisation",
    405: "The method is not allowed here",
    408: "The body did not arrive in time",
    409: "The request conflicts with the current state",
    412: "The If-Match condition is not met",
    413: "The body is too large",
    415: "The body has another media type, or a coding",
    422: "The request is invalid",
    431: "The headers are too large",
    429: "Too many requests",
    500: "Something went wrong in the server",
    503: "A required component is not available",
}
