"""The codes of problems that belong to no room: of requests, of the layers around them, and of what many rooms say."""

from __future__ import annotations

from call24.kit.problem_type import AGAIN, ASK, MOST, OTHER, READ, ProblemType

PROBLEM_TYPES = (
    ProblemType(
        "operator_only",
        403,
        "Only an operator of the installation can do this, signed in to the app",
        "Ask whoever runs the installation, who names operators on its machine",
    ),
    ProblemType("bad_request", 400, "The request could not be parsed", "Fix the request"),
    ProblemType("malformed_json", 400, "The body is not valid JSON", "Fix the body"),
    ProblemType("unauthenticated", 401, "The token is missing or invalid", "Sign in, or create a new token"),
    ProblemType("forbidden", 403, "A permission is missing; where one can be granted, `permission` names it", ASK),
    ProblemType(
        "not_found",
        404,
        "The resource does not exist, or belongs to another organisation",
        "Check the id, and which organisation the token belongs to",
    ),
    ProblemType("method_not_allowed", 405, "The URL exists, but not for this method", "Use a method listed in `Allow`"),
    ProblemType("too_slow", 408, "The body did not arrive in time", "Try again over a faster network"),
    ProblemType("conflict", 409, "The request conflicts with the current state", READ),
    ProblemType("name_taken", 409, "The name is already in use", OTHER),
    ProblemType("too_many", 409, "The organisation has reached the limit", MOST),
    ProblemType(
        "changed_meanwhile",
        412,
        "The resource has changed since it was read",
        "Read it again; `ETag` has the current version",
    ),
    ProblemType("no_version", 412, "The resource has no version to compare with If-Match", "Retry without If-Match"),
    ProblemType("too_large", 413, "The body is too large", "Send less; `detail` says how much"),
    ProblemType(
        "unsupported_media_type",
        415,
        "The body has a media type that the operation does not take, or a content coding",
        "Send it uncompressed, as a type that the answer's `Accept` names",
    ),
    ProblemType(
        "headers_too_large",
        431,
        "The headers have more than 64 KB, or there are more than 200",
        "Send fewer or shorter headers",
    ),
    ProblemType("invalid", 422, "Some fields are invalid", "Fix the fields listed in `errors`"),
    ProblemType("too_many_attempts", 429, "Too many attempts for this account or from this address", AGAIN),
    ProblemType("too_many_requests", 429, "Too many requests in a minute", AGAIN),
    ProblemType(
        "error",
        500,
        "Something went wrong in the server, or it answers with a status that has no code of its own",
        "Report it with the answer's `X-Request-Id`: the server's log names it",
    ),
    ProblemType("unavailable", 503, "A required component is not available", AGAIN),
)
