"""The people of an organisation."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field

from call24.agents.dependencies import AgentsDep
from call24.http.access import SERIALISED, Body, allowed, check_over
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.api.auth import user_view
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.kit.ids import UserId

router = Router(prefix="/v1/users", tags=["administration"])


Writer = Annotated[Principal, Depends(allowed("users.write"))]
Giver = Annotated[Principal, Depends(allowed("roles.write"))]


class GivenRole(Body):
    """`role`: a built-in one, or the id of one of the organisation's own."""

    role: str = Field(max_length=40)


class NewUser(Body):
    email: str = Field(max_length=254)
    name: str = Field(max_length=200)
    role: str = Field(max_length=40)
    password: str = Field(max_length=1000)


class Skills(Body):
    """All of the user's skills: name -> level from 1 to 10."""

    skills: dict[Annotated[str, Field(max_length=200)], int] = Field(max_length=100)


@router.get("", operation_id="users_list_users")
async def list_users(
    principal: Annotated[Principal, Depends(allowed("users.read"))], identity: IdentityDep, asked: AskedDep
) -> dict[str, Any]:
    """The oldest first."""
    users, following = await identity.users_page(principal.tenant_id, limit=asked.limit, cursor=asked.cursor)
    return {"items": [user_view(user) for user in users], "next": following}


@router.post("", status_code=201, operation_id="users_add_user")
async def add_user(
    body: NewUser,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    accounts: AccountsDep,
) -> dict[str, Any]:
    """403 invitation_due: the address is in no domain that the operator granted the organisation."""
    await identity.roles.check_giving(principal.tenant_id, principal.permissions, body.role)
    user = await accounts.people.add(
        principal.tenant_id, email=body.email, name=body.name, role=body.role, password=body.password
    )
    return user_view(user)


@router.put("/{user_id}/role", dependencies=SERIALISED, operation_id="users_change_role")
async def change_role(
    user_id: str, body: GivenRole, principal: Giver, identity: IdentityDep, accounts: AccountsDep
) -> dict[str, Any]:
    """Takes effect at once: the user is signed out everywhere and signs in with the new role.

    403 beyond_own: nobody gives, or takes from somebody, what they may not do themselves.
    """
    await check_over(user_id, principal, identity)
    await identity.roles.check_giving(principal.tenant_id, principal.permissions, body.role)
    return user_view(await accounts.people.change_role(principal.tenant_id, UserId(user_id), body.role))


@router.post("/{user_id}/disable", dependencies=SERIALISED, operation_id="users_disable")
async def disable(user_id: str, principal: Writer, identity: IdentityDep, accounts: AccountsDep) -> dict[str, Any]:
    """Not let in from now on: sessions, sockets and phones end, machines' tokens open nothing."""
    await check_over(user_id, principal, identity)
    return user_view(await accounts.people.disable(principal.tenant_id, UserId(user_id)))


@router.post("/{user_id}/enable", dependencies=SERIALISED, operation_id="users_enable")
async def enable(user_id: str, principal: Writer, identity: IdentityDep, accounts: AccountsDep) -> dict[str, Any]:
    await check_over(user_id, principal, identity)
    return user_view(await accounts.people.enable(principal.tenant_id, UserId(user_id)))


@router.get("/{user_id}/skills", operation_id="users_read_skills")
async def skills(
    user_id: str, principal: Annotated[Principal, Depends(allowed("users.read"))], agent_service: AgentsDep
) -> dict[str, Any]:
    return {"skills": await agent_service.skills(principal.tenant_id, UserId(user_id))}


@router.put("/{user_id}/skills", operation_id="users_set_skills")
async def set_skills(
    user_id: str,
    body: Skills,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    agent_service: AgentsDep,
) -> dict[str, Any]:
    """Calls that wait for such a skill are looked at again at once."""
    profile = await agent_service.set_skills(principal.tenant_id, UserId(user_id), body.skills)
    return {"skills": {skill.name: skill.level for skill in profile.skills}}
