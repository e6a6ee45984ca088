"""Tasks that were stored before tasks had priorities and could be searched: they get a priority and their words.

Until then they had a title alone, and only those that a user wrote had one.
"""

from __future__ import annotations

import re
from typing import Any

from call24.kit.folding import folded
from call24.kit.mongo import StoredDocuments
from call24.migrations.step import Batch, DatabaseStep

AT_ONCE = 500
_WORD = re.compile(r"[^\W_]+")
_WORDS_MAX, _WORD_MAX = 60, 40
_EARLIER = {"words": {"$exists": False}}


async def batch(stored: StoredDocuments, after: str) -> Batch:
    """Raises: Unavailable."""
    found = await stored.behind("tasks", after, _EARLIER, AT_ONCE)
    await stored.set_each("tasks", [({"_id": task["_id"], **_EARLIER}, _changes(task)) for task in found])
    return Batch(len(found), found[-1]["_id"] if len(found) == AT_ONCE else None)


def _changes(task: dict[str, Any]) -> dict[str, Any]:
    parts = (folded(part)[:_WORD_MAX] for part in _WORD.findall(task.get("title") or ""))
    words = list(dict.fromkeys(part for part in parts if part))[:_WORDS_MAX]
    return {"priority": task.get("priority") or "normal", "words": words}


STEP = DatabaseStep(number=1, what="words and priorities of tasks", batch=batch)
