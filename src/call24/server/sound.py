"""Where carriers' sound may go: to the internet, and to the networks that the call's own trunk names.

A carrier's SDP may name any address, this machine's and its neighbours' too (compare ADR 66 for SIP).
"""

from __future__ import annotations

from call24.asterisk.sound_targets import MayHear
from call24.kit.sip_targets import OWN, SipTarget
from call24.tenants.rules import comes_through
from call24.tenants.service import TenantService


def hearing(tenants: TenantService) -> MayHear:
    def may_hear(way: str, place: SipTarget) -> bool:
        why = tenants.targets.why_not(place) if tenants.targets is not None else None
        if why is None or why == OWN:
            return why is None
        return any(comes_through(one, place.address, tenants.resolved(one.id)) for one in tenants.trunks_by(way))

    return may_hear
