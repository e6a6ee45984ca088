"""The users of an organisation, and their skills."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.agents.dependencies import AgentsDep
from call24.http.access import SERIALISED, Body, allowed, check_over
from call24.http.pagination import AskedDep
from call24.http.router import Router
from call24.identity.answers.users import UserAnswer, UserPage, UserSkills
from call24.identity.api.auth import user_view
from call24.identity.dependencies import AccountsDep, IdentityDep
from call24.identity.model import Principal
from call24.kit.ids import UserId

router = Router(prefix="/v1/users", tags=["administration"])


Writer = Annotated[Principal, Depends(allowed("users.write"))]
Giver = Annotated[Principal, Depends(allowed("roles.write"))]


class RoleAssignment(Body):
    """`role`: a built-in role, or the id of a custom role."""

    role: str = Field(max_length=40)


class NewUser(Body):
    """A user with a password. `role`: a built-in role, or the id of a custom role."""

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
) -> UserPage:
    """Lists the users of the organisation, the oldest first."""
    users, following = await identity.users_page(principal.tenant_id, limit=asked.limit, cursor=asked.cursor)
    return {"items": [user_view(user) for user in users], "next": following}


@router.get("/{user_id}", operation_id="users_read_user")
async def read_user(
    user_id: str, principal: Annotated[Principal, Depends(allowed("users.read"))], identity: IdentityDep
) -> UserAnswer:
    """Returns a user."""
    return user_view(await identity.user(principal.tenant_id, UserId(user_id)))


@router.post("", status_code=201, operation_id="users_add_user")
async def add_user(
    body: NewUser,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    identity: IdentityDep,
    accounts: AccountsDep,
) -> UserAnswer:
    """Creates a user with a password.

    403 beyond_own: `role` has a permission that you lack. 403 invitation_due: the address is in no domain that the
    operator grants the organisation; invite the person instead.
    """
    await identity.roles.check_giving(principal.tenant_id, principal.permissions, body.role)
    user = await accounts.people.add(
        principal.tenant_id, email=body.email, name=body.name, role=body.role, password=body.password
    )
    return user_view(user)


@router.put("/{user_id}/role", dependencies=SERIALISED, operation_id="users_change_role")
async def change_role(
    user_id: str, body: RoleAssignment, principal: Giver, identity: IdentityDep, accounts: AccountsDep
) -> UserAnswer:
    """Changes a user's role, and ends the user's sessions: they sign in again with the new role.

    403 beyond_own: the user's role, or the new one, has a permission that you lack. 409 last_owner: an organisation
    keeps an owner.
    """
    await check_over(user_id, principal, identity)
    await identity.roles.check_giving(principal.tenant_id, principal.permissions, body.role)
    return user_view(await accounts.people.change_role(principal.tenant_id, UserId(user_id), body.role))


@router.post("/{user_id}/disable", dependencies=SERIALISED, operation_id="users_disable")
async def disable(user_id: str, principal: Writer, identity: IdentityDep, accounts: AccountsDep) -> UserAnswer:
    """Disables a user: they cannot sign in any more.

    Their sessions, sockets and phones end, and their API tokens are refused. 403 beyond_own: the user has a permission
    that you lack. 409 last_owner: an organisation keeps an owner.
    """
    await check_over(user_id, principal, identity)
    return user_view(await accounts.people.disable(principal.tenant_id, UserId(user_id)))


@router.post("/{user_id}/enable", dependencies=SERIALISED, operation_id="users_enable")
async def enable(user_id: str, principal: Writer, identity: IdentityDep, accounts: AccountsDep) -> UserAnswer:
    """Enables a user who was disabled. 403 beyond_own: the user has a permission that you lack."""
    await check_over(user_id, principal, identity)
    return user_view(await accounts.people.enable(principal.tenant_id, UserId(user_id)))


@router.get("/{user_id}/skills", operation_id="users_read_skills")
async def skills(
    user_id: str, principal: Annotated[Principal, Depends(allowed("users.read"))], agent_service: AgentsDep
) -> UserSkills:
    """Returns a user's skills and their levels."""
    return {"skills": await agent_service.skills(principal.tenant_id, UserId(user_id))}


@router.put("/{user_id}/skills", operation_id="users_set_skills")
async def set_skills(
    user_id: str,
    body: Skills,
    principal: Annotated[Principal, Depends(allowed("users.write"))],
    agent_service: AgentsDep,
) -> UserSkills:
    """Sets a user's skills. Replaces them all; calls that wait for such a skill are routed again at once."""
    profile = await agent_service.set_skills(principal.tenant_id, UserId(user_id), body.skills)
    return {"skills": {skill.name: skill.level for skill in profile.skills}}
