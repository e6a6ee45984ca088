"""Which sessions make room when a user, or an organisation, has too many. Pure.

Each signed-in device is an endpoint of the PBX and is rung with every offer, so their number has a bound.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from call24.identity.model import Device
from call24.kit.ids import DeviceId

OF_USER = 20
OF_ORGANISATION = 5_000


def ending(newest: DeviceId, of_user: Collection[Device], of_organisation: Collection[Device]) -> Sequence[Device]:
    """Which sessions end. `of_organisation`: everybody's, or nothing where they are few enough."""
    own = _surplus(of_user, OF_USER, newest)
    gone = {device.id for device in own}
    left = [device for device in of_organisation if device.id not in gone]
    return [*own, *_surplus(left, OF_ORGANISATION, newest)]


def _surplus(devices: Collection[Device], most: int, newest: DeviceId) -> Sequence[Device]:
    """What goes, so that `most` are left: what was never used since it signed in, then what is unused for longest.

    By this order whoever signs in again and again ends their own sessions, and none that somebody works with.
    """
    others = [device for device in devices if device.id != newest]
    return sorted(others, key=_use)[: max(0, len(devices) - most)]


def _use(device: Device) -> tuple[bool, datetime, str]:
    last = device.last_seen_at or device.created_at
    return last > device.created_at, last, device.id
