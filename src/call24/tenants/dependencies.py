"""What routes ask of this room: `service: RefusedCallsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.tenants.refused_calls import RefusedCalls
from call24.tenants.service import TenantService

RefusedCallsDep = Annotated[RefusedCalls, provided(RefusedCalls)]
TenantsDep = Annotated[TenantService, provided(TenantService)]
