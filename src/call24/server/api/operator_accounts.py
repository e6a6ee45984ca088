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
from call24.kit.ids import UserId
from call24.kit.instants import iso
from call24.server.answers import OperatorAccount, OperatorAccountList
from call24.server.api.operator import OPERATOR, OperatorDep

router = Router(prefix="/v1/internal/operators", tags=["internal"], include_in_schema=False)


class NewOperator(Body):
    """`email`: of an account with a second factor."""

    email: str = Field(max_length=254)


@router.get("", operation_id="operator_accounts")
async def listed(_: OperatorDep, operators: OperatorsDep) -> OperatorAccountList:
    """Lists the users who operate the installation in the app, of every organisation."""
    return {"items": [_view(user) for user in await operators.all()], "next": None}


@router.post("", operation_id="operator_account_add")
async def add(body: NewOperator, request: Request, _: OperatorDep, operators: OperatorsDep) -> OperatorAccount:
    """Makes a user an operator of the installation."""
    user = await operators.add(body.email)
    on_behalf(request, user.tenant_id, OPERATOR, None)
    return _view(user)


@router.delete("/{user_id}", status_code=204, operation_id="operator_account_remove")
async def remove(user_id: str, request: Request, _: OperatorDep, operators: OperatorsDep) -> Response:
    """The user operates the installation no more, from the next request on."""
    user = await operators.remove(UserId(user_id))
    on_behalf(request, user.tenant_id, OPERATOR, None)
    return Response(status_code=204)


def _view(user: User) -> OperatorAccount:
    return {
        "id": user.id,
        "tenant_id": user.tenant_id,
        "email": user.email,
        "since": iso(user.operator_since) if user.operator_since is not None else None,
    }
