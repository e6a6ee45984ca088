"""The one tree of errors that Call24 raises on purpose.

    Call24Error
    ├── Invalid          422  the input breaks a rule
    ├── Unauthenticated  401  no usable credentials
    ├── Refused          403  known, but not allowed
    ├── NoEmergencyCalls 403  an emergency number was dialled
    ├── NotFound         404  does not exist, or belongs to another tenant
    ├── Conflict         409  contradicts what is stored
    ├── TooMany          429  over a stated rate
    └── Unavailable      503  a required component is not available

`code` is part of the API and is never renamed. Trouble that is expected from outside (a channel that is gone, an
unknown number) is a signal or a result, not an error.
"""

from __future__ import annotations

from collections.abc import Sequence


class Call24Error(Exception):
    """An error with a stable `code`, an HTTP status and a sentence for the reader.

    `errors` lists single fields as (place, message); `retry_after_s` says when trying again makes sense.
    """

    code: str = "error"
    status: int = 500
    title: str = "Something went wrong"

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        errors: Sequence[tuple[str, str]] = (),
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.retry_after_s = retry_after_s
        if code is not None:
            self.code = code


class Invalid(Call24Error):
    code, status, title = "invalid", 422, "The request is not valid"


class BadRequest(Call24Error):
    """Only for who follows somebody else's standard that asks for 400; elsewhere what is wrong is `Invalid`."""

    code, status, title = "bad_request", 400, "Bad Request"


class Unauthenticated(Call24Error):
    code, status, title = "unauthenticated", 401, "Sign in first"


class Refused(Call24Error):
    """`permission`: the missing one, as an administrator grants it; None where nothing that is granted helps."""

    code, status, title = "forbidden", 403, "Not allowed"

    def __init__(self, detail: str = "", *, code: str | None = None, permission: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.permission = permission


class NoEmergencyCalls(Call24Error):
    code, status = "emergency_number", 403
    title = "Call24 does not place emergency calls: use a mobile phone"


class NotFound(Call24Error):
    code, status, title = "not_found", 404, "There is nothing here"


class Conflict(Call24Error):
    code, status, title = "conflict", 409, "The request conflicts with the current state"


class TooMany(Call24Error):
    code, status, title = "too_many_attempts", 429, "Too many attempts"


class Unavailable(Call24Error):
    code, status, title = "unavailable", 503, "A required component is not available"
