"""Links end with the right of who made them: invitations, and an administrator's links to somebody's new password.

They are deleted when the maker loses the account, the role or the permission, and looked at again when they are used,
since one may be made in the same moment. It sends nothing and opens no account.
"""

from __future__ import annotations

from collections.abc import Collection

from call24.identity.link_store import LinkStore
from call24.identity.model import EmailLink, Invitation, User
from call24.identity.permissions import BUILT_IN, lacking, may
from call24.identity.rules import email_key
from call24.identity.service import IdentityService
from call24.identity.store import IdentityStore
from call24.kit.errors import NotFound, Refused
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo


class Given:
    def __init__(self, mongo: Mongo, identity: IdentityService) -> None:
        self._links = LinkStore(mongo)
        self._users = IdentityStore(mongo)
        self._identity = identity

    async def invites_still(self, invitation: Invitation) -> bool:
        """Whether its role is there, and who invited may still give it."""
        roles, tenant_id = self._identity.roles, invitation.tenant_id
        if invitation.role not in BUILT_IN and not roles.name(tenant_id, invitation.role):
            return False
        return await self._may_give(tenant_id, invitation.invited_by, roles.granted(tenant_id, invitation.role))

    async def opens_still(self, link: EmailLink) -> bool:
        """Whether the user is let in, and who made the link, if not the user, may still help them out."""
        user = await self._user(link.tenant_id, link.user_id)
        if user is None or user.disabled_at is not None:
            return False
        if link.made_by is None:
            return True
        return await self._may_give(
            link.tenant_id, link.made_by, self._identity.roles.granted(user.tenant_id, user.role)
        )

    def check_shown(self, tenant_id: TenantId, email: str) -> None:
        """Where no letters go out, a link is shown instead of sent: only for addresses that the operator granted the
        organisation, or it would tell who has an account. Raises: Refused (code address_not_granted), Invalid."""
        if not self._identity.grants_address(tenant_id, email_key(email)):
            text = "This installation sends no e-mail, so only addresses granted to your organisation can be used"
            raise Refused(f"{text}: ask its operator", code="address_not_granted")

    async def end_unfounded(self, tenant_id: TenantId) -> None:
        """What an organisation's people may has changed: links that nobody could give any more are gone.

        One that confirms an address only stops working: by it the address is found when the account is deleted.
        """
        for invitation in await self._links.invitations(tenant_id):
            if not await self.invites_still(invitation):
                await self._links.take(invitation)
        for link in await self._links.links(tenant_id):
            if link.kind == "reset" and not await self.opens_still(link):
                await self._links.take(link)

    async def person_changed(self, user: User) -> None:
        await self.end_unfounded(user.tenant_id)

    async def _may_give(self, tenant_id: TenantId, maker_id: UserId, wanted: Collection[str]) -> bool:
        maker = await self._user(tenant_id, maker_id)
        if maker is None or not self._identity.lets_in(maker):
            return False
        granted = self._identity.roles.granted(tenant_id, maker.role)
        return may(granted, "users.write") and not lacking(granted, wanted)

    async def _user(self, tenant_id: TenantId, user_id: UserId) -> User | None:
        try:
            return await self._users.user(tenant_id, user_id)
        except NotFound:
            return None
