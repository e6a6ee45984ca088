"""The demo organisation: made once, so that a newcomer can sign in and answer a call within a minute."""

from __future__ import annotations

import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from call24.identity.model import Role
from call24.kit.errors import Call24Error
from call24.kit.ids import TenantId
from call24.kit.secrets import secret_file
from call24.kit.settings import Settings
from call24.server.services import Rooms
from call24.tenants.model import Tenant

ORGANISATION = "Northwind Support"
NUMBER = "+442079460100"
"""Of the range that the United Kingdom keeps free for fiction."""

PEOPLE: tuple[tuple[Role, str, str], ...] = (
    ("agent", "Saraa Bold", "saraa@northwind.example"),
    ("agent", "Tomas Lind", "tomas@northwind.example"),
    ("supervisor", "Daria Marsh", "daria@northwind.example"),
    ("owner", "Olga Weber", "olga@northwind.example"),
)
DISPOSITIONS = ("Solved", "Call back later", "Passed on", "Wrong number")
CALL_BACK = "Call back later"
PAUSES = (("Lunch", 1800), ("Coffee", 600), ("Team meeting", None))
CALLED = ("GB", "US", "AU")
"""Where the demo's customers live."""
CONTACTS: tuple[dict[str, Any], ...] = (
    {
        "given": "Grace",
        "family": "Holloway",
        "company": "Holloway Books",
        "tags": ["gold"],
        "notes": "Prefers calls before noon. Deliveries go to the shop, not to the warehouse.",
        "numbers": [{"number": "+442079460114", "label": "mobile"}, {"number": "+442079460115", "label": "shop"}],
        "emails": [{"address": "grace@holloway.example", "label": "work"}],
    },
    {
        "given": "Daniel",
        "family": "Reyes",
        "company": "Reyes Freight",
        "notes": "Pays by invoice, at the end of the month.",
        "numbers": [{"number": "+12025550143", "label": "office"}],
        "emails": [{"address": "daniel@reyes.example", "label": "work"}],
    },
    {"given": "Callum", "family": "Fraser", "numbers": [{"number": "+61491570156", "label": "mobile"}]},
    {
        "given": "Болормаа",
        "family": "Дорж",
        "company": "Bold Trade",
        "tags": ["gold"],
        "numbers": [{"number": "+442079460216", "label": "office"}],
    },
)
"""Numbers are of the ranges that are kept free for fiction. One customer, who rings too, is written down by nobody."""
TASKS = (
    ("Tell Grace when the parcel arrives", 0, timedelta(hours=4)),
    ("Send invoice 2231 again, with the new address", 1, timedelta(days=1)),
    ("Ask Bold Trade about next year's contract", 3, timedelta(days=3)),
)
"""Each with the contact that it is about, and until when."""


async def seed_demo(settings: Settings, rooms: Rooms) -> None:
    """Make the demo organisation if it is not there, and say in DATA/run/demo.json how to get in."""
    password = secret_file(settings.secrets / "demo_password", lambda: secrets.token_urlsafe(9))
    number = rooms.tenants.number_by_e164(NUMBER)
    if number is None:
        await _make(settings, rooms, password)
    else:
        await _add_missing(rooms, number.tenant_id, password)
    _tell(settings.run / "demo.json", settings, password)


async def _make(settings: Settings, rooms: Rooms, password: str) -> None:
    """What is half made is unmade, so that the next start finds nothing in its way."""
    tenant = await rooms.tenants.create(ORGANISATION)
    try:
        await _fill(settings, rooms, tenant, password)
    except Call24Error:
        await rooms.tenants.wipe(tenant.id)
        raise


async def _add_missing(rooms: Rooms, tenant_id: TenantId, password: str) -> None:
    """People who were not in the demo when it was made: every login that is told is one."""
    known = {user.email for user in await rooms.identity.users(tenant_id)}
    for role, name, email in PEOPLE:
        if email not in known:
            await rooms.identity.add_user(tenant_id, email=email, name=name, role=role, password=password)


async def _fill(settings: Settings, rooms: Rooms, tenant: Tenant, password: str) -> None:
    members = []
    for role, name, email in PEOPLE:
        user = await rooms.identity.add_user(tenant.id, email=email, name=name, role=role, password=password)
        if role != "owner":
            members.append(user.id)
    for order, name in enumerate(DISPOSITIONS):
        await rooms.agents.dispositions.create(tenant.id, name, order=order, call_back=name == CALL_BACK)
    for order, (name, limit_s) in enumerate(PAUSES):
        await rooms.agents.pause_reasons.create(tenant.id, name, order=order, limit_s=limit_s)
    policy = rooms.fence.policy(tenant.id)
    await rooms.fence.set_policy(msgspec.structs.replace(policy, countries=CALLED))
    queue = await rooms.queues.create(
        tenant.id,
        "Support",
        members=members,
        disposition="optional",
        announce_position=True,
        ring_during_greeting=True,
        callback=True,
        record="always",
        record_announcement=True,
    )
    trunk = await rooms.tenants.add_trunk(
        tenant.id, "This machine", ["127.0.0.1"], host="127.0.0.1", port=settings.demo_carrier_port
    )
    number = await rooms.tenants.add_number(tenant, NUMBER, trunk.id, queue.id)
    rooms.tenants.prove(number.id, number.created_at)
    supervisor = members[-1]
    known = [await rooms.people.add(tenant.id, supervisor, contact, private=False) for contact in CONTACTS]
    for title, about, until in TASKS:
        due = number.created_at + until
        about_whom = known[about].id
        await rooms.tasks.add(tenant.id, title, queue_id=queue.id, due_at=due, by=supervisor, person_id=about_whom)


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
