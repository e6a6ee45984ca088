"""What this room reads outside of MongoDB. It holds nothing of persons."""

from __future__ import annotations

from call24.data_map import STATE, Closing, Files, Place, WithInstallation
from call24.kit.holdings import Holdings


def _own(path: str, what: str) -> Place:
    kept = WithInstallation()
    return Place(where=Files(path), what={what: STATE}, kept=kept, closing=Closing.STAYS, in_backup=True)


HOLDS = Holdings(
    room="self_audit",
    places=(
        _own("advisories/*", "published advisories that the operator put there"),
        _own("findings.csv", "findings of audits and testers that the operator keeps"),
    ),
)
