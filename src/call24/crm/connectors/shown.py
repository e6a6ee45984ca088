"""For CRMs that pass over fields which they do not have, and answer that all is well. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from call24.crm.connector import Rejected


def check_shown(row: Mapping[str, Any], names: Iterable[str], crm: str) -> None:
    """A field that is to be written stands in the record as it is shown. Raises: Rejected."""
    unknown = sorted(set(names) - set(row))
    if unknown:
        raise Rejected(f"{crm} shows no field {', '.join(unknown)} of contacts to Call24's user")
