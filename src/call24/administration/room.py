"""Administration as a whole: how many there are of what its pages list."""

from __future__ import annotations

from call24.administration import api, personal_data
from call24.administration.counts import Counted, Counts
from call24.agents.settings import Disposition, PauseReason
from call24.audit.service import AuditLog
from call24.crm.model import CrmConnection
from call24.data_transfers.model import DataTransfer
from call24.disclosures.model import Disclosure
from call24.flows.model import Flow, Prompt
from call24.identity.model import CustomRole, User
from call24.identity.permissions import BUILT_IN
from call24.incidents.machine import UNDECIDED
from call24.incidents.model import Incident
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.privacy.hold_model import LegalHold
from call24.privacy_requests.machine import OPEN
from call24.privacy_requests.model import PrivacyRequest
from call24.processors.model import Processor
from call24.pusher_apps.model import Application
from call24.queues.hours import Hours
from call24.queues.model import Queue
from call24.restrictions.model import Restriction
from call24.restrictions.store import HOLDS_NOW
from call24.task_mails.model import TaskAddress
from call24.tenants.model import Number, Trunk
from call24.webhooks.model import Webhook

COUNTED = (
    Counted(name="numbers", permission="numbers.read", of=Number),
    Counted(name="trunks", permission="trunks.read", of=Trunk),
    Counted(name="queues", permission="queues.read", of=Queue),
    Counted(name="opening_hours", permission="queues.read", of=Hours),
    Counted(name="flows", permission="flows.read", of=Flow),
    Counted(name="prompts", permission="flows.read", of=Prompt),
    Counted(name="dispositions", permission="session.change", of=Disposition, which={"active": True}),
    Counted(name="pause_reasons", permission="session.change", of=PauseReason, which={"active": True}),
    Counted(name="users", permission="users.read", of=User),
    Counted(name="roles", permission="roles.read", of=CustomRole, plus=len(BUILT_IN)),
    Counted(name="task_addresses", permission="tasks.manage", of=TaskAddress),
    Counted(name="webhooks", permission="organisation.read", of=Webhook),
    Counted(name="applications", permission="organisation.read", of=Application),
    Counted(
        name="crm_connections",
        permission="crm.read",
        of=CrmConnection,
        attention=lambda _: {"state": {"$ne": "off"}, "trouble": {"$ne": None}},
    ),
    Counted(
        name="privacy_requests",
        permission="privacy_requests.read",
        of=PrivacyRequest,
        which={"state": {"$in": list(OPEN)}},
        attention=lambda now: {"due_at": {"$lte": now}},
    ),
    Counted(name="restrictions", permission="restrictions.read", of=Restriction, which=HOLDS_NOW),
    Counted(name="legal_holds", permission="privacy.holds", of=LegalHold, which={"state": "open"}),
    Counted(name="disclosures", permission="disclosures.read", of=Disclosure),
    Counted(name="data_transfers", permission="data_transfers.read", of=DataTransfer),
    Counted(name="processors", permission="processors.read", of=Processor),
    Counted(
        name="incidents",
        permission="incidents.read",
        of=Incident,
        which={"state": {"$ne": "closed"}},
        attention=lambda now: {"state": {"$in": list(UNDECIDED)}, "due_at": {"$lte": now}},
    ),
)


def build(there: Provided) -> Built:
    counts = Counts(there.get(Mongo), there.get(Clock), COUNTED)
    there.get(AuditLog).listen(counts.changed)
    return Built(services=(counts,))


ROOM = Room(name="administration", provides=(Counts,), build=build, routers=(api.router,), holds=personal_data.HOLDS)
