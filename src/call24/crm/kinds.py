"""What a connection of each kind must say beside what all must, and what the CRM calls an objection. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, assert_never

from call24.crm.connectors.bitrix24 import members as bitrix24_members
from call24.crm.connectors.chatwoot import members as chatwoot_members
from call24.crm.connectors.espocrm import members as espocrm_members
from call24.crm.connectors.hubspot import members as hubspot_members
from call24.crm.connectors.odoo import members as odoo_members
from call24.crm.connectors.roundup import members as roundup_members
from call24.crm.connectors.tryton import members as tryton_members
from call24.crm.connectors.zammad import members as zammad_members
from call24.crm.model import (
    Bitrix24Shape,
    ChatwootShape,
    CrmConnection,
    EspoShape,
    HubSpotShape,
    OdooShape,
    RestShape,
    RoundupShape,
    TrytonShape,
    ZammadShape,
)
from call24.crm.refused import NO_RIGHT
from call24.webhooks.rules import is_address

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]{0,63}")
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){1,6}/?")
SHAPES: Mapping[str, type[Any]] = {
    "shape": RestShape,
    "tryton": TrytonShape,
    "zammad": ZammadShape,
    "hubspot": HubSpotShape,
    "roundup": RoundupShape,
    "espocrm": EspoShape,
    "odoo": OdooShape,
    "bitrix24": Bitrix24Shape,
    "chatwoot": ChatwootShape,
}
"""Settings that one kind alone has, by their name in a connection."""


def _shape_faults(connection: CrmConnection) -> list[tuple[str, str]]:
    shape, found = connection.shape, list[tuple[str, str]]()
    for name in ("records_path", "calls_path"):
        if not _PATH.fullmatch(getattr(shape, name)):
            found.append((f"shape.{name}", "a path such as /api/contacts"))
    needed = ("items", "since", "after", "limit", "id", "changed_at")
    for name in (*needed, "more", "version", "deleted", "key", "by_number", "objection_field"):
        text = getattr(shape, name)
        if not (_NAME.fullmatch(text) or (not text and name not in needed)):
            found.append((f"shape.{name}", "a name of letters, digits, - and _"))
    template = shape.link_template
    if template and not (
        template.count("{id}") == 1 and is_address(template.replace("{id}", "1"), True) and len(template) <= 300
    ):
        found.append(("shape.link_template", "an address with {id} in it once"))
    return found


def faults(connection: CrmConnection) -> list[tuple[str, str]]:
    """What is wrong with it as a connection of its kind, by field."""
    match connection.kind:
        case "rest":
            return _shape_faults(connection)
        case "tryton":
            return tryton_members.faults(connection)
        case "zammad":
            return zammad_members.faults(connection)
        case "hubspot":
            return hubspot_members.faults(connection)
        case "roundup":
            return roundup_members.faults(connection)
        case "espocrm":
            return espocrm_members.faults(connection)
        case "odoo":
            return odoo_members.faults(connection)
        case "bitrix24":
            return bitrix24_members.faults(connection)
        case "chatwoot":
            return chatwoot_members.faults(connection)
        case kind:
            assert_never(kind)


def objection_of(connection: CrmConnection) -> str:
    """What the CRM calls it that a person's data may not be used; empty: it has no such thing."""
    match connection.kind:
        case "rest":
            return connection.shape.objection_field
        case "tryton":
            return connection.tryton.objection_category
        case "zammad":
            return connection.zammad.objection_field
        case "hubspot":
            return connection.hubspot.objection_property
        case "roundup":
            return connection.roundup.objection_property
        case "espocrm":
            return connection.espocrm.objection_field
        case "odoo":
            return connection.odoo.objection_field
        case "bitrix24":
            return connection.bitrix24.objection_field
        case "chatwoot":
            return connection.chatwoot.objection_field
        case kind:
            assert_never(kind)


def eraser(connection: CrmConnection) -> str:
    """What Call24's user must be in the CRM to erase; said where it refuses that."""
    return "the user must be an administrator" if connection.kind == "chatwoot" else NO_RIGHT


def tells_changes(connection: CrmConnection) -> bool:
    """Whether its lists have again who was changed; otherwise all of them are compared, over and over."""
    return connection.kind != "chatwoot"
