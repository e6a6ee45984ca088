"""`crm conformance`: checks each connector against a faulty stand-in of its CRM, or a real CRM by reading alone."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from call24.crm.conformance.checks import Result
from call24.crm.conformance.kit import (
    KITS,
    SHAPE,
    Open,
    bitrix24,
    chatwoot,
    espocrm,
    hubspot,
    odoo,
    real,
    rest,
    results,
    roundup,
    tryton,
    zammad,
)
from call24.crm.connectors.bitrix24.members import USUAL as BITRIX24_USUAL
from call24.crm.connectors.chatwoot.members import USUAL as CHATWOOT_USUAL
from call24.crm.connectors.espocrm.members import USUAL as ESPOCRM_USUAL
from call24.crm.connectors.hubspot.members import KEY, NUMBER, USUAL
from call24.crm.connectors.odoo.members import USUAL as ODOO_USUAL
from call24.crm.connectors.roundup import members as roundup_members
from call24.crm.model import Bitrix24Shape, ChatwootShape, OdooShape, RestShape, RoundupShape

FAILED = 1
WRONG_USAGE = 2


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["conformance"], help="check a connector, or a CRM")
    parser.add_argument(
        "--kind",
        "--connector",
        dest="kind",
        choices=sorted(KITS),
        help="the connector (default: all; of a real CRM: rest)",
    )
    parser.add_argument("--url", help="address of a real CRM, which is only read (default: the faulty stand-ins)")
    parser.add_argument("--token-file", type=Path, help="file with the CRM's token, or the user's password")
    parser.add_argument("--shape-file", type=Path, help="JSON file with what a REST interface names differently")
    parser.add_argument(
        "--login", default="", help="user of Tryton, Roundup or Bitrix24's webhook; number of Chatwoot's account"
    )
    parser.add_argument("--database", default="", help="name of Odoo's database, where there are several")


def run(named: argparse.Namespace) -> int:
    if named.url is not None and named.token_file is None:
        print("call24: give --token-file too")
        return WRONG_USAGE
    if named.url is not None:
        token = named.token_file.read_text().strip()
        found = asyncio.run(real(named.url, token, _client(named)))
        _print(found)
    else:
        found = []
        for kind in [named.kind] if named.kind is not None else sorted(KITS):
            print(f"{kind}:")
            own = asyncio.run(results(KITS[kind]))
            _print(own)
            found += own
    failed = sum(bool(one.why) for one in found)
    print(f"{len(found) - failed} of {len(found)} checks passed")
    return FAILED if failed else 0


def _client(named: argparse.Namespace) -> Open:
    of_kind: dict[str, Callable[[], Open]] = {
        "bitrix24": lambda: bitrix24(Bitrix24Shape(user_id=named.login), fields=BITRIX24_USUAL),
        "chatwoot": lambda: chatwoot(ChatwootShape(account_id=named.login), fields=CHATWOOT_USUAL),
        "espocrm": lambda: espocrm(fields=ESPOCRM_USUAL),
        "hubspot": lambda: hubspot(properties=(*(one for one in USUAL if one != NUMBER), KEY, "lastmodifieddate")),
        "odoo": lambda: odoo(OdooShape(database=named.database), fields=ODOO_USUAL),
        "roundup": lambda: roundup(
            RoundupShape(login=named.login), properties=(*roundup_members.USUAL, *roundup_members.ASKED)
        ),
        "tryton": lambda: tryton(named.login),
        "zammad": zammad,
    }
    return of_kind.get(named.kind, lambda: _rest(named))()


def _rest(named: argparse.Namespace) -> Open:
    return rest(SHAPE if named.shape_file is None else RestShape(**json.loads(named.shape_file.read_text())))


def _print(found: list[Result]) -> None:
    for one in found:
        print(line(one))


def line(one: Result) -> str:
    return f"failed  {one.name}: {one.why}" if one.why else f"passed  {one.name}"
