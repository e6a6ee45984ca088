"""What this machine's own tools are answered: `./call24 doctor` and `./call24 organisation`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

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


class InstallationPart(TypedDict):
    """`seen`: what there is, in words; `advice`: what to do, empty where nothing is to be done."""

    name: str
    state: Literal["ok", "look", "wrong", "unknown"]
    seen: str
    advice: str


class InstallationStatus(TypedDict):
    """How the installation is. `state`: the worst of its parts; `schema`: of its data; empty versions: no answer."""

    version: str
    schema: int
    asterisk_version: str
    mongodb_version: str
    started_at: str
    at: str
    state: Literal["ok", "look", "wrong", "unknown"]
    parts: list[InstallationPart]


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
