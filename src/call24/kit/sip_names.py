"""What a phone or a trunk is called at Asterisk: `ten_….dev_…`, `ten_….trk_…`. Made and read only here.

It is the name of the endpoint with its address of record, its login and its registration, a phone's SIP user and what
it signs in with, and stands in each dial string and each channel's name. So the organisation is in all of them, and a
device's or a trunk's id alone leads nowhere. Who may have a phone is decided in identity/.
Source: Asterisk 22: of a From's user the first 63 characters count (res_pjsip_endpoint_identifier_user.c); a channel's
name, `PJSIP/NAME-00000001`, has at most 79, and so has the `NUMBER@NAME` of a dial string (AST_CHANNEL_NAME).
"""

from __future__ import annotations

import re

from call24.kit.ids import DeviceId, TenantId, TrunkId

BEGINNINGS = "(ten|dev)_"
"""Of each such name, and of the bare `dev_…` by which an earlier version's app may still ask; of no caller."""
_NAME = re.compile(r"(ten_[0-9a-zA-Z]+)\.((?:dev|trk)_[0-9a-zA-Z_]+)")


def sip_name(tenant_id: TenantId, own_id: DeviceId | TrunkId) -> str:
    return f"{tenant_id}.{own_id}"


def owner_of(name: str) -> TenantId | None:
    """The organisation that a name says it is of; None for what is no such name."""
    found = _NAME.fullmatch(name)
    return TenantId(found[1]) if found else None


def own_id_of(name: str) -> str:
    """The id behind the organisation; of an earlier version's name, which was the id alone, the whole."""
    return name.rpartition(".")[2]
