"""This room holds of an organisation, in memory: its newest test call, with ids of its agents whose phones rang, and
when it tested its trunks.
"""

from __future__ import annotations

from call24.doctor.number_test import NumberTests
from call24.doctor.trunk_test import TrunkTests
from call24.kit.holdings import Holdings, Keeper

HOLDS = Holdings(
    room="doctor",
    keepers=(
        Keeper(of=NumberTests, forget_organisation=NumberTests.forget),
        Keeper(of=TrunkTests, forget_organisation=TrunkTests.forget),
    ),
)
