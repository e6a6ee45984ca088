"""What routes ask of this room: `service: ContactsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.contacts.call_names import CallNames
from call24.contacts.callers import KnownCallers
from call24.contacts.service import ContactService
from call24.http.provided import provided

CallNamesDep = Annotated[CallNames, provided(CallNames)]
ContactsDep = Annotated[ContactService, provided(ContactService)]
KnownCallersDep = Annotated[KnownCallers, provided(KnownCallers)]
