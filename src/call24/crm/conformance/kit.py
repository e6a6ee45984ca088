"""Runs the checks of a connector: each against a stand-in of its own, with a fresh client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from call24.crm.asking import Exchange
from call24.crm.conformance.bitrix24_checks import BITRIX24_CHECKS
from call24.crm.conformance.chatwoot_checks import CHATWOOT_CHECKS
from call24.crm.conformance.checks import Check, Failed, Result
from call24.crm.conformance.espocrm_checks import ESPOCRM_CHECKS
from call24.crm.conformance.fake import FakeCrm
from call24.crm.conformance.fake_bitrix24 import OBJECTION as BITRIX24_OBJECTION
from call24.crm.conformance.fake_bitrix24 import TEXTS as BITRIX24_TEXTS
from call24.crm.conformance.fake_bitrix24 import USER as BITRIX24_USER
from call24.crm.conformance.fake_bitrix24 import FakeBitrix24
from call24.crm.conformance.fake_chatwoot import ACCOUNT as CHATWOOT_ACCOUNT
from call24.crm.conformance.fake_chatwoot import FIELDS as CHATWOOT_FIELDS
from call24.crm.conformance.fake_chatwoot import FakeChatwoot
from call24.crm.conformance.fake_espocrm import TEXTS as ESPOCRM_TEXTS
from call24.crm.conformance.fake_espocrm import FakeEspoCrm
from call24.crm.conformance.fake_hubspot import PORTAL, TEXTS, FakeHubSpot
from call24.crm.conformance.fake_odoo import DATABASE as ODOO_DATABASE
from call24.crm.conformance.fake_odoo import TEXTS as ODOO_TEXTS
from call24.crm.conformance.fake_odoo import FakeOdoo
from call24.crm.conformance.fake_roundup import ADDED as ROUNDUP_ADDED
from call24.crm.conformance.fake_roundup import LOGIN as ROUNDUP_LOGIN
from call24.crm.conformance.fake_roundup import FakeRoundup
from call24.crm.conformance.fake_tryton import CATEGORY, DATABASE, LOGIN, FakeTryton
from call24.crm.conformance.fake_zammad import GROUP, STATE, FakeZammad
from call24.crm.conformance.hubspot_checks import HUBSPOT_CHECKS
from call24.crm.conformance.odoo_checks import ODOO_CHECKS
from call24.crm.conformance.rest_checks import REST_CHECKS
from call24.crm.conformance.roundup_checks import ROUNDUP_CHECKS
from call24.crm.conformance.stand_in import TOKEN, StandIn, serving
from call24.crm.conformance.tryton_checks import TRYTON_CHECKS
from call24.crm.conformance.zammad_checks import ZAMMAD_CHECKS
from call24.crm.connector import CrmClient, CrmTrouble, Missing
from call24.crm.connectors.bitrix24.client import Bitrix24Client
from call24.crm.connectors.bitrix24.requests import Bitrix24Api
from call24.crm.connectors.chatwoot.client import ChatwootClient
from call24.crm.connectors.chatwoot.requests import ChatwootApi
from call24.crm.connectors.espocrm.client import EspoClient
from call24.crm.connectors.espocrm.requests import EspoApi
from call24.crm.connectors.hubspot.client import HubSpotClient
from call24.crm.connectors.hubspot.requests import HubSpotApi
from call24.crm.connectors.odoo.client import OdooClient
from call24.crm.connectors.odoo.requests import OdooApi
from call24.crm.connectors.rest.client import RestClient
from call24.crm.connectors.roundup.client import RoundupClient
from call24.crm.connectors.roundup.members import ASKED, USUAL
from call24.crm.connectors.roundup.requests import RoundupApi
from call24.crm.connectors.tryton.client import TrytonClient
from call24.crm.connectors.tryton.rpc import TrytonRpc, TrytonSessions
from call24.crm.connectors.zammad.client import ZammadClient
from call24.crm.connectors.zammad.requests import ZammadApi
from call24.crm.model import (
    Bitrix24Shape,
    ChatwootShape,
    CrmKind,
    EspoShape,
    HubSpotShape,
    OdooShape,
    RestShape,
    RoundupShape,
    ZammadShape,
)
from call24.kit.outbound_http import Answered, OutboundHttp

TIMEOUT_S = 1.0
SHAPE = RestShape(objection_field="do_not_use")
HUBSPOT = HubSpotShape(portal_id=PORTAL, objection_property="do_not_use")
PROPERTIES = (*TEXTS, "call24_key", "lastmodifieddate")
ROUNDUP = RoundupShape(login=ROUNDUP_LOGIN, objection_property="do_not_use")
ESPOCRM = EspoShape(objection_field="cDoNotUse")
BITRIX24 = Bitrix24Shape(user_id=BITRIX24_USER, objection_field=BITRIX24_OBJECTION)
CHATWOOT = ChatwootShape(account_id=CHATWOOT_ACCOUNT, objection_field="do_not_use")
ODOO = OdooShape(database=ODOO_DATABASE, objection_field="x_do_not_use")
ZAMMAD = ZammadShape(group=GROUP, ticket_state=STATE, objection_field="do_not_use")

Open = Callable[[str, str, Exchange], CrmClient]
"""A client: address, token or password, and how requests are made."""


@dataclass(frozen=True, kw_only=True)
class Kit:
    """Of a connector. `path`: what the stand-in's address ends in."""

    stand_in: Callable[[], StandIn]
    open: Open
    checks: Sequence[Check]
    path: str = ""


def rest(shape: RestShape = SHAPE, kind: type[RestClient] = RestClient) -> Open:
    def opened(url: str, token: str, exchange: Exchange) -> CrmClient:
        return kind(url, token, shape, exchange, lambda: datetime.now(UTC))

    return opened


def tryton(login: str = LOGIN, kind: type[TrytonClient] = TrytonClient) -> Open:
    def opened(url: str, password: str, exchange: Exchange) -> CrmClient:
        rpc = TrytonRpc(
            url=url.rstrip("/"),
            login=login,
            password=password,
            exchange=exchange,
            now=lambda: datetime.now(UTC),
            sessions=TrytonSessions(),
        )
        return kind(rpc, CATEGORY)

    return opened


def zammad(shape: ZammadShape = ZAMMAD, kind: type[ZammadClient] = ZammadClient) -> Open:
    def opened(url: str, token: str, exchange: Exchange) -> CrmClient:
        return kind(ZammadApi(url.rstrip("/"), token, exchange, lambda: datetime.now(UTC)), shape)

    return opened


def hubspot(
    shape: HubSpotShape = HUBSPOT, kind: type[HubSpotClient] = HubSpotClient, properties: Sequence[str] = PROPERTIES
) -> Open:
    def opened(url: str, token: str, exchange: Exchange) -> CrmClient:
        return kind(HubSpotApi(url.rstrip("/"), token, properties, exchange, lambda: datetime.now(UTC)), shape)

    return opened


def roundup(
    shape: RoundupShape = ROUNDUP,
    kind: type[RoundupClient] = RoundupClient,
    properties: Sequence[str] = (*USUAL, *ASKED, *ROUNDUP_ADDED),
) -> Open:
    def opened(url: str, password: str, exchange: Exchange) -> CrmClient:
        api = RoundupApi(url.rstrip("/"), shape.login, password, properties, exchange, lambda: datetime.now(UTC))
        return kind(api, shape)

    return opened


def espocrm(
    shape: EspoShape = ESPOCRM, kind: type[EspoClient] = EspoClient, fields: Sequence[str] = ESPOCRM_TEXTS
) -> Open:
    def opened(url: str, token: str, exchange: Exchange) -> CrmClient:
        return kind(EspoApi(url.rstrip("/"), token, fields, exchange, lambda: datetime.now(UTC)), shape)

    return opened


def odoo(
    shape: OdooShape = ODOO,
    kind: type[OdooClient] = OdooClient,
    fields: Sequence[str] = (*ODOO_TEXTS, ODOO.objection_field),
) -> Open:
    def opened(url: str, token: str, exchange: Exchange) -> CrmClient:
        return kind(OdooApi(url.rstrip("/"), token, shape.database, fields, exchange, lambda: datetime.now(UTC)), shape)

    return opened


def bitrix24(
    shape: Bitrix24Shape = BITRIX24,
    kind: type[Bitrix24Client] = Bitrix24Client,
    fields: Sequence[str] = (*BITRIX24_TEXTS, "phone", "email", BITRIX24_OBJECTION),
) -> Open:
    def opened(url: str, token: str, exchange: Exchange) -> CrmClient:
        at = url.rstrip("/")
        return kind(Bitrix24Api(at, shape.user_id, token, fields, exchange, lambda: datetime.now(UTC)), shape)

    return opened


def chatwoot(
    shape: ChatwootShape = CHATWOOT,
    kind: type[ChatwootClient] = ChatwootClient,
    fields: Sequence[str] = CHATWOOT_FIELDS,
) -> Open:
    def opened(url: str, token: str, exchange: Exchange) -> CrmClient:
        at = url.rstrip("/")
        return kind(ChatwootApi(at, shape.account_id, token, fields, exchange, lambda: datetime.now(UTC)), shape)

    return opened


KITS: Mapping[CrmKind, Kit] = {
    "bitrix24": Kit(stand_in=FakeBitrix24, open=bitrix24(), checks=BITRIX24_CHECKS),
    "chatwoot": Kit(stand_in=FakeChatwoot, open=chatwoot(), checks=CHATWOOT_CHECKS),
    "espocrm": Kit(stand_in=FakeEspoCrm, open=espocrm(), checks=ESPOCRM_CHECKS),
    "hubspot": Kit(stand_in=FakeHubSpot, open=hubspot(), checks=HUBSPOT_CHECKS),
    "odoo": Kit(stand_in=FakeOdoo, open=odoo(), checks=ODOO_CHECKS),
    "rest": Kit(stand_in=FakeCrm, open=rest(), checks=REST_CHECKS),
    "roundup": Kit(stand_in=FakeRoundup, open=roundup(), checks=ROUNDUP_CHECKS),
    "tryton": Kit(stand_in=FakeTryton, open=tryton(), checks=TRYTON_CHECKS, path=f"/{DATABASE}"),
    "zammad": Kit(stand_in=FakeZammad, open=zammad(), checks=ZAMMAD_CHECKS),
}


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


async def results(kit: Kit, *, open_client: Open | None = None, checks: Sequence[Check] | None = None) -> list[Result]:
    """Of a client against the stand-in, check by check; those of the kit where none are named."""
    return [await _result(kit, open_client or kit.open, check) for check in (checks or kit.checks)]


async def _result(kit: Kit, open_client: Open, check: Check) -> Result:
    crm = kit.stand_in()
    async with serving(crm, path=kit.path), exchanging() as exchange:
        try:
            await check.run(crm, open_client(crm.url, TOKEN, exchange))
        except Failed as error:
            return Result(name=check.name, why=str(error))
        except Exception as error:  # whatever a client under test raises
            return Result(name=check.name, why=f"{type(error).__name__}: {error}")
    return Result(name=check.name, why="; ".join(dict.fromkeys(crm.wrong)))


async def real(url: str, token: str, open_client: Open) -> list[Result]:
    """Of a real CRM, from reading alone: nothing is changed there."""
    async with exchanging(10.0) as exchange:
        client = open_client(url, token, exchange)
        found = [await _told("the list is read in pages of two, in order", _read_on(client))]
        found.append(await _told("a record that is not there is missing", _missing(client)))
        wrong = open_client(url, "no-such-token", exchange)
        found.append(await _told("a wrong token is refused", _refuses(wrong)))
        return found


async def _told(name: str, check: Awaitable[Any]) -> Result:
    try:
        await check
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
        place = page.end
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
