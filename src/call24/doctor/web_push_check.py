"""Whether browsers' push services can know who sends: by the public address, which must be one that others reach."""

from __future__ import annotations

from call24.doctor.report import CheckResult, Failed
from call24.kit.mongo import Mongo
from call24.kit.settings import Settings
from call24.web_push.model import PushSubscription
from call24.web_push.vapid import subject_of


async def look(mongo: Mongo, settings: Settings, found: CheckResult) -> None:
    """Raises: Failed, Unavailable."""
    browsers = await mongo.platform(PushSubscription, why="the doctor counts browsers with notifications").count()
    contact = subject_of(settings.address)
    found.seen = f"{browsers} browsers have notifications turned on; contact for push services: {contact or 'none'}"
    if browsers and not contact:
        raise Failed(
            f"{found.seen}: they refuse {settings.address} as a contact, Apple's all that it signs",
            "set --public-address to the name by which browsers reach this machine from outside",
        )
