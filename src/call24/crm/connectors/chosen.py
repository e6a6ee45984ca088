"""Which connector a connection has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from call24.crm.asking import Exchange
from call24.crm.connector import CrmClient
from call24.crm.connectors.bitrix24.client import Bitrix24Client
from call24.crm.connectors.bitrix24.members import fields as bitrix24_fields
from call24.crm.connectors.bitrix24.requests import Bitrix24Api
from call24.crm.connectors.chatwoot.client import ChatwootClient
from call24.crm.connectors.chatwoot.members import fields as chatwoot_fields
from call24.crm.connectors.chatwoot.requests import ChatwootApi
from call24.crm.connectors.espocrm.client import EspoClient
from call24.crm.connectors.espocrm.members import fields as espocrm_fields
from call24.crm.connectors.espocrm.requests import EspoApi
from call24.crm.connectors.hubspot.client import HubSpotClient
from call24.crm.connectors.hubspot.members import properties
from call24.crm.connectors.hubspot.requests import HubSpotApi
from call24.crm.connectors.odoo.client import OdooClient
from call24.crm.connectors.odoo.members import fields as odoo_fields
from call24.crm.connectors.odoo.requests import OdooApi
from call24.crm.connectors.rest.client import RestClient
from call24.crm.connectors.roundup.client import RoundupClient
from call24.crm.connectors.roundup.members import properties as roundup_properties
from call24.crm.connectors.roundup.requests import RoundupApi
from call24.crm.connectors.tryton.client import TrytonClient
from call24.crm.connectors.tryton.rpc import TrytonRpc, TrytonSessions
from call24.crm.connectors.zammad.client import ZammadClient
from call24.crm.connectors.zammad.requests import ZammadApi
from call24.crm.model import CrmConnection


def client_of(
    connection: CrmConnection,
    token: str,
    exchange: Exchange,
    now: Callable[[], datetime],
    sessions: TrytonSessions,
) -> CrmClient:
    """`token`: the opened credentials; `sessions`: shared by all connections of the process."""
    match connection.kind:
        case "rest":
            return RestClient(connection.url, token, connection.shape, exchange, now)
        case "tryton":
            shape = connection.tryton
            rpc = TrytonRpc(
                url=connection.url,
                login=shape.login,
                password=token,
                exchange=exchange,
                now=now,
                sessions=sessions,
            )
            return TrytonClient(rpc, shape.objection_category)
        case "zammad":
            return ZammadClient(ZammadApi(connection.url, token, exchange, now), connection.zammad)
        case "hubspot":
            api = HubSpotApi(connection.url, token, properties(connection), exchange, now)
            return HubSpotClient(api, connection.hubspot)
        case "roundup":
            own = connection.roundup
            asks = RoundupApi(connection.url, own.login, token, roundup_properties(connection), exchange, now)
            return RoundupClient(asks, own)
        case "espocrm":
            espo = EspoApi(connection.url, token, espocrm_fields(connection), exchange, now)
            return EspoClient(espo, connection.espocrm)
        case "odoo":
            database = connection.odoo.database
            odoo = OdooApi(connection.url, token, database, odoo_fields(connection), exchange, now)
            return OdooClient(odoo, connection.odoo)
        case "bitrix24":
            user = connection.bitrix24.user_id
            bitrix24 = Bitrix24Api(connection.url, user, token, bitrix24_fields(connection), exchange, now)
            return Bitrix24Client(bitrix24, connection.bitrix24)
        case "chatwoot":
            account = connection.chatwoot.account_id
            chatwoot = ChatwootApi(connection.url, account, token, chatwoot_fields(connection), exchange, now)
            return ChatwootClient(chatwoot, connection.chatwoot)
        case kind:
            assert_never(kind)
