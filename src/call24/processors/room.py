"""Processors: software outside of Call24 that gets persons' data, and is asked to erase it when a person is erased."""

from __future__ import annotations

from call24.identity.accounts import Accounts
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import OutboundHttp
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.sealed_field import SealedField
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.processors import api, personal_data, store
from call24.processors.model import ErasureNotice, Processor
from call24.processors.notices import ErasureNotices, value_place
from call24.processors.permissions import PERMISSIONS
from call24.processors.sender import AT_ONCE, EACH, NoticeSender
from call24.processors.service import Processors
from call24.processors.signed_requests import SignedRequests
from call24.processors.warnings import LateEmails
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock, key = there.get(Mongo), there.get(Clock), there.get(AppKey)
    tenants, private = there.get(TenantService), there.get(Settings).webhooks_private
    processors = Processors(mongo, clock, key, private=private)
    outward = OutboundHttp(private=private)
    notices = ErasureNotices(mongo, clock, key, SignedRequests(processors, clock, outward.post_answered))
    notices.is_open = lambda tenant_id: is_open(tenants.known(tenant_id))
    accounts = there.get(Accounts)
    notices.late = LateEmails(mongo, clock, there.get(IdentityService), lambda: accounts.news.post)
    sending = BackgroundTask(
        name="erasure notices",
        run=NoticeSender(notices, clock).run,
        bound=f"{AT_ONCE} processors at once, {EACH} of an organisation",
    )
    return Built(services=(processors, notices), tasks=(sending,), stop=(outward.close,))


ROOM = Room(
    name="processors",
    provides=(Processors, ErasureNotices),
    build=build,
    routers=(api.router, api.notices),
    permissions=PERMISSIONS,
    indexes=store.INDEXES,
    sealed=(
        SealedField(kind=Processor, field="secret", purpose="processor secrets"),
        SealedField(kind=Processor, field="old_secret", purpose="processor secrets"),
        SealedField(kind=ErasureNotice, field="number", purpose="erasure notices"),
        SealedField(kind=ErasureNotice, field="email", purpose="erasure notices"),
        SealedField(kind=ErasureNotice, field="value", purpose="erasure notices", place=value_place),
        SealedField(kind=ErasureNotice, field="own_value", purpose="erasure notices", place=value_place),
    ),
    holds=personal_data.HOLDS,
)
