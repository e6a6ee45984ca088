"""What an organisation adds to the privacy policy, and which user accepted which version of it."""

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
    WithAccount,
    document,
    of_organisation,
)
from call24.kit.ids import PolicyAcceptanceId, PolicyNoticeId, TenantId, UserId

_PUBLISHED = of_organisation(Category.SETTING, "published in the privacy policy")


@document("policy_settings", tenant=True)
class PolicySettings(msgspec.Struct, frozen=True, kw_only=True):
    """One for each organisation: its id is the organisation's. Empty: not stated.

    `public_id`: the last part of the policy's public address, random and never changed. `controller`: the legal name;
    empty: the organisation's. `data_region`: ISO 3166 code of the country where the data is kept.
    """

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    public_id: Annotated[str, ID]
    controller: Annotated[str, _PUBLISHED] = ""
    postal_address: Annotated[str, _PUBLISHED] = ""
    contact: Annotated[str, _PUBLISHED] = ""
    officer: Annotated[str, _PUBLISHED] = ""
    authority: Annotated[str, _PUBLISHED] = ""
    data_region: Annotated[str, SETTING] = ""


@document("policy_acceptances", tenant=True, kept=WithAccount())
class PolicyAcceptance(msgspec.Struct, frozen=True, kw_only=True):
    """A user accepted a version. Only ever added. `hash`: of the version's text and tables, as they were shown."""

    id: Annotated[PolicyAcceptanceId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    version: Annotated[str, STATE]
    language: Annotated[str, STATE]
    hash: Annotated[str, STATE]
    at: Annotated[datetime, TIME]


@document("policy_notices", tenant=True, kept=WithAccount())
class PolicyNotice(msgspec.Struct, frozen=True, kw_only=True):
    """It was decided to tell a user of a coming version, once; the e-mail is stored with it. Only ever added.

    `hash`: of the version's text and tables on that day.
    """

    id: Annotated[PolicyNoticeId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    user_id: Annotated[UserId, PERSON]
    version: Annotated[str, STATE]
    hash: Annotated[str, STATE]
    at: Annotated[datetime, TIME]
