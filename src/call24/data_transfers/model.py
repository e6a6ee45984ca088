"""An entry of a transfer register: to whom personal data goes in another region, and what protects it there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from call24.data_map import ID, PERSON, SETTING, STATE, TENANT, TIME, Category, document, of_organisation
from call24.kit.endpoints import EndpointKind
from call24.kit.ids import DataTransferId, TenantId, UserId

Safeguard = Literal["adequacy_decision", "standard_clauses", "binding_rules", "derogation"]
"""GDPR, articles 45, 46 (2) (c), 47 and 49."""
Standing = Literal["same_region", "registered", "no_region", "no_country", "not_registered"]
"""no_region: the organisation states none, so nothing is refused; no_country: nobody says where the endpoint is."""
_PUBLISHED = of_organisation(Category.SETTING, "published in the privacy policy")


@document("data_transfers", tenant=True)
class DataTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """`hosts`: names, whose subdomains count too, and addresses of the recipient; none for the installation's own
    endpoints. `reference`: what the safeguard is called, such as a decision's number; `dated`: its day;
    `review_by`: from the day after, the entry covers nothing. Days are ISO 8601."""

    id: Annotated[DataTransferId, ID]
    tenant_id: Annotated[TenantId, TENANT]
    kind: Annotated[EndpointKind, STATE]
    recipient: Annotated[str, _PUBLISHED]
    country: Annotated[str, _PUBLISHED]
    hosts: Annotated[tuple[str, ...], SETTING] = ()
    safeguard: Annotated[Safeguard, _PUBLISHED]
    reference: Annotated[str, _PUBLISHED]
    dated: Annotated[str, _PUBLISHED]
    review_by: Annotated[str, SETTING]
    created_by: Annotated[UserId, PERSON]
    created_at: Annotated[datetime, TIME]
