"""What the transfer register's routes answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from call24.data_transfers.model import Safeguard, Standing
from call24.kit.answers import Date, Instant
from call24.kit.endpoints import EndpointKind

ENDPOINTS_MAX = 75
"""20 trunks, 20 webhooks, 20 processors, 5 CRMs, an identity provider, and the installation's."""
Following = Annotated[str | None, Field(description="The cursor of the next page; null on the last page")]


class DataTransferAnswer(TypedDict):
    """An entry of the transfer register."""

    id: str
    kind: EndpointKind
    recipient: Annotated[str, Field(description="Who is given the data; published in the privacy policy")]
    country: Annotated[str, Field(description="ISO 3166 code of the country where the recipient is")]
    hosts: Annotated[list[str], Field(description="Names, with their subdomains, and addresses of the recipient")]
    safeguard: Safeguard
    reference: Annotated[str, Field(description="What the safeguard is called, such as a decision's number")]
    dated: Annotated[Date, Field(description="The day of the safeguard")]
    review_by: Annotated[Date, Field(description="The last day on which the entry counts")]
    expired: Annotated[bool, Field(description="Whether that day is over")]
    created_by: str
    created_at: Instant


class DataTransferPage(TypedDict):
    """A page of the transfer register, the oldest first."""

    items: list[DataTransferAnswer]
    next: Following


class DataEndpoint(TypedDict):
    """Something that is given the organisation's personal data."""

    kind: EndpointKind
    id: Annotated[str | None, Field(description="Of the setting; null: the installation's own")]
    country: Annotated[str | None, Field(description="ISO 3166 code; null: not stated")]
    hosts: list[str]
    standing: Annotated[
        Standing,
        Field(
            description="no_region: the organisation does not state where its data is kept, so nothing is refused; "
            "no_country: nobody states where this is; not_registered: in another region, and no entry covers it"
        ),
    ]


class DataEndpointList(TypedDict):
    """All that is given the organisation's personal data."""

    items: Annotated[list[DataEndpoint], Field(max_length=ENDPOINTS_MAX)]
    regions_as_of: Annotated[Date, Field(description="Last change of which countries are one region (the EEA)")]
