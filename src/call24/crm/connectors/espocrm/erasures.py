"""Erasures in EspoCRM: it keeps the rows of deleted records, so a record is emptied first, and deleted then.

Calls that Call24 logged go with the contact. A number and an address of e-mail are rows of their own, which several
contacts can have: they are emptied too, except where another contact has the same one.
Source: EspoCRM's documentation, Data privacy; its source, Tools/DataPrivacy/Erasor.php.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from call24.crm.asking import expect, malformed
from call24.crm.connector import CrmTrouble, Rejected
from call24.crm.connectors.espocrm.members import EMAIL, KEY, PHONE
from call24.crm.connectors.espocrm.records import Row
from call24.crm.connectors.espocrm.requests import EspoApi, condition, refuse
from call24.kit.outbound_http import Answered

EMPTIED = ("name", "description", "address", KEY)
"""Beside what is mapped. `name`: all its parts."""
PIECE = 100
OURS = "[crj_"
ERASED = f"{OURS}erased]"
"""What is left of a call's text until the call is deleted too: so it is found again if that is cut off."""
ROUNDS_MAX = 50
"""Of calls of one contact."""
VALUES = {PHONE: ("phoneNumberData", "phoneNumber"), EMAIL: ("emailAddressData", "emailAddress")}
"""Where a contact's numbers and addresses stand, and what each is called there."""


async def erase(api: EspoApi, row: Row) -> str:
    """`row`: the whole contact. What was done, as the receipt. Raises: Rejected, CrmTrouble."""
    id = row["id"]
    calls = await _erase_calls(api, id)
    shared = [name for name in VALUES if await _is_shared(api, row, name)]
    if shared:  # loses them: of the other contact they stay
        _done(await api.ask("PUT", f"Contact/{id}", None, {VALUES[name][0]: [] for name in shared}))
    fields = [one for one in dict.fromkeys((*EMPTIED, *VALUES, *api.fields)) if one not in shared]
    await _empty(api, {"entityType": "Contact", "id": id, "fieldList": fields})
    await _delete(api, f"Contact/{id}")
    return f"EspoCRM emptied contact {id} (Data Privacy) and deleted it, with {calls} calls of Call24's"


async def _erase_calls(api: EspoApi, id: str) -> int:
    """How many. Calls that the CRM's own users entered stay."""
    where = [
        {"type": "linkedWith", "attribute": "contacts", "value": id},
        condition("contains", "description", OURS),
    ]
    count = 0
    for _ in range(ROUNDS_MAX):
        rows = await api.rows("Call", where, "id", PIECE, ("id",))
        for row in rows:
            _done(await api.ask("PUT", f"Call/{row['id']}", None, {"description": ERASED}))
            await _delete(api, f"Call/{row['id']}")
        count += len(rows)
        if len(rows) < PIECE:
            return count
    raise CrmTrouble("malformed", f"EspoCRM has more than {PIECE * ROUNDS_MAX} calls of one contact")


async def _is_shared(api: EspoApi, row: Row, name: str) -> bool:
    """Whether another contact has one of them."""
    many, one = VALUES[name]
    told = row.get(many)
    each = told if isinstance(told, list) else malformed(f"a contact has no list `{many}`")
    for value in (entry.get(one) for entry in each if isinstance(entry, Mapping)):
        others = [condition("equals", name, str(value)), condition("notEquals", "id", row["id"])]
        if await api.rows("Contact", others, "id", 1, ("id",)):
            return True
    return False


async def _empty(api: EspoApi, body: Mapping[str, Any]) -> None:
    """Raises: Rejected."""
    try:
        answer = await api.ask("POST", "DataPrivacy/action/erase", None, body)
    except CrmTrouble as error:
        if error.trouble == "unauthorised" and error.said.startswith("403"):
            raise Rejected("the role of Call24's user in EspoCRM has not the permission Data Privacy") from None
        raise
    _done(answer)


async def _delete(api: EspoApi, path: str) -> None:
    _done(await api.ask("DELETE", path))


def _done(answer: Answered) -> None:
    """One that is gone meanwhile counts. Raises: Rejected."""
    if answer.status != 404:
        refuse(answer)
        expect(answer, 200)
