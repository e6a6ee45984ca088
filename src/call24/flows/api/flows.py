"""An organisation's flows: drafts to edit, versions to publish, and what stands against it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Response
from pydantic import Field

from call24.flows.api.nodes import Name, NodesBody, nodes_of, shown
from call24.flows.dependencies import FlowsDep
from call24.flows.model import Flow, PublishedVersion, VersionSummary
from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.ids import FlowId
from call24.kit.instants import iso
from call24.queues.dependencies import QueuesDep
from call24.tenants.api.references import used_by
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/flows", tags=["flows"])

Reader = Annotated[Principal, Depends(allowed("flows.read"))]
Writer = Annotated[Principal, Depends(allowed("flows.write"))]
Deleter = Annotated[Principal, Depends(deleting("flows.write"))]


class FlowChange(Body):
    """What is not named stays as it is. `revision`: the one that was edited; another one there is a conflict."""

    name: str | None = Field(None, max_length=200)
    start: Name | None = None
    nodes: NodesBody | None = None
    revision: int | None = Field(None, ge=1, le=10**9)

    def content(self) -> dict[str, Any]:
        nodes = None if self.nodes is None else nodes_of(self.nodes)
        return {"start": self.start, "nodes": nodes}


class NewFlow(Body):
    name: str = Field(max_length=200)
    start: Name = ""
    nodes: NodesBody = Field(default={})


class Rollback(Body):
    version: int = Field(ge=1, le=10**9)


@router.get("", operation_id="flows_list_flows")
async def list_flows(principal: Reader, flow_service: FlowsDep, asked: AskedDep) -> dict[str, Any]:
    """By name."""
    found = flow_service.known_flows(principal.tenant_id)  # from memory: with their nodes they are long
    return asked.page(found, _summary, lambda flow: (flow.name_key, flow.id))


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="flows_add_flow")
async def add_flow(body: NewFlow, principal: Writer, flow_service: FlowsDep) -> dict[str, Any]:
    """A draft; no call runs it until it is published."""
    flow = await flow_service.create(principal.tenant_id, body.name, start=body.start, nodes=nodes_of(body.nodes))
    return _view(flow)


@router.get("/{flow_id}", operation_id="flows_read_flow")
async def read_flow(flow_id: str, principal: Reader, flow_service: FlowsDep) -> dict[str, Any]:
    return _view(await flow_service.get(principal.tenant_id, FlowId(flow_id)))


@router.put("/{flow_id}", dependencies=SERIALISED, operation_id="flows_change_flow")
async def change_flow(flow_id: str, body: FlowChange, principal: Writer, flow_service: FlowsDep) -> dict[str, Any]:
    """Edit the draft; calls go on with what is published."""
    flow = await flow_service.change(
        principal.tenant_id, FlowId(flow_id), name=body.name, revision=body.revision, **body.content()
    )
    return _view(flow)


@router.delete("/{flow_id}", status_code=204, dependencies=SERIALISED, operation_id="flows_delete_flow")
async def delete_flow(
    flow_id: str, principal: Deleter, flow_service: FlowsDep, tenants: TenantsDep, queue_service: QueuesDep
) -> Response:
    """Refused while a number or a queue leads to it."""
    await flow_service.delete(principal.tenant_id, FlowId(flow_id), used_by(flow_service, tenants, queue_service))
    return Response(status_code=204)


@router.post("/{flow_id}/validate", operation_id="flows_validate_flow")
async def validate_flow(flow_id: str, principal: Reader, flow_service: FlowsDep) -> dict[str, Any]:
    """What stands against publishing the draft; an empty list: nothing does."""
    problems = await flow_service.validate(principal.tenant_id, FlowId(flow_id))
    return {"problems": [{"code": one.code, "node_id": one.node_id, "text": one.text} for one in problems]}


@router.post("/{flow_id}/publish", status_code=201, dependencies=SERIALISED, operation_id="flows_publish_flow")
async def publish_flow(flow_id: str, principal: Writer, flow_service: FlowsDep) -> dict[str, Any]:
    """The draft becomes the version that new calls run; calls that go on keep theirs."""
    version = await flow_service.publish(principal.tenant_id, FlowId(flow_id), principal.user_id)
    return _version(version)


@router.post("/{flow_id}/rollback", status_code=201, dependencies=SERIALISED, operation_id="flows_roll_flow_back")
async def roll_flow_back(flow_id: str, body: Rollback, principal: Writer, flow_service: FlowsDep) -> dict[str, Any]:
    """An older version's content becomes a new version. The draft stays as it is."""
    version = await flow_service.roll_back(principal.tenant_id, FlowId(flow_id), body.version, principal.user_id)
    return _version(version)


@router.get("/{flow_id}/versions", operation_id="flows_list_versions")
async def list_versions(flow_id: str, principal: Reader, flow_service: FlowsDep, asked: AskedDep) -> dict[str, Any]:
    """The newest first, without their nodes."""
    versions = await flow_service.versions(principal.tenant_id, FlowId(flow_id))
    return asked.page(versions, _version, lambda one: (-one.version,))


@router.get("/{flow_id}/versions/{version}", operation_id="flows_read_version")
async def read_version(flow_id: str, version: int, principal: Reader, flow_service: FlowsDep) -> dict[str, Any]:
    found = await flow_service.version(principal.tenant_id, FlowId(flow_id), version)
    return {**_version(found), "start": found.start, "nodes": shown(found.nodes)}


def _summary(flow: Flow) -> dict[str, Any]:
    return {
        "id": flow.id,
        "name": flow.name,
        "revision": flow.revision,
        "published": flow.published,
        "created_at": iso(flow.created_at),
        "updated_at": iso(flow.updated_at),
    }


def _view(flow: Flow) -> dict[str, Any]:
    return {**_summary(flow), "start": flow.start, "nodes": shown(flow.nodes)}


def _version(version: PublishedVersion | VersionSummary) -> dict[str, Any]:
    return {
        "version": version.version,
        "published_by": version.published_by,
        "published_at": iso(version.published_at),
        "copy_of": version.copy_of,
    }
