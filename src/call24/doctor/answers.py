"""What the API answers about the doctor's checks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from call24.doctor.check_names import CheckName
from call24.doctor.number_test_model import StepName, Trouble
from call24.doctor.trunk_test import Verdict
from call24.kit.answers import Instant
from call24.tenants.model import TrunkState


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


class NumberTestStep(TypedDict):
    """A step of a test call."""

    name: Annotated[
        StepName,
        Field(
            description="`placed`: Call24 took the call; `greeted`: the caller hears something; `queued`: it waits in "
            "a queue; `rang`: an agent's phone rings; `answered`: an agent has it; `heard`: the caller hears the agent"
        ),
    ]
    reached_at: Annotated[Instant | None, Field(description="null: not yet, or never")]


class NumberTestAnswer(TypedDict):
    """A test call to a number of the organisation."""

    state: Annotated[Literal["never", "running", "passed", "failed"], Field(description="`passed`: all steps")]
    started_at: Instant | None
    ended_at: Instant | None
    steps: Annotated[list[NumberTestStep], Field(description="In their order; empty if there was no test call")]
    queue_id: Annotated[str | None, Field(description="The queue that it came to")]
    rang: Annotated[list[str], Field(description="Names of the agents whose phones rang, in order")]
    answered_by: Annotated[str | None, Field(description="The name of the agent who answered")]
    trouble: Annotated[
        Trouble | None,
        Field(
            description="Why the next step was not reached. `no_line`: the organisation's concurrent calls are used "
            "up; `no_queue`: the flow leads to no queue without a key; `closed`: outside the queue's opening hours; "
            "`outside`: the flow forwards to an outside number, which a test call does not dial; `trouble`: the "
            "server's log says more"
        ),
    ]


class TrunkTestAnswer(TypedDict):
    """What a test of a trunk has found."""

    tested_at: Instant
    verdict: Annotated[
        Verdict,
        Field(
            description="`answers`: the host answered, whatever its code; `silent`: it did not within four seconds; "
            "`unreachable`: the connection was refused; `no_address`: the host's name leads nowhere; `forbidden`: it "
            "leads where this installation allows no trunk; `certificate`: TLS failed; `inbound_only`: it has no host"
        ),
    ]
    code: Annotated[int | None, Field(description="The SIP code that it answered to OPTIONS")]
    rtt_ms: Annotated[int | None, Field(description="How long the answer took")]
    register_code: Annotated[
        int | None,
        Field(
            description="The SIP code that it answered to the login: 200 takes it, 401, 403 and 407 refuse it. Null: "
            "the trunk does not register, or no answer came"
        ),
    ]
    certificate: Annotated[str | None, Field(description="What is wrong with its certificate, in words")]
    status: Annotated[TrunkState, Field(description="As Asterisk sees the trunk")]
    since: Annotated[Instant | None, Field(description="Since when")]
