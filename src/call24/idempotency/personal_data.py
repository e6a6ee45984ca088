"""What this room holds of persons: their requests, and answers to others that name them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from call24.data_map import Trace
from call24.idempotency.model import Attempt
from call24.idempotency.service import IdempotencyService
from call24.kit.holdings import Holdings, Keeper


class RequestOf(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    operation: str
    created_at: datetime


HOLDS = Holdings(
    room="idempotency",
    traces=(Trace(struct=Attempt, fields=("user_id",), file="repeatable_requests", part=RequestOf),),
    keepers=(Keeper(of=IdempotencyService, forget_person=IdempotencyService.forget_user),),
)
