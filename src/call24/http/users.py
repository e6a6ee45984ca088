"""The people of an organisation."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from call24.http.access import Body, ServicesDep, allowed
from call24.http.auth import user_view
from call24.identity.model import Principal

router = APIRouter(prefix="/v1/users", tags=["administration"])


class NewUser(Body):
    email: str = Field(max_length=254)
    name: str = Field(max_length=200)
    role: Literal["agent", "supervisor", "owner"]
    password: str = Field(max_length=1000)


@router.get("")
async def list_users(
    principal: Annotated[Principal, Depends(allowed("users.read"))], services: ServicesDep
) -> dict[str, Any]:
    return {"items": [user_view(user) for user in await services.identity.users(principal.tenant_id)]}


@router.post("", status_code=201)
async def add_user(
    body: NewUser, principal: Annotated[Principal, Depends(allowed("users.write"))], services: ServicesDep
) -> dict[str, Any]:
    user = await services.identity.add_user(
        principal.tenant_id, email=body.email, name=body.name, role=body.role, password=body.password
    )
    return user_view(user)
