"""What this room holds of persons: what they took away; and of organisations: the files."""

from __future__ import annotations

from call24.data_map import Trace
from call24.exports.model import Export
from call24.exports.service import Exports
from call24.kit.holdings import Holdings, Keeper, Stage

HOLDS = Holdings(
    room="exports",
    traces=(Trace(struct=Export, fields=("asked_by",), file="exports"),),
    keepers=(
        Keeper(
            of=Exports,
            forget_person=Exports.forget_user,
            forget_organisation=Exports.erase_tenant,
            stage=Stage.FILES,
            erase_due=("exports", Exports.erase_due),
        ),
    ),
)
