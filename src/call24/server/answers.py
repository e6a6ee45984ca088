"""What this machine's own tools are answered: `./call24 doctor` and `./call24 organisation`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from call24.identity.operators import ProofKind
from call24.kit.ids import CallId, QueueId, TenantId, TrunkId, UserId


class DoctorOrganisation(TypedDict):
    """A temporary organisation for a test call, and how its agent signs in."""

    tenant_id: TenantId
    trunk_id: TrunkId
    number: str
    queue_id: QueueId
    user_id: UserId
    email: str
    password: str


class NewTenant(TypedDict):
    """An organisation that was made, and its owner."""

    tenant_id: TenantId
    owner_id: UserId


class OperatorLines(TypedDict):
    """What an organisation may use. `max_calls` null: as many as this installation has lines for.

    `calls`: in use now; `limit`: the most it may use; `refused`: calls refused since the server started.
    """

    numbers: tuple[str, ...] | None
    domains: tuple[str, ...] | None
    networks: tuple[str, ...] | None
    max_calls: int | None
    calls: int
    limit: int
    refused: int


class OperatorOrganisation(OperatorLines):
    """An organisation, as the operator sees it."""

    id: TenantId
    name: str


class OperatorOrganisationList(TypedDict):
    """Every organisation."""

    items: list[OperatorOrganisation]
    next: None


class SetUpFactor(TypedDict):
    """A second factor of a user, and when it was set up."""

    kind: ProofKind
    created_at: str


class OperatorAccount(TypedDict):
    """A user who operates the installation in the app, or may. `since`: null for who does not."""

    id: UserId
    tenant_id: TenantId
    organisation: str
    name: str
    email: str
    since: str | None
    second_factors: list[SetUpFactor]


class OperatorAccountList(TypedDict):
    """Every operator."""

    items: list[OperatorAccount]
    next: None


LadderLane = Literal["customer", "call24", "agent", "other"]
CallLadderStep = TypedDict(
    "CallLadderStep", {"seq": int, "after_s": float, "from": LadderLane, "to": LadderLane, "text": str}
)


class CallLadder(TypedDict):
    """A call step by step. `number`: of the customer, masked unless it was asked for; null: not known, or not shown."""

    id: CallId
    tenant_id: TenantId
    direction: str
    at: str
    outcome: str
    number: str | None
    steps: list[CallLadderStep]
