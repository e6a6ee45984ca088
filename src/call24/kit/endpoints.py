"""Where personal data leaves Call24 for: what it is, in which country, under which names. It decides nothing.

A room that keeps such a setting says what its endpoint is, and asks `check_endpoint` before it stores one. Whether an
organisation's data may go there is decided in data_transfers/.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from call24.kit.errors import Conflict, Invalid
from call24.kit.ids import TenantId

EndpointKind = Literal[
    "database",
    "mail",
    "trunk",
    "webhook",
    "identity_provider",
    "push",
    "crm",
    "error_service",
    "trace_collector",
    "file_store",
    "processor",
    "hosted_pusher",
]
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """`id`: of the setting, empty where the installation has it; `country`: ISO 3166 code, empty: not stated; `hosts`:
    names and addresses, none where only the operator knows them."""

    kind: EndpointKind
    id: str = ""
    country: str = ""
    hosts: tuple[str, ...] = ()


WhyNot = Callable[[TenantId, Endpoint], Awaitable[str | None]]
"""Why data may not go there, in words. Raises: Invalid (no country)."""


async def anywhere(_tenant_id: TenantId, _endpoint: Endpoint) -> str | None:
    """Nothing is refused: what rooms ask until data_transfers/ is built."""
    return None


async def check_endpoint(why_not: WhyNot, tenant_id: TenantId, endpoint: Endpoint) -> None:
    """Raises: Invalid (no country), Conflict (code transfer_not_registered), Unavailable."""
    refused = await why_not(tenant_id, endpoint)
    if refused is not None:
        raise Conflict(refused, code="transfer_not_registered")


def check_country(country: str) -> None:
    """Empty: not stated. Raises: Invalid."""
    if country and not _COUNTRY.fullmatch(country):
        raise Invalid(errors=[("country", "a country code of two capital letters, such as DE")])
