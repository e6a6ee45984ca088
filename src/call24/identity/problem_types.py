"""The codes of this room's problems: what each means, and what to do about it."""

from __future__ import annotations

from call24.kit.problem_type import AGAIN, ASK, MOST, NOTHING, OPERATOR, OTHER, ProblemType

_PROOF = "Try again with a new challenge"

PROBLEM_TYPES = (
    ProblemType(
        "address_not_granted",
        403,
        "This installation sends no e-mail, and the address's domain is not granted to the organisation",
        OPERATOR,
    ),
    ProblemType("beyond_own", 403, "Nobody can grant or remove a permission that they do not have", ASK),
    ProblemType("email_taken", 409, "There is already an account with this e-mail address", OTHER),
    ProblemType(
        "invalid_credentials", 401, "The e-mail address or the password is wrong", "Try again, or reset the password"
    ),
    ProblemType(
        "invitation_due",
        403,
        "The address's domain is not granted to the organisation",
        "Invite the user (`/v1/invitations`)",
    ),
    ProblemType(
        "last_owner", 409, "An organisation must have an owner who can sign in", "Make another user owner first"
    ),
    ProblemType(
        "mfa_due",
        403,
        "Step-up required: the last second factor is older than 15 minutes",
        "Send it to `POST /v1/me/mfa/proof`, then retry",
    ),
    ProblemType("not_eligible", 403, "An account cannot be created", "Ask the organisation that invited you"),
    ProblemType("mfa_off", (403, 409), "The user has no authenticator app, or no second factor", "Set one up first"),
    ProblemType("mfa_on", 409, "The user already has an authenticator app", "Remove it first"),
    ProblemType(
        "mfa_required",
        (401, 409),
        "A second factor is required",
        "At sign-in: send `code`. When removing one: set up another first",
    ),
    ProblemType(
        "mfa_setup_due",
        403,
        "The organisation requires a second factor, and the user has none",
        "Set one up: `/v1/me/mfa`",
    ),
    ProblemType("no_device", 403, "This needs a session of the app, not an API token", "Sign in"),
    ProblemType(
        "no_provider",
        404,
        "No identity provider is configured for this",
        "Sign in with a password; check the organisation's short name",
    ),
    ProblemType("passkey_known", 409, "The passkey is already registered", NOTHING),
    ProblemType(
        "passkey_needs_name", 409, "Passkeys need a host name", "Open the app by its host name, not by an IP address"
    ),
    ProblemType(
        "passkey_refused", (401, 403), "The passkey could not be verified, or its challenge has expired", _PROOF
    ),
    ProblemType(
        "passkey_suspect",
        (401, 403),
        "The passkey may have been copied and no longer works",
        "Use a code, and remove the passkey",
    ),
    ProblemType("provider_away", 503, "The organisation's identity provider cannot be reached", AGAIN),
    ProblemType(
        "provider_refused",
        (401, 409),
        "The organisation's identity provider did not let the user in",
        "Start again; the server's log says why",
    ),
    ProblemType(
        "provider_required", 401, "The organisation requires single sign-on", "Use `POST /v1/auth/provider/begin`"
    ),
    ProblemType("role_in_use", 409, "Users have this role", "Give them another role first"),
    ProblemType("setup_done", 409, "The first organisation already exists", "Sign in"),
    ProblemType(
        "setup_token", 403, "The setup link is invalid or was already used", "Use the newest link from the server's log"
    ),
    ProblemType(
        "short_name_not_granted",
        403,
        "The short name is not the beginning of a domain that is granted to the organisation",
        OPERATOR,
    ),
    ProblemType("short_name_taken", 409, "Another organisation uses this short name for single sign-on", OTHER),
    ProblemType("token_expired", 401, "The session has expired", "Sign in again"),
    ProblemType(
        "too_many_invitations", 429, "Too many invitations are open", "Withdraw some that are no longer needed"
    ),
    ProblemType("too_many_passkeys", 422, "The user has reached the number of passkeys", MOST),
    ProblemType("too_many_tokens", 422, "The user has reached the number of tokens", MOST),
    ProblemType("unusable_picture", 422, "The picture could not be read", "Send a PNG, JPEG, WebP or HEIC file"),
    ProblemType(
        "wrong_code", (401, 403), "The code is wrong or was already used", "Wait for the authenticator's next code"
    ),
    ProblemType("wrong_password", 403, "The password is wrong", "Try again"),
)
