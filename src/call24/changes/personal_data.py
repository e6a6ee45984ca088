"""What this room holds of organisations: how far readers have come, in memory. Its events expire in MongoDB."""

from __future__ import annotations

from call24.changes.feed import Feed
from call24.kit.holdings import Holdings, Keeper

HOLDS = Holdings(room="changes", keepers=(Keeper(of=Feed, forget_organisation=Feed.close_tenant),))
