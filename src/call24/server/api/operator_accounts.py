"""For whoever runs this installation: which users operate it in the app. Only from this machine, with the secret that
lies in the data folder.
"""

from __future__ import annotations

from fastapi import Request, Response
from pydantic import Field

from call24.http.access import Body
from call24.http.middleware.audit import on_behalf
from call24.http.router import Router
from call24.identity.dependencies import OperatorsDep
from call24.identity.model import User
from call24.identity.operators import Operators
from call24.kit.errors import Conflict
from call24.kit.ids import UserId
from call24.kit.instants import iso
from call24.server.answers import OperatorAccount, OperatorAccountList
from call24.server.api.operator import OPERATOR, OperatorDep
from call24.tenants.dependencies import TenantsDep

router = Router(prefix="/v1/internal/operators", tags=["internal"], include_in_schema=False)


class NewOperator(Body):
    """`email`: of an account with a second factor. `look`: only say whose it is. `id`: whose it was when somebody
    looked; another account is refused."""

    email: str = Field(max_length=254)
    look: bool = False
    id: str | None = Field(None, max_length=40)


@router.get("", operation_id="operator_accounts")
async def listed(_: OperatorDep, operators: OperatorsDep, tenants: TenantsDep) -> OperatorAccountList:
    """Lists the users who operate the installation in the app, of every organisation."""
    names = {tenant.id: tenant.name for tenant in await tenants.all()}
    found = [await _view(user, names.get(user.tenant_id, ""), operators) for user in await operators.all()]
    return {"items": found, "next": None}


@router.post("", operation_id="operator_account_add")
async def add(
    body: NewOperator, request: Request, _: OperatorDep, operators: OperatorsDep, tenants: TenantsDep
) -> OperatorAccount:
    """Makes a user an operator of the installation, or says who it would be."""
    user = await operators.account(body.email)
    if not body.look:
        if body.id not in (None, user.id):
            raise Conflict("The address is another account's by now: repeat the command")
        user = await operators.add(user)
        on_behalf(request, user.tenant_id, OPERATOR, None)
    return await _view(user, (await tenants.get(user.tenant_id)).name, operators)


@router.delete("/{user_id}", status_code=204, operation_id="operator_account_remove")
async def remove(user_id: str, request: Request, _: OperatorDep, operators: OperatorsDep) -> Response:
    """The user operates the installation no more, from the next request on."""
    user = await operators.remove(UserId(user_id))
    on_behalf(request, user.tenant_id, OPERATOR, None)
    return Response(status_code=204)


async def _view(user: User, organisation: str, operators: Operators) -> OperatorAccount:
    return {
        "id": user.id,
        "tenant_id": user.tenant_id,
        "organisation": organisation,
        "name": user.name,
        "email": user.email,
        "since": iso(user.operator_since) if user.operator_since is not None else None,
        "second_factors": [{"kind": kind, "created_at": iso(at)} for kind, at in await operators.proofs(user)],
    }
