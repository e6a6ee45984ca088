"""Who is called, or gets a call, as a request names it: an agent, a queue, a flow, or a number as a person writes it.

Each is looked up in the caller's organisation. It tells the engine nothing.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from call24.calls import signals as s
from call24.calls.model import Call
from call24.engine.requests import Requests
from call24.flows.service import FlowService
from call24.http.access import Body
from call24.identity.model import Principal
from call24.identity.service import IdentityService
from call24.kit.errors import Conflict, Invalid, NoEmergencyCalls
from call24.kit.ids import FlowId, QueueId, TenantId, UserId
from call24.kit.phone import is_emergency, parse_e164
from call24.queues.service import QueueService
from call24.tenants.service import TenantService

Name = Annotated[str, Field(min_length=1, max_length=40)]


class Target(Body):
    """Where the call goes: exactly one of the fields."""

    agent_id: Name | None = None
    queue_id: Name | None = None
    flow_id: Name | None = None
    number: Name | None = None

    @model_validator(mode="after")
    def one(self) -> Target:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("exactly one target")
        return self


class Consulted(Body):
    """Who is called: exactly one of the fields. `number`: as a person writes it, best in international form."""

    agent_id: Name | None = None
    number: Name | None = None

    @model_validator(mode="after")
    def one(self) -> Consulted:
        if (self.agent_id is None) is (self.number is None):
            raise ValueError("exactly one target")
        return self


def target(
    call_requests: Requests,
    queue_service: QueueService,
    flow_service: FlowService,
    tenants: TenantService,
    identity: IdentityService,
    principal: Principal,
    to: Target,
    call: Call,
) -> s.TransferTarget:
    """Raises: Invalid for what this organisation does not have, Conflict for the customer of this call, Refused by the
    toll fraud guard."""
    tenant_id = principal.tenant_id
    if to.agent_id is not None:
        return s.TransferTarget(agent_id=colleague(identity, principal, to.agent_id))
    if to.queue_id is not None:
        queue = queue_service.known(QueueId(to.queue_id))
        if queue is None or queue.tenant_id != tenant_id:
            raise Invalid(errors=[("to.queue_id", "a queue of this organisation")])
        return s.TransferTarget(queue_id=queue.id)
    if to.flow_id is not None:
        if flow_service.known(tenant_id, FlowId(to.flow_id)) is None:
            raise Invalid(errors=[("to.flow_id", "a published flow of this organisation")])
        return s.TransferTarget(flow_id=FlowId(to.flow_id))
    number = e164(tenants, tenant_id, to.number or "", "to.number")
    contact_id = call_requests.outside(tenant_id, principal.user_id, number)
    if contact_id == call.contact_id:
        raise Conflict("This number is the customer's in this call", code="customer_in_call")
    return s.TransferTarget(contact_id=contact_id)


def colleague(identity: IdentityService, principal: Principal, agent_id: str) -> UserId:
    """Raises: Invalid, also for oneself."""
    user = identity.known_user(UserId(agent_id))
    if user is None or user.tenant_id != principal.tenant_id or user.id == principal.user_id:
        raise Invalid(errors=[("to.agent_id", "another agent of this organisation")])
    return user.id


def e164(tenants: TenantService, tenant_id: TenantId, text: str, field: str) -> str:
    """A number as a person writes it, read with the organisation's region. Raises: Invalid, NoEmergencyCalls."""
    tenant = tenants.known(tenant_id)
    if is_emergency(text, (tenant.region,) if tenant else ()):
        raise NoEmergencyCalls
    number = parse_e164(text, tenant.region if tenant else None)
    if number is None:
        raise Invalid(errors=[(field, "a phone number, best in international form: +442079460123")])
    return number
