"""How long something is kept: each rule is a type, so that it can be executed or checked, and says itself in words.

`OnItsDay` and `WithCall` are what the sweeper works by (privacy/service.py), `WithAccount` what deletion of an account
does, `WithOrganisation` what closing an organisation does, `Expires` what a TTL index of MongoDB does, `ByAge` what is
done with files, `UntilSignOut` what the app does. Tests hold each to what carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class WithDocument:
    """Of a field: as long as its document."""

    def __str__(self) -> str:
        return "with its document"


@dataclass(frozen=True, slots=True)
class WithOrganisation:
    """Until the organisation is closed. What has a person in it needs an erasure of its own beside this.

    `although`: of a caller's data, why nothing ends it sooner; said on the page of the data map, and listed by a test.
    """

    although: str = ""

    def __str__(self) -> str:
        return "while the organisation exists" + (f": {self.although}" if self.although else "")


@dataclass(frozen=True, slots=True)
class WithInstallation:
    """Until the data folder is deleted. Never for what has a person in it."""

    def __str__(self) -> str:
        return "while the installation exists"


@dataclass(frozen=True, slots=True)
class WithAccount:
    """Until the account of the person is deleted, which deletes it."""

    def __str__(self) -> str:
        return "until the account is deleted"


@dataclass(frozen=True, slots=True)
class WithCall:
    """Until the day of its call: `delete_at` of the call record, 90 days after the call or as the organisation sets.

    `field` names the call; of the call record itself it is `id`. The sweeper deletes these documents with the call.
    """

    field: str = "call_id"

    def __str__(self) -> str:
        return "with its call: 90 days, or as the organisation sets"


@dataclass(frozen=True, slots=True)
class OnItsDay:
    """Until the time in `field` of the document. `period`: how that time comes about, in words.

    `by` sweeper: it deletes such documents itself, from this rule; room: the room that keeps it does when the sweeper
    asks, since there is more to it than a document. `call`: the field that names a call with which it goes already.
    `strict`: none may stay longer; where one does, an alarm is raised (privacy/retention_watch.py).
    """

    field: str = "delete_at"
    period: str = ""
    by: Literal["sweeper", "room"] = "sweeper"
    call: str | None = None
    strict: bool = True

    def __str__(self) -> str:
        return f"{self.period or 'until its day'} (`{self.field}`)"


@dataclass(frozen=True, slots=True)
class Expires:
    """MongoDB deletes it by a TTL index on `field`, `after` the time there, or up to a minute later."""

    field: str
    after: timedelta

    def __str__(self) -> str:
        return f"{_words(self.after)} after `{self.field}`, by a TTL index"


@dataclass(frozen=True, slots=True)
class Until:
    """Until something happens; `latest` is what ends it where that never happens, in words."""

    event: str
    latest: str

    def __str__(self) -> str:
        return f"until {self.event}; {self.latest} at the latest"


@dataclass(frozen=True, slots=True)
class WithParent:
    """As long as the document of another collection that it belongs to, and deleted with that.

    `by`: of a document, the field with the parent's id; a file's name begins with it.
    """

    collection: str
    by: str = ""

    def __str__(self) -> str:
        return f"as long as what it belongs to (`{self.collection}`)"


@dataclass(frozen=True, slots=True)
class ByAge:
    """Of a file: until it was last written so long ago.

    `by` sweeper: it deletes such files itself, from this rule; room: the room that keeps it does when the sweeper asks;
    parent: the parent process does, which has the logs of its children.
    """

    after: timedelta
    by: Literal["sweeper", "room", "parent"] = "sweeper"

    def __str__(self) -> str:
        return f"{_words(self.after)} after it was last written"


@dataclass(frozen=True, slots=True)
class UntilSignOut:
    """In a browser: until the user signs out, or the server ends the session."""

    def __str__(self) -> str:
        return "until sign-out, or the end of the session"


@dataclass(frozen=True, slots=True)
class AsAgreed:
    """Of what others were given: as they keep it. `by`: what binds them, in words."""

    by: str

    def __str__(self) -> str:
        return f"as agreed: {self.by}"


Retention = (
    WithDocument
    | WithOrganisation
    | WithInstallation
    | WithAccount
    | WithCall
    | OnItsDay
    | Expires
    | Until
    | WithParent
)


def _words(period: timedelta) -> str:
    for unit, seconds in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(round(period.total_seconds()), seconds)
        if count and not rest:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return str(period)
