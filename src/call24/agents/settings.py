"""What an organisation sets for its agents: reasons to pause, dispositions, and what each agent can do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from call24.data_map import (
    ID,
    PERSON,
    SETTING,
    STATE,
    TENANT,
    TIME,
    Category,
    Recipient,
    WithAccount,
    document,
    of_user,
)
from call24.kit.ids import DispositionId, PauseReasonId, TenantId, UserId

_MOBILE = of_user(
    Category.PHONE,
    "calling agents outside the app when none of their phones rings, if they turned it on",
    recipients=(Recipient.CARRIER,),
)
_SKILL = of_user(Category.WORK, "calls are given to agents who can take them")


@document("pause_reasons", tenant=True)
class PauseReason(msgspec.Struct, frozen=True, kw_only=True):
    """`limit_s`: how long such a pause may last; None: no limit. Not `active`: kept for its name in what is past."""

    id: Annotated[PauseReasonId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    name_key: Annotated[str, SETTING]
    limit_s: Annotated[int | None, SETTING] = None
    order: Annotated[int, SETTING] = 0
    active: Annotated[bool, STATE] = True


@document("dispositions", tenant=True)
class Disposition(msgspec.Struct, frozen=True, kw_only=True):
    """What a call came to, as an agent says it afterwards. Not `active`: kept for its name in what is past.

    `call_back`: the customer is to be called again, so the app asks when; None: made before this was asked.
    """

    id: Annotated[DispositionId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    name: Annotated[str, SETTING]
    name_key: Annotated[str, SETTING]
    order: Annotated[int, SETTING] = 0
    call_back: Annotated[bool | None, SETTING] = None
    active: Annotated[bool, STATE] = True


class Skill(msgspec.Struct, frozen=True, kw_only=True):
    """`level`: 1 to 10."""

    name: Annotated[str, _SKILL]
    level: Annotated[int, _SKILL]


@document("agent_profiles", tenant=True, kept=WithAccount())
class AgentProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What one user can do; its id is the user's."""

    id: Annotated[UserId, PERSON]
    tenant_id: Annotated[TenantId, TENANT]
    skills: Annotated[tuple[Skill, ...], _SKILL] = ()


@document("agent_mobiles", tenant=True, kept=WithAccount())
class AgentMobile(msgspec.Struct, frozen=True, kw_only=True):
    """The mobile number that a user proved; its id is the user's. `rings`: the user wants to be called on it."""

    id: Annotated[UserId, PERSON]
    tenant_id: Annotated[TenantId, TENANT]
    number: Annotated[str, _MOBILE]
    proven_at: Annotated[datetime, TIME]
    rings: Annotated[bool, SETTING] = True
