"""What routes ask of this room: `transfers: DataTransfersDep`."""

from __future__ import annotations

from typing import Annotated

from call24.data_transfers.service import DataTransfers
from call24.http.provided import provided

DataTransfersDep = Annotated[DataTransfers, provided(DataTransfers)]
