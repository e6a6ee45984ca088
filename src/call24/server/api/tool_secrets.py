"""The secrets by which this machine's own tools are known: they lie in the data folder. Empty: nobody is let in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from call24.http.provided import provided


@dataclass(frozen=True, kw_only=True)
class ToolSecrets:
    doctor_secret: str
    operator_secret: str = ""


ToolSecretsDep = Annotated[ToolSecrets, provided(ToolSecrets)]
