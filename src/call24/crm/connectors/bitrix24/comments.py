"""Calls as comments of a contact's timeline in Bitrix24. They go with the contact."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from call24.crm.asking import malformed
from call24.crm.call_text import call_text
from call24.crm.connector import CrmTrouble, LoggedCall
from call24.crm.connectors.bitrix24.requests import Bitrix24Api

PAGES_MAX = 40
"""Of comments of one contact."""
OURS = "[crj_"


async def find(api: Bitrix24Api, contact: int, key: str) -> str | None:
    """Bitrix24 does not search texts of comments: all of the contact are read, the newest first. Raises: CrmTrouble."""
    async for one in _comments(api, contact):
        if f"[{key}]" in str(one.get("COMMENT")):
            return str(one["ID"])
    return None


async def add(api: Bitrix24Api, contact: int, call: LoggedCall, key: str) -> str:
    """Raises: Missing, Rejected, CrmTrouble."""
    fields = {"ENTITY_ID": contact, "ENTITY_TYPE": "contact", "COMMENT": call_text(call, key)}
    id = (await api.call("crm.timeline.comment.add", {"fields": fields}))["result"]
    return str(id) if isinstance(id, int) and not isinstance(id, bool) else malformed("a comment has no id")


async def remove(api: Bitrix24Api, contact: int) -> int:
    """How many of ours there were. Raises: Missing, Rejected, CrmTrouble."""
    ours = [one["ID"] async for one in _comments(api, contact) if OURS in str(one.get("COMMENT"))]
    for id in ours:
        await api.call("crm.timeline.comment.delete", {"id": int(id)})
    return len(ours)


async def _comments(api: Bitrix24Api, contact: int) -> AsyncIterator[Mapping[str, Any]]:
    start = 0
    for _ in range(PAGES_MAX):
        body = {
            "filter": {"ENTITY_ID": contact, "ENTITY_TYPE": "contact"},
            "select": ["ID", "COMMENT"],
            "order": {"ID": "DESC"},
            "start": start,
        }
        told = await api.call("crm.timeline.comment.list", body)
        found = told["result"] if isinstance(told["result"], list) else malformed("comments are no list")
        for one in found:
            if not isinstance(one, Mapping) or not str(one.get("ID")).isdigit():
                malformed("a comment has no ID")
            yield one
        following = told.get("next")
        if not isinstance(following, int) or following <= start:
            return
        start = following
    raise CrmTrouble("malformed", "Bitrix24 has more comments of one contact than are read")
