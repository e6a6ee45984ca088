"""Fields that several answers have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

PermissionNames = Annotated[list[str], Field(description="Names as in `GET /v1/permissions`")]
RoleId = Annotated[str, Field(description="A built-in role, such as `agent`, or the id of a custom role")]
Link = Annotated[
    str | None, Field(description="The link itself, if this installation sends no e-mail: pass it on. Else null")
]
PageCursor = Annotated[str | None, Field(description="Pass it as `cursor` to get the next page; null on the last one")]
