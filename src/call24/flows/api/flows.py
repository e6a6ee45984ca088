"""An organisation's flows: drafts to edit, versions to publish, and the problems that prevent it."""

from __future__ import annotations

from typing import Annotated, Any, cast

import msgspec
from fastapi import Depends, Query, Request, Response
from pydantic import AwareDatetime, Field

from call24.flows.answers import Flow as FlowAnswer
from call24.flows.answers import (
    FlowPage,
    FlowSimulation,
    FlowSummary,
    FlowValidation,
    FlowVersion,
    FlowVersionPage,
    FlowVersionSummary,
)
from call24.flows.api.nodes import Name, NodesBody, nodes_of, shown
from call24.flows.dependencies import FlowsDep
from call24.flows.model import Flow, PublishedVersion, VersionSummary
from call24.flows.service import FlowService
from call24.flows.simulation import ANSWERS_MAX, Circumstances, simulate
from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.middleware.audit import goes_on
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import FlowId, QueueId
from call24.kit.instants import iso
from call24.queues.dependencies import HoursDep, QueuesDep
from call24.tenants.api.references import used_by
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/flows", tags=["flows"])

Reader = Annotated[Principal, Depends(allowed("flows.read"))]
Writer = Annotated[Principal, Depends(allowed("flows.write"))]
Deleter = Annotated[Principal, Depends(deleting("flows.write"))]


class FlowChange(Body):
    """An edit of a draft. Fields that are left out stay as they are.

    `revision`: the one that was edited; where it is no longer the current one, the answer is 409 `flow_changed`.
    """

    name: str | None = Field(None, max_length=200)
    start: Name | None = None
    nodes: NodesBody | None = None
    revision: int | None = Field(None, ge=1, le=10**9)

    def content(self) -> dict[str, Any]:
        nodes = None if self.nodes is None else nodes_of(self.nodes)
        return {"start": self.start, "nodes": nodes}


class NewFlow(Body):
    """A new draft. `start`: the id of the node that calls begin with. `nodes`: by id, at most 200."""

    name: str = Field(max_length=200)
    start: Name = ""
    nodes: NodesBody = Field(default={})


class SimulatedCaller(Body):
    """`at`: when the call arrives; null: now. `answers`: what happens at the nodes that wait for something, in order: a
    key, or one of those that the answer names in `expects`."""

    at: AwareDatetime | None = Field(None, strict=False)
    answers: list[Annotated[str, Field(min_length=1, max_length=20)]] = Field(default=[], max_length=ANSWERS_MAX)


class Rollback(Body):
    """The version to publish again. `over`: the version that calls ran when you looked, 0: none; where it is no longer
    the current one, the answer is 409 `flow_changed`. Left out: whatever calls run now."""

    version: int = Field(ge=1, le=10**9)
    over: int | None = Field(None, ge=0, le=10**9)


@router.get("", operation_id="flows_list_flows")
async def list_flows(principal: Reader, flow_service: FlowsDep, asked: AskedDep) -> FlowPage:
    """Lists the organisation's flows by name, without their nodes."""
    found = await flow_service.listed(principal.tenant_id)  # from memory: with their nodes they are long
    return asked.page(found, lambda flow: _summary(flow, flow_service), lambda flow: (flow.name_key, flow.id))


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="flows_add_flow")
async def add_flow(body: NewFlow, principal: Writer, flow_service: FlowsDep) -> FlowAnswer:
    """Creates a flow, as a draft. No call runs it until it is published.

    409 `flow_name_taken` where there is a flow with this name, `too_many_flows` where the organisation has 500 already.
    """
    flow = await flow_service.create(
        principal.tenant_id, body.name, start=body.start, nodes=nodes_of(body.nodes), by=principal.user_id
    )
    return _view(flow, flow_service)


@router.get("/{flow_id}", operation_id="flows_read_flow")
async def read_flow(flow_id: str, principal: Reader, flow_service: FlowsDep) -> FlowAnswer:
    """Retrieves a flow with its draft."""
    return _view(await flow_service.get(principal.tenant_id, FlowId(flow_id)), flow_service)


@router.put("/{flow_id}", dependencies=SERIALISED, operation_id="flows_change_flow")
async def change_flow(
    flow_id: str, body: FlowChange, request: Request, principal: Writer, flow_service: FlowsDep
) -> FlowAnswer:
    """Updates a flow's draft. Calls keep running the published version until you publish the draft.

    Give the `revision` that you edited: where somebody else has edited the draft since, the answer is 409
    `flow_changed` and nothing is changed. Meant to be asked again and again, as the draft is edited: the audit log has
    a line of it each 10 minutes, and of each new name.
    """
    flow = await flow_service.change(
        principal.tenant_id,
        FlowId(flow_id),
        name=body.name,
        revision=body.revision,
        by=principal.user_id,
        **body.content(),
    )
    if flow_service.goes_on_editing(flow.id, (principal.user_id, principal.token_id)) and body.name is None:
        goes_on(request)
    return _view(flow, flow_service)


@router.delete("/{flow_id}", status_code=204, dependencies=SERIALISED, operation_id="flows_delete_flow")
async def delete_flow(
    flow_id: str, principal: Deleter, flow_service: FlowsDep, tenants: TenantsDep, queue_service: QueuesDep
) -> Response:
    """Deletes a flow with its versions. 409 `flow_in_use` while a number or a queue leads to it."""
    await flow_service.delete(principal.tenant_id, FlowId(flow_id), used_by(flow_service, tenants, queue_service))
    return Response(status_code=204)


@router.post("/{flow_id}/validate", operation_id="flows_validate_flow")
async def validate_flow(flow_id: str, principal: Reader, flow_service: FlowsDep) -> FlowValidation:
    """Lists the problems that prevent publishing the draft. It changes nothing; without problems the list is empty."""
    problems = await flow_service.validate(principal.tenant_id, FlowId(flow_id))
    return {"problems": [{"code": one.code, "node_id": one.node_id, "text": one.text} for one in problems]}


@router.post("/{flow_id}/simulate", operation_id="flows_simulate_flow")
async def simulate_flow(
    flow_id: str,
    body: SimulatedCaller,
    principal: Reader,
    flow_service: FlowsDep,
    queue_service: QueuesDep,
    hours_service: HoursDep,
) -> FlowSimulation:
    """Follows a caller through the draft, without a call: what is heard, and which way it goes.

    Opening hours are those of the moment `at`. Ask again with one more answer until `end` is set. 422 `invalid` for an
    answer that cannot happen where it is given.
    """
    tenant_id = principal.tenant_id
    flow = await flow_service.get(tenant_id, FlowId(flow_id))
    at = body.at or flow_service.now()

    def queue_is_open(queue_id: QueueId) -> bool:
        hours = {queue.id: queue.hours_id for queue in queue_service.known_queues(tenant_id)}
        return hours_service.is_open(tenant_id, hours.get(queue_id), at)

    there = Circumstances(lambda hours_id: hours_service.is_open(tenant_id, hours_id, at), queue_is_open)
    return cast(FlowSimulation, msgspec.to_builtins(simulate(flow.start, flow.nodes, body.answers, there)))


@router.post("/{flow_id}/publish", status_code=201, dependencies=SERIALISED, operation_id="flows_publish_flow")
async def publish_flow(
    flow_id: str,
    principal: Writer,
    flow_service: FlowsDep,
    revision: Annotated[int | None, Query(ge=1, le=10**9, description="Of the draft that you looked at")] = None,
    over: Annotated[
        int | None, Query(ge=0, le=10**9, description="The version that calls ran when you looked; 0: none")
    ] = None,
) -> FlowVersionSummary:
    """Publishes the draft as a new version, which new calls run. Calls that go on keep their version.

    Say what you looked at, and nothing of somebody else's is published unseen: where `revision` or `over` is another
    one by now, the answer is 409 `flow_changed`. 422 `flow_has_problems` where something prevents it: see `POST
    .../validate`. The newest 100 versions are kept.
    """
    version = await flow_service.publish(
        principal.tenant_id, FlowId(flow_id), principal.user_id, revision=revision, over=over
    )
    return _version(version)


@router.post("/{flow_id}/rollback", status_code=201, dependencies=SERIALISED, operation_id="flows_roll_flow_back")
async def roll_flow_back(flow_id: str, body: Rollback, principal: Writer, flow_service: FlowsDep) -> FlowVersionSummary:
    """Publishes the content of an older version again, as a new version. The draft stays as it is.

    409 `flow_changed` where calls run another version by now than `over`: nothing of somebody else's is undone unseen.
    422 `flow_has_problems` where something prevents it by now, such as a queue that was deleted.
    """
    version = await flow_service.roll_back(
        principal.tenant_id, FlowId(flow_id), body.version, principal.user_id, over=body.over
    )
    return _version(version)


@router.get("/{flow_id}/versions", operation_id="flows_list_versions")
async def list_versions(flow_id: str, principal: Reader, flow_service: FlowsDep, asked: AskedDep) -> FlowVersionPage:
    """Lists the published versions of a flow, the newest first, without their nodes."""
    versions = await flow_service.versions(principal.tenant_id, FlowId(flow_id))
    return asked.page(versions, _version, lambda one: (-one.version,))


@router.get("/{flow_id}/versions/{version}", operation_id="flows_read_version")
async def read_version(flow_id: str, version: int, principal: Reader, flow_service: FlowsDep) -> FlowVersion:
    """Retrieves a published version of a flow with its nodes."""
    found = await flow_service.version(principal.tenant_id, FlowId(flow_id), version)
    return {**_version(found), "start": found.start, "nodes": shown(found.nodes)}


def _summary(flow: Flow, flow_service: FlowService) -> FlowSummary:
    digest = flow_service.digest(flow)
    return {
        "id": flow.id,
        "name": flow.name,
        "revision": flow.revision,
        "published": flow.published,
        "changed": digest.changed,
        "uses": list(digest.uses),
        "changed_by": flow.changed_by,
        "created_at": iso(flow.created_at),
        "updated_at": iso(flow.updated_at),
    }


def _view(flow: Flow, flow_service: FlowService) -> FlowAnswer:
    return {**_summary(flow, flow_service), "start": flow.start, "nodes": shown(flow.nodes)}


def _version(version: PublishedVersion | VersionSummary) -> FlowVersionSummary:
    return {
        "version": version.version,
        "published_by": version.published_by,
        "published_at": iso(version.published_at),
        "copy_of": version.copy_of,
    }
