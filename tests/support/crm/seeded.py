"""Faults that any connector could have: each is put into a client, and a check of the conformance kit finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from call24.crm.asking import Exchange
from call24.crm.conformance.kit import KITS, Open, results
from call24.crm.connector import CrmClient, CrmTrouble, Deleted, Missing, Place, RecordPage, Rejected, RemoteRecord
from call24.crm.model import CrmKind

Fault = Callable[[Any], None]
"""Changes a client."""


def _time_alone(client: Any) -> None:
    """Of records of one instant, the page's end loses the rest."""
    asks = client.changed_since

    async def changed_since(place: Place | None, limit: int) -> RecordPage:
        page: RecordPage = await asks(place, limit)
        if place is None or not place.id:
            return page
        return replace(page, records=tuple(one for one in page.records if one.changed_at > place.at))

    client.changed_since = changed_since


def _own_clock(client: Any) -> None:
    asks = client.changed_since

    async def changed_since(place: Place | None, limit: int) -> RecordPage:
        return replace(await asks(place, limit), now=datetime.now(UTC))

    client.changed_since = changed_since


def _missing_is_deleted(client: Any) -> None:
    asks = client.get

    async def get(id: str) -> RemoteRecord:
        try:
            found: RemoteRecord = await asks(id)
        except Missing:
            raise Deleted from None
        return found

    client.get = get


def _without_key(client: Any) -> None:
    """Makes a record whose key says nothing."""
    makes = client.create

    async def create(fields: Mapping[str, Any], key: str) -> RemoteRecord:
        made: RemoteRecord = await makes(fields, f"{key}-{datetime.now(UTC).timestamp()}")
        return made

    client.create = create


def _any_key(client: Any) -> None:
    async def find_by_key(key: str) -> RemoteRecord | None:
        page = await client.changed_since(None, 1)
        return page.records[0] if page.records else None

    client.find_by_key = find_by_key


def _refusal_is_trouble(client: Any) -> None:
    makes = client.create

    async def create(fields: Mapping[str, Any], key: str) -> RemoteRecord:
        try:
            made: RemoteRecord = await makes(fields, key)
        except Rejected as error:
            raise CrmTrouble("server_error", str(error)) from None
        return made

    client.create = create


def _nobody_has_it(client: Any) -> None:
    async def find_by_number(number: str, limit: int) -> RecordPage:
        return RecordPage(records=(), more=False)

    client.find_by_number = find_by_number


def _no_more(client: Any) -> None:
    """Cuts off who is beyond the limit, and does not say so."""
    asks = client.find_by_number

    async def find_by_number(number: str, limit: int) -> RecordPage:
        return replace(await asks(number, limit), more=False)

    client.find_by_number = find_by_number


def _overwrites(client: Any) -> None:
    """Writes whatever the record is by then."""
    writes = client.update

    async def update(id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        done: RemoteRecord = await writes(id, fields, "")
        return done

    client.update = update


def _makes_again(client: Any) -> None:
    writes = client.update

    async def update(id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        try:
            done: RemoteRecord = await writes(id, fields, version)
        except (Missing, Deleted):
            done = await client.create(fields, "crl_again")
        return done

    client.update = update


def _looks_not(client: Any) -> None:
    """Logs a call without looking whether it is there."""

    async def find_call(key: str, remote_id: str) -> str | None:
        return None

    client.find_call = find_call


def _no_receipt(client: Any) -> None:
    erases = client.erase

    async def erase(id: str, key: str) -> str:
        await erases(id, key)
        return ""

    client.erase = erase


def _erases_nothing(client: Any) -> None:
    async def erase(id: str, key: str) -> str:
        return "done"

    client.erase = erase


def _objects_never(client: Any) -> None:
    async def set_objection(id: str, objects: bool, key: str) -> str:
        return "done"

    client.set_objection = set_objection


def _terse(client: Any) -> None:
    """Leaves out what the agent wrote, and the link."""
    logs = client.log_call

    async def log_call(call: Any, key: str) -> str:
        return str(await logs(replace(call, notes="", link=""), key))

    client.log_call = log_call


def _longer(client: Any) -> None:
    logs = client.log_call

    async def log_call(call: Any, key: str) -> str:
        return str(await logs(replace(call, started_at=call.started_at + timedelta(hours=8)), key))

    client.log_call = log_call


COMMON: list[tuple[str, Fault]] = [
    ("records of one instant are all read, page by page", _time_alone),
    ("a list begins after (time, id)", _time_alone),
    ("the CRM's clock is told", _own_clock),
    ("missing is not deleted", _missing_is_deleted),
    ("a creation whose answer was lost is there once", _without_key),
    ("a record is found by our key", _without_key),
    ("a record is found by our key", _any_key),
    ("what the CRM refuses is told", _refusal_is_trouble),
    ("who has a number is found, however it is written", _nobody_has_it),
    ("who has a number is found, however it is written", _no_more),
    ("what was changed meanwhile is not overwritten", _overwrites),
    ("what was deleted meanwhile stays deleted", _makes_again),
    ("an erasure has a receipt, and can be asked again", _no_receipt),
    ("an erasure has a receipt, and can be asked again", _erases_nothing),
    ("an objection is told", _objects_never),
    ("a call is logged once", _looks_not),
    ("a call says all that is known", _terse),
    ("a call says all that is known", _longer),
]
"""The check that finds it, and the fault."""


def with_fault(kind: CrmKind, fault: Fault) -> Open:
    """A client of the kit of this kind, with the fault."""

    def opened(url: str, token: str, exchange: Exchange) -> CrmClient:
        client = KITS[kind].open(url, token, exchange)
        fault(client)
        return client

    return opened


async def why_it_fails(kind: CrmKind, name: str, open_client: Open | None = None) -> str:
    """What the check of this name says; empty: it passed."""
    kit = KITS[kind]
    [check] = [one for one in kit.checks if one.name == name]
    [found] = await results(kit, open_client=open_client, checks=[check])
    return found.why
