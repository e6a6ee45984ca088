"""The privacy policy: its versions, each organisation's statements, public pages, and who accepted it."""

from __future__ import annotations

from call24.branding.pages import masthead
from call24.branding.service import Brandings
from call24.identity.accounts import Accounts
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.pdf.typesetter import Typesetter
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.settings import Settings
from call24.policy import api, personal_data, store
from call24.policy.notices import EACH_OF_TENANT, EACH_ROUND, PolicyNotices
from call24.policy.service import Policies
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    mongo, clock, tenants, accounts = there.get(Mongo), there.get(Clock), there.get(TenantService), there.get(Accounts)
    typesetter, brandings = Typesetter(), there.get(Brandings)
    policies = Policies(
        mongo,
        clock,
        tenants,
        typesetter=typesetter,
        origin=lambda: accounts.news.post.address,
        backup_days=there.get(Settings).backup_days,
        file_store=there.get(Settings).files_store_said,
        brand=lambda tenant, own: masthead(own.public_id, tenant.name, brandings.known(tenant.id)),
    )
    notices = PolicyNotices(mongo, clock, tenants, there.get(IdentityService), policies, lambda: accounts.news.post)
    telling = BackgroundTask(
        name="policy notices",
        run=notices.run,
        bound=f"every minute {EACH_ROUND} users, {EACH_OF_TENANT} of an organisation",
    )
    return Built(services=(policies, notices, typesetter), tasks=(telling,))


ROOM = Room(
    name="policy",
    provides=(Policies, PolicyNotices, Typesetter),
    build=build,
    routers=(api.router, api.public),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
