"""This room holds nothing of a person: numbers of an organisation's things, in memory, for seconds."""

from __future__ import annotations

from call24.administration.counts import Counts
from call24.kit.holdings import Holdings, Keeper

HOLDS = Holdings(room="administration", keepers=(Keeper(of=Counts, forget_organisation=Counts.changed),))
