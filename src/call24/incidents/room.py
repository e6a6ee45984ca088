"""Incidents: personal data breaches, their 72 hours, the people whom they affect, and drafts of the notices."""

from __future__ import annotations

from collections.abc import Mapping

from call24.changes.service import Changes
from call24.contacts.service import ContactService
from call24.data_map import documents
from call24.identity.accounts import Accounts
from call24.identity.service import IdentityService
from call24.incidents import api, events, personal_data, store
from call24.incidents.finding import PlaceOfPeople, places_of
from call24.incidents.notices import Sender
from call24.incidents.permissions import PERMISSIONS
from call24.incidents.searching import BATCH, IncidentSearches
from call24.incidents.service import AT_ONCE, Incidents
from call24.incidents.warnings import ClockEmails
from call24.kit.clock import Clock
from call24.kit.holdings import Held
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.policy.service import Policies
from call24.privacy.hold_register import HoldRegister
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock, changes, accounts = there.get(Mongo), there.get(Clock), there.get(Changes), there.get(Accounts)
    held, policies, tenants = there.get(Held), there.get(Policies), there.get(TenantService)
    found: dict[str, PlaceOfPeople] = {}

    def places() -> Mapping[str, PlaceOfPeople]:
        if not found:
            found.update(places_of(documents(), held.holdings))
        return found

    async def sender(tenant_id: TenantId) -> Sender:
        stated = await policies.settings(tenant_id)
        return Sender(
            controller=stated.controller or (await tenants.get(tenant_id)).name,
            postal_address=stated.postal_address,
            contact=stated.contact,
            officer=stated.officer,
            authority=stated.authority,
        )

    emails = ClockEmails(clock, there.get(IdentityService), lambda: accounts.news.post)
    incidents = Incidents(mongo, clock, changes, emails, places, sender)
    incidents.but_held = there.get(HoldRegister).but
    searches = IncidentSearches(mongo, clock, changes, places, there.get(ContactService).id_for)
    return Built(
        services=(incidents, searches),
        tasks=(
            BackgroundTask(name="incident warnings", run=incidents.run, bound=f"{AT_ONCE} at once, every minute"),
            BackgroundTask(
                name="searches for affected people", run=searches.run, bound=f"{BATCH} documents of each at once"
            ),
        ),
    )


ROOM = Room(
    name="incidents",
    provides=(Incidents, IncidentSearches),
    build=build,
    routers=(api.router,),
    permissions=PERMISSIONS,
    indexes=store.INDEXES,
    events=events.EVENTS,
    holds=personal_data.HOLDS,
)
