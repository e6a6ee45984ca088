"""What routes ask of this room: `service: AccountsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.identity.accounts import Accounts
from call24.identity.operators import Operators
from call24.identity.service import IdentityService
from call24.identity.setup import Setup

AccountsDep = Annotated[Accounts, provided(Accounts)]
IdentityDep = Annotated[IdentityService, provided(IdentityService)]
OperatorsDep = Annotated[Operators, provided(Operators)]
SetupDep = Annotated[Setup, provided(Setup)]
