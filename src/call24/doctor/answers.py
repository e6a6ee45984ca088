"""What the API answers about the doctor's checks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from call24.doctor.check_names import CheckName
from call24.kit.answers import Instant


class CheckFinding(TypedDict):
    """What one check found."""

    name: CheckName
    state: Annotated[
        Literal["pass", "warn", "fail"],
        Field(description="`warn`: somebody should look at it; `fail`: something does not work"),
    ]
    seen: Annotated[str, Field(description="What there is, in the doctor's words")]
    advice: Annotated[str, Field(description="What to do, in the doctor's words; empty if nothing is to be done")]
    took_s: float


class InstallationChecks(TypedDict):
    """The newest run of the doctor's checks. It names no organisation."""

    state: Annotated[
        Literal["never", "running", "done", "cut_off", "failed"],
        Field(
            description="`never`: not since the server started. `cut_off`: ended after two minutes, with what was "
            "found by then. `failed`: the checks could not be run; the server's log says why"
        ),
    ]
    started_at: Instant | None
    ended_at: Instant | None
    at_work: Annotated[CheckName | None, Field(description="The check that is under way")]
    checks: Annotated[int, Field(description="How many there are in the run; 0 until it is known")]
    findings: Annotated[list[CheckFinding], Field(description="Of the checks that are done, in their order")]
