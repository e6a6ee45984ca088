"""What each problem means to who asked and what they can do, by its code; and one of each as it is answered.

Which status has which code is in codes.py; which operation answers which, in refusals.py. The page made of this is
docs/reference/problems.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from call24.kit.errors import Call24Error

_AGAIN = "Try again after the seconds in `Retry-After`"
_ASK = "Ask somebody who may, or use a token that may"
_READ = "Read the thing again, then decide"
_LATER = "Wait until the call has come so far: realtime tells"
_FREE = "Change what uses it first; `detail` names it"
_OTHER = "Choose another"
_OPERATOR = "Ask who runs this installation (`./call24 grant`)"
_MOST = "Delete some that nobody needs"
_PROOF = "Try again with a fresh one"
_RULES = "An owner can change the calling rules (`/v1/fence`)"
_NOTHING = "Nothing: it is so already"

WORDS: Mapping[str, tuple[str, str]] = {
    "agent_busy": ("The user is on a call, or one is ringing", "End it first"),
    "address_not_granted": ("No e-mail is sent here, and the address's domain was not granted", _OPERATOR),
    "already_held": ("The call is on hold already", _NOTHING),
    "already_muted": ("The agent is muted already", _NOTHING),
    "bad_request": ("The request could not be read", "Mend how it is sent"),
    "beyond_own": ("Nobody gives, or takes from somebody, what they may not do themselves", _ASK),
    "changed_meanwhile": ("Somebody changed the thing since it was read", "Read it again; `ETag` has the present tag"),
    "conflict": ("It contradicts what is stored, or what goes on", _READ),
    "colleague_busy": ("The colleague is on a call, or wraps one up", _LATER),
    "colleague_no_phone": ("No phone of the colleague is registered", "Ask somebody else; they have to open the app"),
    "colleague_offline": ("The colleague is offline", "Ask somebody else"),
    "consulting": ("A third is being consulted in the call", "Complete or cancel the consultation first"),
    "customer_in_call": ("The number is that of the customer in this call", "Choose somebody else"),
    "delivery_waiting": ("The message waits to be sent already", _NOTHING),
    "destination_denied": ("The organisation does not call this country or number", _RULES),
    "disposition_required": ("What the last call came to has not been said", "Give its disposition first"),
    "emergency_number": (
        "It is an emergency number: Call24 does not place emergency calls",
        "Use a mobile phone, or another telephone",
    ),
    "invitation_due": ("The address's domain was not granted to the organisation", "Invite them (`/v1/invitations`)"),
    "network_not_granted": ("An address of the trunk was not granted to the organisation", _OPERATOR),
    "short_name_not_granted": ("The short name begins no domain that was granted to the organisation", _OPERATOR),
    "number_not_granted": ("The number was not granted to the organisation", _OPERATOR),
    "email_taken": ("There is an account with this e-mail address", _OTHER),
    "export_not_done": ("The export's file is not there yet, or not any more", "Look at its state; make another one"),
    "flow_changed": ("Somebody else changed the flow meanwhile", _READ),
    "flow_has_problems": ("The flow cannot be published like this", "Mend what `errors` lists"),
    "flow_in_use": ("Something leads to the flow", _FREE),
    "flow_name_taken": ("There is a flow with this name", _OTHER),
    "forbidden": ("Who asks is known, but may not do this", _ASK),
    "frozen": ("Calls to the outside were stopped: it looked like fraud", "An owner can lift it (`/v1/fence`)"),
    "headers_too_large": (
        "The headers have more than 64 KB, or there are more than 200",
        "Send fewer, or shorter ones",
    ),
    "hours_in_use": ("Something uses the opening hours", _FREE),
    "hours_name_taken": ("There are opening hours with this name", _OTHER),
    "idempotency_key_in_use": ("A request with this Idempotency-Key is being worked on", "Ask again in a moment"),
    "idempotency_key_reused": ("This Idempotency-Key was used for another request", "Take a new key for a new request"),
    "idempotency_outcome_unknown": (
        "The server ended while it worked on the request with this key",
        "Look whether it was done; then use a new key",
    ),
    "in_conference": ("All three are connected", "Drop the third first"),
    "invalid": ("Some of what was sent is not as it should be", "Mend the fields that `errors` names"),
    "invalid_credentials": ("The e-mail address or the password is wrong", "Try again, or have the password reset"),
    "last_owner": ("An organisation keeps an owner who can sign in", "Make somebody else an owner first"),
    "malformed_json": ("The body is not JSON", "Mend the body"),
    "method_not_allowed": ("The address is there, but not for this method", "Use a method that `Allow` names"),
    "mfa_due": ("This needs a second proof that is not older than 15 minutes", "`POST /v1/me/mfa/proof`, then again"),
    "mfa_off": ("There is no authenticator, or no second proof", "Set one up first"),
    "mfa_on": ("There is an authenticator already", "Remove it first"),
    "mfa_required": ("A second proof is asked for", "Signing in: send `code`. Removing one: set up another first"),
    "mfa_setup_due": ("The organisation asks for a second proof, and the user has none", "Set one up: `/v1/me/mfa`"),
    "minutes_used_up": ("Today's outgoing minutes are used up", _RULES),
    "name_taken": ("There is one of this name", _OTHER),
    "network_away": ("No phone can be rung at this moment", _AGAIN),
    "no_customer": ("There is no customer in an internal call", "Nothing: this is for calls with customers"),
    "no_device": ("This needs a signed-in app, not a machine's token", "Sign in"),
    "no_line_free": ("The organisation has as many calls as it may have at a time", _LATER),
    "no_number_to_show": ("There is no number that the call could show", "Add a number, and have a call come in on it"),
    "no_phone": ("None of the user's phones is signed in", "Open the app on a device"),
    "no_provider": ("Nobody signs in in this way", "Sign in with a password; look at the organisation's short name"),
    "no_third": ("Nobody is consulted in the call", "Consult somebody first"),
    "no_version": ("The address has no version that If-Match could name", "Ask without If-Match"),
    "not_a_number": ("That is not a phone number", "Write it in international form: +442079460123"),
    "not_answered": ("The call has not been answered yet", _LATER),
    "not_connected": ("Nobody talks in the call now", _LATER),
    "not_found": ("It does not exist, or belongs to another organisation", "Look at the id, and whose token it is"),
    "not_held": ("The call is not on hold", _NOTHING),
    "not_in_conference": ("The call is no conference", _NOTHING),
    "not_in_hand": ("The user does not have this call, or its wrap-up is over", "Nothing: it is too late"),
    "not_listening": ("The user does not hear this call yet", "Listen to it first"),
    "not_muted": ("The agent is not muted", _NOTHING),
    "not_offered": ("The call does not ring there now", "Nothing: it is over, or went to somebody else"),
    "not_yours": ("Another agent has the call; this one is only consulted in it", "Leave it to the other agent"),
    "number_taken": ("The number is in use", _OTHER),
    "on_hold": ("The customer is on hold", "Resume the call first"),
    "own_call": ("The user is in this call", "Nothing: one does not listen to oneself"),
    "passkey_known": ("The passkey is known already", _NOTHING),
    "passkey_needs_name": ("Passkeys need an address with a name", "Open the app by its name, not by a number"),
    "passkey_refused": ("The passkey was not taken, or its challenge is over", _PROOF),
    "passkey_suspect": ("The passkey may have been copied: it opens nothing now", "Use a code; remove the passkey"),
    "phone_not_registered": ("None of the user's phones is registered", "Open the app, wait until it is connected"),
    "phone_away": ("The agent's phone is being connected anew", "Ask again in a moment"),
    "premium_denied": ("Numbers of special cost are not called", _RULES),
    "prompt_in_use": ("Something plays the prompt", _FREE),
    "prompt_name_taken": ("There is a prompt with this name", _OTHER),
    "provider_away": ("The organisation's sign-in cannot be reached", _AGAIN),
    "provider_refused": ("The organisation's sign-in did not let the user in", "Begin anew; the server's log says why"),
    "provider_required": ("The organisation signs in with its own provider", "`POST /v1/auth/provider/begin`"),
    "queue_in_use": ("Something leads to the queue", _FREE),
    "queue_name_taken": ("There is a queue with this name", _OTHER),
    "recording_damaged": ("The recording's file is damaged", "Bring it back from a backup"),
    "recording_key_foreign": ("The recording's key is of another installation", "Bring this installation's key back"),
    "recording_never": ("Calls of this queue are never recorded", "An administrator can change the queue"),
    "recording_not_paused": ("The recording is not paused", _NOTHING),
    "recording_off": ("The call is not being recorded", "Start the recording first"),
    "recording_on": ("The call is being recorded already", _NOTHING),
    "recording_paused": ("The recording is paused already", _NOTHING),
    "role_in_use": ("Somebody has the role", "Give them another first"),
    "satellite_denied": ("Satellite phones are not called", _RULES),
    "setup_done": ("The first organisation exists already", "Sign in"),
    "setup_token": ("The link is not valid, or was used already", "Take the newest link from the server's log"),
    "short_name_taken": ("Another organisation signs in by this short name", _OTHER),
    "speech_absent": ("Nothing on the server can speak", "Install espeak-ng, or upload a sound"),
    "speech_failed": ("The text could not be spoken", "Try again, or upload a sound"),
    "symmetric_rtp_differs": (
        "Another organisation's trunk at one of these addresses has another symmetric_rtp",
        "Set symmetric_rtp as the answer says, or ask who runs this installation",
    ),
    "task_changed": ("Somebody else has changed the task", _READ),
    "third_not_answered": ("The third has not answered yet", "Wait, or cancel"),
    "third_there": ("Somebody is consulted in the call already", "Complete or cancel that first"),
    "token_expired": ("The session has expired", "Sign in again"),
    "too_large": ("The body is too large", "Send less; `detail` says how much"),
    "too_many": ("There are as many as there may be", _MOST),
    "too_many_attempts": ("Too many attempts for this account or from this address", _AGAIN),
    "too_many_calls": ("Too many outgoing calls at once", "Wait until one has ended"),
    "too_many_exports": ("Too many exports at once, or on one day", "Wait until one is done, or for tomorrow"),
    "too_many_flows": ("The organisation has as many flows as it may have", _MOST),
    "too_many_idempotency_keys": ("The user has as many keys of this day as are kept", _AGAIN),
    "too_many_invitations": ("As many invitations are open as may be", "Withdraw some that nobody needs"),
    "too_many_passkeys": ("The user has as many passkeys as may be", _MOST),
    "too_many_per_minute": ("Too many outgoing calls in a minute", "Wait a minute"),
    "too_many_prompts": ("The organisation has as many prompts as it may have", _MOST),
    "too_many_requests": ("More requests in a minute than are answered", _AGAIN),
    "too_many_tokens": ("The user has as many tokens as may be", _MOST),
    "too_many_networks": (
        "The trunks of the organisation, or of all, name as many addresses as the operator allows",
        "Name fewer addresses, or ask the operator for --trunk-networks-each or --trunk-networks",
    ),
    "too_many_trunks": ("An organisation has at most 20 trunks", _MOST),
    "too_much": ("There is more in this stretch of time than is gone through at once", "Ask for a shorter stretch"),
    "too_slow": ("The body did not arrive in time", "Try again over a better network"),
    "trunk_in_use": ("Numbers are on this trunk", "Move or remove them first"),
    "unauthenticated": ("There is no token, or none that opens anything", "Sign in, or make a new token"),
    "unavailable": ("Something that is needed is away", _AGAIN),
    "unusable_picture": ("The picture could not be read", "Send a PNG, JPEG or WebP"),
    "unusable_sound": ("The sound could not be read", "Send a WAV, MP3, Ogg or FLAC"),
    "user_in_use": ("A flow leads to the user", _FREE),
    "user_on_call": ("The user is on a call", "Wait until it is over"),
    "wrong_code": ("The code is wrong, or was used already", "Wait for the authenticator's next one"),
    "wrong_password": ("That is not the user's password", "Try again"),
}
"""Code -> what it means; what to do."""

_TITLES = {
    "bad_request": "Bad Request",
    "malformed_json": "The body is not JSON",
    "method_not_allowed": "Method Not Allowed",
    "too_slow": "The request took too long",
    "too_large": "The request is too large",
    "changed_meanwhile": "The condition does not hold",
    "no_version": "The condition does not hold",
    "too_many_requests": "Too many requests",
    "headers_too_large": "The headers are too large",
}
_OF_STATUS = {kind.status: kind.title for kind in Call24Error.__subclasses__()}


def type_of(code: str) -> str:
    return f"urn:call24:problem:{code}"


def example(status: int, code: str) -> dict[str, Any]:
    """Such a problem as it is answered."""
    told: dict[str, Any] = {
        "type": type_of(code),
        "title": _TITLES.get(code) or _OF_STATUS[status],
        "status": status,
        "detail": WORDS[code][0],
        "code": code,
    }
    return {**told, "errors": [{"field": "name", "message": "Field required"}]} if code == "invalid" else told
