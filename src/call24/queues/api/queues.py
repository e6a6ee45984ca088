"""An organisation's queues."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

import msgspec
from fastapi import Depends, Response
from pydantic import Field

from call24.flows.dependencies import FlowsDep
from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import DispositionId, FlowId, HoursId, QueueId, UserId
from call24.queues.answers import Queue as QueueAnswer
from call24.queues.answers import QueuePage
from call24.queues.dependencies import QueuesDep
from call24.queues.model import (
    Disposition,
    Exits,
    Queue,
    Recording,
    Strategy,
    ToFlow,
    ToHangUp,
    ToQueue,
    ToVoicemail,
    Way,
)
from call24.queues.rules import NEW_RECORD, REASON_MAX
from call24.tenants.api.references import used_by
from call24.tenants.dependencies import TenantsDep
from call24.tenants.skills import SkillNeed

router = Router(prefix="/v1/queues", tags=["administration"])

Id = Annotated[str, Field(max_length=40)]
Sound = Annotated[str, Field(max_length=64)]
Reader = Annotated[Principal, Depends(allowed("queues.read"))]
Writer = Annotated[Principal, Depends(allowed("queues.write"))]
Deleter = Annotated[Principal, Depends(deleting("queues.write"))]


class ToVoicemailBody(Body):
    """The caller may leave a message. `prompt`: what is played first; null: the built-in words."""

    to: Literal["voicemail"]
    prompt: Sound | None = None

    def way(self) -> Way:
        return ToVoicemail(prompt=self.prompt)


class ToHangUpBody(Body):
    """The call is ended. `prompt`: what is played first; null: nothing."""

    to: Literal["hang_up"]
    prompt: Sound | None = None

    def way(self) -> Way:
        return ToHangUp(prompt=self.prompt)


class ToQueueBody(Body):
    """The caller goes on to another queue."""

    to: Literal["queue"]
    queue_id: Id

    def way(self) -> Way:
        return ToQueue(queue_id=QueueId(self.queue_id))


class ToFlowBody(Body):
    """The caller goes on to a flow."""

    to: Literal["flow"]
    flow_id: Id

    def way(self) -> Way:
        return ToFlow(flow_id=FlowId(self.flow_id))


WayOut = Annotated[ToVoicemailBody | ToHangUpBody | ToQueueBody | ToFlowBody, Field(discriminator="to")]
_VOICEMAIL = ToVoicemailBody(to="voicemail")


class QueueExitsChange(Body):
    """Where callers go who cannot stay in the queue, for each reason. Reasons that are left out stay as they are."""

    max_wait: WayOut = _VOICEMAIL
    full: WayOut = _VOICEMAIL
    nobody: WayOut = _VOICEMAIL
    closed: WayOut = _VOICEMAIL


class SkillNeedBody(Body):
    """A skill that calls require of the agent. `level`: the least that will do, 1 to 10. `relax_after_s`: after this
    wait it is no longer required; null: it always is."""

    name: str = Field(max_length=60)
    level: int = 1
    relax_after_s: int | None = None


class QueueChange(Body):
    """Settings of a queue. Fields that are left out stay as they are.

    Durations (`*_s`) are in seconds. `members`: ids of users. `max_waiting` null: no limit. `recording_days`: of its
    recordings, also of those that are kept already; null: as the organisation says. More days than the organisation
    keeps call records need `recording_days_reason`, the law or contract that asks for them (422
    `retention_reason_required`). `hours_id` null: always
    open. `auto_resume_s`, `auto_pause_after`, `sticky_days`, `keep_place_s` 0: off. `dispositions`: ids of those to
    choose from; empty: all. `record` `always` needs `record_announcement`, or `not_announced_because`: in words, why
    callers need not hear that they are recorded (422 `recording_not_announced`). `offers_tasks`: open tasks of the
    queue that are assigned to nobody are offered to free agents as calls are; each may accept within `task_offer_s`.
    `alert_wait_s`, `alert_waiting` null: no alert.
    """

    name: str = Field("", max_length=200)
    members: list[Id] = Field([], max_length=1000)
    strategy: Strategy = "longest_idle"
    priority: int = 0
    skills: list[SkillNeedBody] = Field([], max_length=20)
    offer_s: int = 20
    max_wait_s: int = 600
    max_waiting: int | None = None
    hours_id: Id | None = None
    exits: QueueExitsChange = QueueExitsChange()
    wrap_up_s: int = 10
    service_level_s: int = 20
    music: str = Field("default", max_length=64)
    announce_position: bool = False
    announce_wait: bool = False
    announce_every_s: int = 45
    record: Recording = NEW_RECORD
    record_announcement: bool = False
    not_announced_because: str | None = Field(None, max_length=REASON_MAX)
    recording_days: int | None = None
    recording_days_reason: str | None = Field(None, max_length=REASON_MAX)
    ring_during_greeting: bool = False
    auto_resume_s: int = 120
    auto_pause_after: int = 3
    sticky_days: int = 0
    sticky_wait_s: int = 20
    keep_place_s: int = 0
    disposition: Disposition = "off"
    dispositions: list[Id] = Field([], max_length=200)
    callback: bool = False
    callback_expires_s: int = 14400
    callback_attempts: int = 3
    callback_retry_s: int = 300
    callback_ring_s: int = 30
    offers_tasks: bool = False
    task_offer_s: int = 60
    tasks_at_once: int = 1
    alert_wait_s: int | None = None
    alert_waiting: int | None = None

    def settings(self, exits: Exits) -> dict[str, Any]:
        """What was named, as fields of Queue; `exits`: the ways out so far."""
        given: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        made: dict[str, Any] = {
            "members": tuple(UserId(one) for one in self.members),
            "skills": tuple(SkillNeed(**need.model_dump()) for need in self.skills),
            "exits": msgspec.structs.replace(
                exits, **{name: getattr(self.exits, name).way() for name in self.exits.model_fields_set}
            ),
            "hours_id": None if self.hours_id is None else HoursId(self.hours_id),
            "dispositions": tuple(DispositionId(one) for one in self.dispositions),
        }
        return {**given, **{name: value for name, value in made.items() if name in given}}


class NewQueue(QueueChange):
    """All settings of a queue. Fields that are left out have their defaults."""

    name: str = Field(max_length=200)


@router.get("", operation_id="queues_list_queues")
async def list_queues(principal: Reader, queue_service: QueuesDep, asked: AskedDep) -> QueuePage:
    """Lists the organisation's queues by name."""
    return asked.page(queue_service.known_queues(principal.tenant_id), view, lambda queue: (queue.name_key, queue.id))


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="queues_add_queue")
async def add_queue(body: NewQueue, principal: Writer, queue_service: QueuesDep) -> QueueAnswer:
    """Creates a queue. It records nothing unless `record` says so.

    409 `queue_name_taken` where there is a queue with this name, `too_many` where the organisation has 200 already.
    """
    return view(await queue_service.create(principal.tenant_id, **body.settings(Exits())))


@router.get("/{queue_id}", operation_id="queues_read_queue")
async def read_queue(queue_id: str, principal: Reader, queue_service: QueuesDep) -> QueueAnswer:
    """Retrieves a queue."""
    return view(await queue_service.get(principal.tenant_id, QueueId(queue_id)))


@router.patch("/{queue_id}", dependencies=SERIALISED, operation_id="queues_change_queue")
async def change_queue(queue_id: str, body: QueueChange, principal: Writer, queue_service: QueuesDep) -> QueueAnswer:
    """Updates the given settings of a queue.

    Calls that wait keep the settings that they joined with, but members, strategy and skills apply at once. 409
    `queue_name_taken` where another queue has this name.
    """
    queue = await queue_service.get(principal.tenant_id, QueueId(queue_id))
    return view(await queue_service.change(principal.tenant_id, queue.id, **body.settings(queue.exits)))


@router.put("/{queue_id}", dependencies=SERIALISED, operation_id="queues_replace_queue")
async def replace_queue(queue_id: str, body: NewQueue, principal: Writer, queue_service: QueuesDep) -> QueueAnswer:
    """Replaces all settings of a queue. Fields that are left out get their defaults."""
    settings = {**_as_new(), **body.settings(Exits())}
    return view(await queue_service.change(principal.tenant_id, QueueId(queue_id), **settings))


@router.delete("/{queue_id}", status_code=204, dependencies=SERIALISED, operation_id="queues_delete_queue")
async def delete_queue(
    queue_id: str, principal: Deleter, queue_service: QueuesDep, flow_service: FlowsDep, tenants: TenantsDep
) -> Response:
    """Deletes a queue. 409 `queue_in_use` while a number, a flow or another queue leads to it."""
    await queue_service.delete(principal.tenant_id, QueueId(queue_id), used_by(flow_service, tenants, queue_service))
    return Response(status_code=204)


def view(queue: Queue) -> QueueAnswer:
    """All settings, as they are stored."""
    shown = msgspec.to_builtins(queue)
    for hidden in ("tenant_id", "name_key", "created_at"):
        del shown[hidden]
    return cast(QueueAnswer, shown)


def _as_new() -> dict[str, Any]:
    fields = msgspec.structs.fields(Queue)
    defaults = {field.name: field.default for field in fields if field.default is not msgspec.NODEFAULT}
    return {**defaults, "record": NEW_RECORD}
