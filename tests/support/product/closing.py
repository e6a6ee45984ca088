"""What the closing of an organisation does to a room that a test has made by itself."""

from __future__ import annotations

from pathlib import Path

from call24.kit.holdings import Held, Holdings
from call24.kit.ids import TenantId
from call24.privacy.files import KeptFiles
from call24.privacy.personal_data import HOLDS as FILES


async def close_organisation(data: Path, tenant_id: TenantId, room: Holdings, *keepers: object) -> None:
    """`data`: the data folder; `keepers`: the room's objects."""
    held = Held((room, FILES))
    held.keep(*keepers, KeptFiles(data, held.places))
    await held.forget_organisation(tenant_id)
