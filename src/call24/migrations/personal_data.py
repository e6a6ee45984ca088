"""The stamp in the data folder. It says nothing about anybody."""

from __future__ import annotations

from call24.data_map import STATE, Closing, Files, Place, WithInstallation
from call24.kit.holdings import Holdings

HOLDS = Holdings(
    room="migrations",
    places=(
        Place(
            where=Files("schema.json*"),
            in_backup=True,
            what={"which version wrote the data": STATE},
            kept=WithInstallation(),
            closing=Closing.STAYS,
        ),
    ),
)
