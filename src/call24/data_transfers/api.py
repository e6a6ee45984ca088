"""The register of transfers of personal data to other regions."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends
from pydantic import Field

from call24.data_transfers.answers import DataEndpointList, DataTransferAnswer, DataTransferPage
from call24.data_transfers.dependencies import DataTransfersDep
from call24.data_transfers.model import DataTransfer, Safeguard
from call24.data_transfers.regions import AS_OF
from call24.http.access import SERIALISED, Body, allowed, deleting
from call24.http.pagination import AskedDep, ms
from call24.http.provided import ClockDep
from call24.http.router import Router
from call24.identity.model import Principal
from call24.kit.endpoints import EndpointKind
from call24.kit.ids import DataTransferId
from call24.kit.instants import iso

router = Router(prefix="/v1/data-transfers", tags=["administration"])

Reader = Annotated[Principal, Depends(allowed("data_transfers.read"))]
Writer = Annotated[Principal, Depends(allowed("data_transfers.write"))]
Deleter = Annotated[Principal, Depends(deleting("data_transfers.write"))]


class NewDataTransfer(Body):
    """A new entry. `recipient`, `country` and the safeguard are published in the privacy policy.

    `hosts`: names, whose subdomains count too, and addresses of the recipient; none for kinds `database`, `mail`,
    `error_service`, `trace_collector`, `file_store` and `hosted_pusher`, which are the installation's. `reference` and
    `dated`: which decision, contract or rule the safeguard is. `review_by`: the last day on which the entry counts.
    """

    kind: EndpointKind
    recipient: str = Field(max_length=200)
    country: str = Field(max_length=2, min_length=2)
    hosts: list[Annotated[str, Field(max_length=253)]] = Field([], max_length=20)
    safeguard: Safeguard
    reference: str = Field(max_length=400)
    dated: Annotated[date, Field(strict=False)]
    review_by: Annotated[date, Field(strict=False)]


@router.get("", operation_id="data_transfers_list")
async def list_transfers(
    principal: Reader, transfers: DataTransfersDep, clock: ClockDep, asked: AskedDep
) -> DataTransferPage:
    """Lists the organisation's transfer register, the oldest entry first."""
    found, today = await transfers.all(principal.tenant_id), clock.now().date().isoformat()
    return asked.page(found, lambda one: _view(one, today), lambda one: (ms(one.created_at), one.id))


@router.post("", status_code=201, dependencies=SERIALISED, operation_id="data_transfers_add")
async def add(
    body: NewDataTransfer, principal: Writer, transfers: DataTransfersDep, clock: ClockDep
) -> DataTransferAnswer:
    """Adds an entry to the transfer register.

    From then on a setting that sends data there is accepted. An entry is not changed afterwards: add a new one, then
    delete the old. A register has at most 200 entries; one more is a 409 `too_many`.
    """
    made = await transfers.add(principal.tenant_id, principal.user_id, body.model_dump())
    return _view(made, clock.now().date().isoformat())


@router.get("/endpoints", operation_id="data_transfers_list_endpoints")
async def list_endpoints(principal: Reader, transfers: DataTransfersDep) -> DataEndpointList:
    """Lists all that is given the organisation's personal data, where it is, and whether the register covers it."""
    return {
        "items": [
            {
                "kind": one.kind,
                "id": one.id or None,
                "country": one.country or None,
                "hosts": list(one.hosts),
                "standing": how,
            }
            for one, how in await transfers.standings(principal.tenant_id)
        ],
        "regions_as_of": AS_OF,
    }


@router.get("/{transfer_id}", operation_id="data_transfers_read")
async def read(transfer_id: str, principal: Reader, transfers: DataTransfersDep, clock: ClockDep) -> DataTransferAnswer:
    """Retrieves an entry of the transfer register."""
    found = await transfers.get(principal.tenant_id, DataTransferId(transfer_id))
    return _view(found, clock.now().date().isoformat())


@router.delete("/{transfer_id}", status_code=204, dependencies=SERIALISED, operation_id="data_transfers_remove")
async def remove(transfer_id: str, principal: Deleter, transfers: DataTransfersDep) -> None:
    """Deletes an entry. 409 `transfer_in_use` while an endpoint is allowed by it alone."""
    await transfers.remove(principal.tenant_id, DataTransferId(transfer_id))


def _view(entry: DataTransfer, today: str) -> DataTransferAnswer:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "recipient": entry.recipient,
        "country": entry.country,
        "hosts": list(entry.hosts),
        "safeguard": entry.safeguard,
        "reference": entry.reference,
        "dated": entry.dated,
        "review_by": entry.review_by,
        "expired": entry.review_by < today,
        "created_by": entry.created_by,
        "created_at": iso(entry.created_at),
    }
