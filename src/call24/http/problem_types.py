"""What each problem means and what a client can do about it, by its code; and an example of each answer.

Which status has which code is in codes.py; which operation answers which, in refusals.py. The page made of this is
docs/reference/problems.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from call24.kit.errors import Call24Error

_AGAIN = "Retry after the seconds in `Retry-After`"
_ASK = "Use a token with the required permission, or ask an administrator"
_READ = "Read the resource again, then decide"
_LATER = "Wait until the call's state allows it; realtime events report it"
_FREE = "Change what refers to it first; `detail` names it"
_OTHER = "Choose another one"
_OPERATOR = "Ask the operator of this installation (`./call24 grant`)"
_MOST = "Delete some that are no longer needed"
_PROOF = "Try again with a new challenge"
_RULES = "An owner can change the toll-fraud policy (`/v1/fence`)"
_NOTHING = "Nothing: it is already so"

WORDS: Mapping[str, tuple[str, str]] = {
    "agent_busy": ("The user is on a call, or a call is ringing", "End it first"),
    "address_not_granted": (
        "This installation sends no e-mail, and the address's domain is not granted to the organisation",
        _OPERATOR,
    ),
    "already_held": ("The call is already on hold", _NOTHING),
    "already_muted": ("The agent is already muted", _NOTHING),
    "bad_request": ("The request could not be parsed", "Fix the request"),
    "beyond_own": ("Nobody can grant or remove a permission that they do not have", _ASK),
    "changed_meanwhile": (
        "The resource has changed since it was read",
        "Read it again; `ETag` has the current version",
    ),
    "conflict": ("The request conflicts with the current state", _READ),
    "colleague_busy": ("The colleague is on a call or in wrap-up", _LATER),
    "colleague_no_phone": ("No phone of the colleague is registered", "Ask somebody else; they must open the app"),
    "colleague_offline": ("The colleague is offline", "Ask somebody else"),
    "consulting": ("There is already a consultation in the call", "Complete or cancel the consultation first"),
    "customer_in_call": ("The number is that of the customer in this call", "Choose another number"),
    "delivery_waiting": ("The delivery is already waiting to be sent", _NOTHING),
    "destination_denied": ("The organisation's policy denies this country or number", _RULES),
    "disposition_required": ("The last call has no disposition yet", "Set its disposition first"),
    "emergency_number": (
        "It is an emergency number: Call24 does not place emergency calls",
        "Use a mobile phone, or another telephone",
    ),
    "invitation_due": (
        "The address's domain is not granted to the organisation",
        "Invite the user (`/v1/invitations`)",
    ),
    "network_not_granted": ("An address of the trunk is not granted to the organisation", _OPERATOR),
    "short_name_not_granted": (
        "The short name is not the beginning of a domain that is granted to the organisation",
        _OPERATOR,
    ),
    "number_not_granted": ("The number is not granted to the organisation", _OPERATOR),
    "email_taken": ("There is already an account with this e-mail address", _OTHER),
    "error": (
        "Something went wrong in the server, or it answers with a status that has no code of its own",
        "Report it with the answer's `X-Request-Id`: the server's log names it",
    ),
    "export_not_done": (
        "The export's file does not exist yet, or was deleted",
        "Check the export's state; create another one",
    ),
    "flow_changed": ("Somebody else has changed the flow", _READ),
    "flow_has_problems": ("The flow has problems that prevent publishing", "Fix the problems listed in `errors`"),
    "flow_in_use": ("Something refers to the flow", _FREE),
    "flow_name_taken": ("There is already a flow with this name", _OTHER),
    "forbidden": ("A permission is missing; where one can be granted, `permission` names it", _ASK),
    "frozen": ("Outgoing calls are frozen because they looked like fraud", "An owner can lift it (`/v1/fence`)"),
    "headers_too_large": (
        "The headers have more than 64 KB, or there are more than 200",
        "Send fewer or shorter headers",
    ),
    "hours_in_use": ("Something uses the opening hours", _FREE),
    "hours_name_taken": ("There are already opening hours with this name", _OTHER),
    "idempotency_key_in_use": ("A request with this Idempotency-Key is in progress", "Retry in a moment"),
    "idempotency_key_reused": (
        "This Idempotency-Key was used for another request",
        "Use a new key for a new request",
    ),
    "idempotency_outcome_unknown": (
        "The server stopped while it processed the request with this key",
        "Check whether it was carried out; then use a new key",
    ),
    "in_conference": ("The call is a conference", "Remove the consult party first"),
    "invalid": ("Some fields are invalid", "Fix the fields listed in `errors`"),
    "invalid_credentials": ("The e-mail address or the password is wrong", "Try again, or reset the password"),
    "last_owner": ("An organisation must have an owner who can sign in", "Make another user owner first"),
    "malformed_json": ("The body is not valid JSON", "Fix the body"),
    "method_not_allowed": ("The URL exists, but not for this method", "Use a method listed in `Allow`"),
    "mfa_due": (
        "Step-up required: the last second factor is older than 15 minutes",
        "Send it to `POST /v1/me/mfa/proof`, then retry",
    ),
    "mfa_off": ("The user has no authenticator app, or no second factor", "Set one up first"),
    "mfa_on": ("The user already has an authenticator app", "Remove it first"),
    "mfa_required": (
        "A second factor is required",
        "At sign-in: send `code`. When removing one: set up another first",
    ),
    "mfa_setup_due": (
        "The organisation requires a second factor, and the user has none",
        "Set one up: `/v1/me/mfa`",
    ),
    "minutes_used_up": ("Today's outgoing minutes are used up", _RULES),
    "name_taken": ("The name is already in use", _OTHER),
    "network_away": ("No phone can be rung at the moment", _AGAIN),
    "no_customer": ("An internal call has no customer", "Nothing: this is for calls with customers"),
    "no_device": ("This needs a session of the app, not an API token", "Sign in"),
    "no_line_free": ("The organisation has reached its number of concurrent calls", _LATER),
    "no_number_to_show": (
        "The organisation has no verified number to show",
        "Add a number, and let a call come in on it",
    ),
    "no_phone": ("The user is not signed in on a device with a phone", "Open the app on a device"),
    "no_provider": (
        "No identity provider is configured for this",
        "Sign in with a password; check the organisation's short name",
    ),
    "no_third": ("There is no consult party in the call", "Start a consultation first"),
    "no_version": ("The resource has no version to compare with If-Match", "Retry without If-Match"),
    "not_a_number": ("This is not a phone number", "Use the international form: +442079460123"),
    "not_answered": ("The call has not been answered yet", _LATER),
    "not_connected": ("Nobody is talking in the call at the moment", _LATER),
    "not_found": (
        "The resource does not exist, or belongs to another organisation",
        "Check the id, and which organisation the token belongs to",
    ),
    "not_held": ("The call is not on hold", _NOTHING),
    "not_in_conference": ("The call is not a conference", _NOTHING),
    "not_in_hand": ("The user does not have this call, or its wrap-up is over", "Nothing: it is too late"),
    "not_listening": ("The user does not monitor this call yet", "Start listening first"),
    "not_muted": ("The agent is not muted", _NOTHING),
    "not_offered": ("The call does not ring for this user", "Nothing: it ended, or went to another agent"),
    "not_yours": (
        "Another agent has the call; this user is only the consult party",
        "Leave it to the other agent",
    ),
    "number_taken": ("The number is already in use", _OTHER),
    "on_hold": ("The customer is on hold", "Resume the call first"),
    "own_call": ("The user is in this call and cannot monitor it", "Nothing"),
    "passkey_known": ("The passkey is already registered", _NOTHING),
    "passkey_needs_name": ("Passkeys need a host name", "Open the app by its host name, not by an IP address"),
    "passkey_refused": ("The passkey could not be verified, or its challenge has expired", _PROOF),
    "passkey_suspect": (
        "The passkey may have been copied and no longer works",
        "Use a code, and remove the passkey",
    ),
    "phone_not_registered": (
        "None of the user's phones is registered",
        "Open the app and wait until it is connected",
    ),
    "phone_away": ("The agent's phone is reconnecting", "Retry in a moment"),
    "premium_denied": ("The organisation's policy denies premium-rate numbers", _RULES),
    "prompt_in_use": ("Something plays the prompt", _FREE),
    "prompt_name_taken": ("There is already a prompt with this name", _OTHER),
    "provider_away": ("The organisation's identity provider cannot be reached", _AGAIN),
    "provider_refused": (
        "The organisation's identity provider did not let the user in",
        "Start again; the server's log says why",
    ),
    "provider_required": (
        "The organisation requires single sign-on",
        "Use `POST /v1/auth/provider/begin`",
    ),
    "queue_in_use": ("Something leads to the queue", _FREE),
    "queue_name_taken": ("There is already a queue with this name", _OTHER),
    "recording_damaged": ("The recording's file is damaged", "Restore it from a backup"),
    "recording_key_foreign": (
        "The recording was encrypted with another installation's key",
        "Restore this installation's key",
    ),
    "recording_never": ("Calls of this queue are never recorded", "An administrator can change the queue"),
    "recording_not_paused": ("The recording is not paused", _NOTHING),
    "recording_off": ("The call is not being recorded", "Start the recording first"),
    "recording_on": ("The call is already being recorded", _NOTHING),
    "recording_paused": ("The recording is already paused", _NOTHING),
    "role_in_use": ("Users have this role", "Give them another role first"),
    "satellite_denied": ("The organisation's policy denies satellite numbers", _RULES),
    "setup_done": ("The first organisation already exists", "Sign in"),
    "setup_token": ("The setup link is invalid or was already used", "Use the newest link from the server's log"),
    "short_name_taken": ("Another organisation uses this short name for single sign-on", _OTHER),
    "speech_absent": ("The server has no text-to-speech program", "Install espeak-ng, or upload an audio file"),
    "speech_failed": ("The text could not be converted to speech", "Try again, or upload an audio file"),
    "symmetric_rtp_differs": (
        "A trunk of another organisation at one of these addresses has a different symmetric_rtp",
        "Set symmetric_rtp as `detail` says, or ask the operator of this installation",
    ),
    "task_changed": ("Somebody else has changed the task", _READ),
    "third_not_answered": ("The consult party has not answered yet", "Wait, or cancel"),
    "third_there": ("There is already a consult party in the call", "Complete or cancel the consultation first"),
    "token_expired": ("The session has expired", "Sign in again"),
    "too_large": ("The body is too large", "Send less; `detail` says how much"),
    "too_many": ("The organisation has reached the limit", _MOST),
    "too_many_attempts": ("Too many attempts for this account or from this address", _AGAIN),
    "too_many_calls": ("Too many concurrent outgoing calls", "Wait until one has ended"),
    "too_many_exports": ("Too many exports at the same time, or today", "Wait until one is done, or until tomorrow"),
    "too_many_flows": ("The organisation has reached its number of flows", _MOST),
    "too_many_idempotency_keys": ("The user or the organisation has used too many idempotency keys today", _AGAIN),
    "too_many_invitations": ("Too many invitations are open", "Withdraw some that are no longer needed"),
    "too_many_passkeys": ("The user has reached the number of passkeys", _MOST),
    "too_many_per_minute": ("Too many outgoing calls in a minute", "Wait a minute"),
    "too_many_prompts": ("The organisation has reached its number of prompts", _MOST),
    "too_many_requests": ("Too many requests in a minute", _AGAIN),
    "too_many_tokens": ("The user has reached the number of tokens", _MOST),
    "too_many_networks": (
        "The trunks of the organisation, or of the installation, have too many addresses",
        "Use fewer addresses, or ask the operator to change --trunk-networks-each or --trunk-networks",
    ),
    "too_many_trunks": ("An organisation has at most 20 trunks", _MOST),
    "too_much": ("The period has more data than one request can process", "Request a shorter period"),
    "too_slow": ("The body did not arrive in time", "Try again over a faster network"),
    "trunk_in_use": ("Numbers use this trunk", "Move or delete them first"),
    "unauthenticated": ("The token is missing or invalid", "Sign in, or create a new token"),
    "unavailable": ("A required component is not available", _AGAIN),
    "unsupported_media_type": (
        "The body has a media type that the operation does not take, or a content coding",
        "Send it uncompressed, as a type that the answer's `Accept` names",
    ),
    "unusable_picture": ("The picture could not be read", "Send a PNG, JPEG or WebP file"),
    "unusable_sound": ("The audio file could not be read", "Send a WAV, MP3, Ogg or FLAC file"),
    "user_in_use": ("A flow refers to the user", _FREE),
    "user_on_call": ("The user is on a call", "Wait until it is over"),
    "wrong_code": ("The code is wrong or was already used", "Wait for the authenticator's next code"),
    "wrong_password": ("The password is wrong", "Try again"),
}
"""Code -> what it means; what to do about it."""

_TITLES = {
    "bad_request": "Bad Request",
    "malformed_json": "The body is not JSON",
    "method_not_allowed": "Method Not Allowed",
    "too_slow": "The request took too long",
    "too_large": "The request is too large",
    "unsupported_media_type": "The media type is not supported",
    "changed_meanwhile": "The condition is not met",
    "no_version": "The condition is not met",
    "too_many_requests": "Too many requests",
    "headers_too_large": "The headers are too large",
    "error": "Something went wrong",
}
_OF_STATUS = {kind.status: kind.title for kind in Call24Error.__subclasses__()}


_MORE: Mapping[str, Mapping[str, Any]] = {
    "invalid": {"errors": [{"field": "name", "message": "is required"}]},
    "forbidden": {"permission": "users.write"},
}


PLACE = "/problems"
"""Where problem_pages.py serves the pages."""


def type_of(code: str) -> str:
    """The address of the page that explains it, on whichever host answered. Source: RFC 9457, 3.1.1 and 4.2."""
    return f"{PLACE}/{code}"


def example(status: int, code: str) -> dict[str, Any]:
    """The problem as it is returned."""
    told: dict[str, Any] = {
        "type": type_of(code),
        "title": _TITLES.get(code) or _OF_STATUS[status],
        "status": status,
        "detail": WORDS[code][0],
        "code": code,
    }
    return {**told, **_MORE.get(code, {})}
