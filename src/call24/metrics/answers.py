"""How the installation is: for operators in the app, and for this machine's own command."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.kit.answers import Instant
from call24.metrics.status_rules import PartName, State

_State = Annotated[
    State,
    Field(description="`look`: somebody should look at it; `wrong`: something does not work; `unknown`: not known now"),
]


class InstallationPart(TypedDict):
    """A part of the installation."""

    name: PartName
    state: _State
    since: Annotated[Instant, Field(description="When it was first seen in this state, since the server started")]
    seen: Annotated[str, Field(description="What there is, in words")]
    figures: Annotated[
        dict[str, float],
        Field(description="What `seen` is made of: counts, bytes, seconds (`_s`), instants in Unix time (`at`, `_at`)"),
    ]
    advice: Annotated[str, Field(description="What to do; empty if nothing is to be done")]
    advice_code: Annotated[str, Field(description="Which advice it is; empty if nothing is to be done")]
    runbook: Annotated[
        str | None, Field(description="The page that says more: `GET /v1/installation/runbooks/{name}`; null if none")
    ]


class InstallationStatus(TypedDict):
    """How the installation is: its parts, and what to do about those that are not well. It names no organisation."""

    version: Annotated[str, Field(description="Of Call24")]
    schema: Annotated[int, Field(description="Of the stored data")]
    asterisk_version: Annotated[str, Field(description="Empty if it does not answer")]
    mongodb_version: Annotated[str, Field(description="Empty if it does not answer")]
    started_at: Annotated[Instant, Field(description="When the server was started")]
    at: Annotated[Instant, Field(description="When this was looked at: some seconds ago at most")]
    state: Annotated[State, Field(description="The worst of its parts that count")]
    parts: list[InstallationPart]


class Runbook(TypedDict):
    """What to do when a part of the installation is not well. In English, as the documentation."""

    name: str
    text: Annotated[str, Field(description="Markdown")]
