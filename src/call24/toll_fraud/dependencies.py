"""What routes ask of this room: `service: TollFraudDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.toll_fraud.service import TollFraudGuard

TollFraudDep = Annotated[TollFraudGuard, provided(TollFraudGuard)]
