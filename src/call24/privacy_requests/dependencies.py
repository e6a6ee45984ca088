"""What routes ask of this room: `service: PrivacyRequestsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.privacy_requests.correcting import RequestedCorrections
from call24.privacy_requests.door import CallerDoor
from call24.privacy_requests.restricting import RequestedRestrictions
from call24.privacy_requests.service import PrivacyRequests

PrivacyRequestsDep = Annotated[PrivacyRequests, provided(PrivacyRequests)]
RequestedCorrectionsDep = Annotated[RequestedCorrections, provided(RequestedCorrections)]
RequestedRestrictionsDep = Annotated[RequestedRestrictions, provided(RequestedRestrictions)]
CallerDoorDep = Annotated[CallerDoor, provided(CallerDoor)]
