"""The demo organisation: made once, so that a newcomer can sign in and answer a call within a minute."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from call24.identity.model import Role
from call24.identity.service import IdentityService
from call24.kit.secrets import secret_file
from call24.kit.settings import Settings
from call24.queues.service import QueueService
from call24.tenants.service import TenantService

ORGANISATION = "Northwind Support"
NUMBER = "+442079460100"
"""Of the range that the United Kingdom keeps free for fiction."""

PEOPLE: tuple[tuple[Role, str, str], ...] = (
    ("agent", "Saraa Bold", "saraa@northwind.example"),
    ("supervisor", "Daria Marsh", "daria@northwind.example"),
)


async def seed_demo(
    settings: Settings, tenants: TenantService, identity: IdentityService, queues: QueueService
) -> None:
    """Make the demo organisation if it is not there, and say in DATA/run/demo.json how to get in."""
    password = secret_file(settings.secrets / "demo_password", lambda: secrets.token_urlsafe(9))
    if tenants.number_by_e164(NUMBER) is None:
        tenant = await tenants.create(ORGANISATION)
        members = []
        for role, name, email in PEOPLE:
            user = await identity.add_user(tenant.id, email=email, name=name, role=role, password=password)
            members.append(user.id)
        queue = await queues.create(tenant.id, "Support", members=members)
        trunk = await tenants.add_trunk(tenant.id, "This machine", ["127.0.0.1"])
        await tenants.add_number(tenant, NUMBER, trunk.id, queue.id)
    _tell(settings.run / "demo.json", settings, password)


def _tell(place: Path, settings: Settings, password: str) -> None:
    told = {
        "app": settings.address,
        "organisation": ORGANISATION,
        "logins": [{"role": role, "name": name, "email": email, "password": password} for role, name, email in PEOPLE],
        "number": NUMBER,
        "sip_host": settings.sip_host,
        "sip_port": settings.sip_port,
    }
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_suffix(".part")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(told, file, indent=1)
    fresh.replace(place)
