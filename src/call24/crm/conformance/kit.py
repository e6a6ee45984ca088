"""Runs the checks: each against a stand-in of its own, with a fresh client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from call24.crm.asking import Exchange
from call24.crm.conformance.checks import CHECKS, Check, Failed, Result
from call24.crm.conformance.fake import TOKEN, FakeCrm, serving
from call24.crm.connector import CrmClient, CrmTrouble, Missing, Place
from call24.crm.model import RestShape
from call24.crm.rest_client import RestClient
from call24.kit.outbound_http import Answered, OutboundHttp

TIMEOUT_S = 1.0
SHAPE = RestShape(objection_field="do_not_use")

Open = Callable[[str, str, RestShape, Exchange], CrmClient]
"""A client: address, token, names, and how requests are made."""


def rest(url: str, token: str, shape: RestShape, exchange: Exchange) -> CrmClient:
    return RestClient(url, token, shape, exchange, lambda: datetime.now(UTC))


@asynccontextmanager
async def exchanging(timeout_s: float = TIMEOUT_S) -> AsyncIterator[Exchange]:
    """Requests to this machine too."""
    outward = OutboundHttp(private=True, timeout_s=timeout_s)

    async def exchange(method: str, url: str, headers: Mapping[str, str], body: bytes | None, most: int) -> Answered:
        return await outward.exchange(method, url, headers, body, most=most)

    try:
        yield exchange
    finally:
        await outward.close()


async def results(open_client: Open = rest, checks: Sequence[Check] = CHECKS) -> list[Result]:
    """Of a client against the stand-in, check by check."""
    return [await _result(open_client, check) for check in checks]


async def _result(open_client: Open, check: Check) -> Result:
    crm = FakeCrm()
    async with serving(crm), exchanging() as exchange:
        try:
            await check.run(crm, open_client(crm.url, TOKEN, SHAPE, exchange))
        except Failed as error:
            return Result(name=check.name, why=str(error))
        except Exception as error:  # whatever a client under test raises
            return Result(name=check.name, why=f"{type(error).__name__}: {error}")
    return Result(name=check.name, why="; ".join(dict.fromkeys(crm.wrong)))


async def real(url: str, token: str, shape: RestShape) -> list[Result]:
    """Of a real CRM, from reading alone: nothing is changed there."""
    async with exchanging(10.0) as exchange:
        client = rest(url, token, shape, exchange)
        found = [await _told("the list is read in pages of two, in order", _read_on(client))]
        found.append(await _told("a record that is not there is missing", _missing(client)))
        wrong = rest(url, "no-such-token", shape, exchange)
        found.append(await _told("a wrong token is refused", _refuses(wrong)))
        return found


async def _told(name: str, check: object) -> Result:
    try:
        await check  # type: ignore[misc]
    except Failed as error:
        return Result(name=name, why=str(error))
    except Exception as error:  # whatever a CRM does to the client
        return Result(name=name, why=f"{type(error).__name__}: {error}")
    return Result(name=name)


async def _read_on(client: CrmClient) -> None:
    first = await client.changed_since(None, 4)
    place, ids = None, list[str]()
    while len(ids) < len(first.records):
        page = await client.changed_since(place, 2)
        ids += [one.id for one in page.records]
        if not page.records:
            break
        place = Place(at=page.records[-1].changed_at, id=page.records[-1].id)
    wanted = [one.id for one in first.records]
    if ids[: len(wanted)] != wanted:
        raise Failed(f"four at once are {wanted}, and two by two {ids}")


async def _missing(client: CrmClient) -> None:
    try:
        await client.get("call24-no-such-record")
    except Missing:
        return
    raise Failed("it was found")


async def _refuses(client: CrmClient) -> None:
    try:
        await client.changed_since(None, 1)
    except CrmTrouble as error:
        if error.trouble == "unauthorised":
            return
        raise Failed(f"401 or 403 is due, and it was {error.trouble}") from error
    raise Failed("it was let in")
