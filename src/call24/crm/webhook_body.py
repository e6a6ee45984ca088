"""Which records a CRM's message names. Pure.

Nothing else of a message is used: what is in a record is read from the CRM itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from call24.crm.model import CrmConnection, CrmKind

NAMED_MAX = 100
"""Records of one message that are read by their id; further ones come with the CRM's list."""
LOOKED_MAX = 1000
"""Values of a message that are looked at for ids."""
BODY_MAX = 32 * 1024
"""Bytes of a message."""
ID_MAX = 200
FORM = "application/x-www-form-urlencoded"
_IDS = "ids"
_OF_KIND: Mapping[CrmKind, tuple[str, ...]] = {
    "hubspot": ("objectId",),
    "odoo": ("_id",),
    "bitrix24": ("data[FIELDS][ID]",),
}
"""Where a kind's own messages have the record's id, beside `id`. Sources: developers.hubspot.com, Webhooks API;
odoo.com/documentation, Automation rules, Send Webhook Notification; apidocs.bitrix24.com, Events."""
_LEVELS = 4


class Unreadable(Exception):
    """It is neither JSON nor a form."""


def records_in(connection: CrmConnection, media_type: str, body: bytes) -> tuple[str, ...]:
    """Ids as the CRM has them, each once; empty: it names none. `media_type`: without parameters, in lower case.

    A record by its `id` (in kind `rest`: by the member that is its id), several by `ids`, or a list of such objects.
    Raises: Unreadable.
    """
    members = (connection.shape.id,) if connection.kind == "rest" else ("id", *_OF_KIND.get(connection.kind, ()))
    named: dict[str, None] = {}
    for id in islice(_ids(_read(media_type, body), members, _LEVELS), LOOKED_MAX):
        if len(named) == NAMED_MAX:
            break
        if 1 <= len(id) <= ID_MAX and id.isprintable():
            named[id] = None
    return tuple(named)


def _read(media_type: str, body: bytes) -> Any:
    if not body.strip():
        return {}
    try:
        text = body.decode()
        if media_type == FORM:
            return dict(parse_qsl(text, max_num_fields=NAMED_MAX))
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable from None


def _ids(value: Any, members: Iterable[str], levels: int) -> Iterator[str]:
    """With an empty text for each value that is none, so that those who look can count."""
    if isinstance(value, list) and levels:
        for one in value:
            yield ""
            yield from _ids(one, members, levels - 1)
    elif isinstance(value, Mapping):
        for name in members:
            yield from _texts([value.get(name)])
        several = value.get(_IDS)
        yield from _texts(several if isinstance(several, list) else [several])


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for one in values:
        yield str(one) if isinstance(one, str | int) and not isinstance(one, bool) else ""
