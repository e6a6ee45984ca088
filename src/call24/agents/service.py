"""What an organisation sets for its agents, and what is known of it in memory for the call path.

It does not know what agents do at the moment: that is the session's (machine.py), owned by the desk (engine/).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from call24.agents.choices import Choices
from call24.agents.rules import BUILT_IN_PAUSES, checked_skills, choosable
from call24.agents.settings import AgentProfile, Disposition, PauseReason
from call24.agents.store import ProfileStore
from call24.identity.service import IdentityService
from call24.kit.errors import Invalid
from call24.kit.holdings import Person
from call24.kit.ids import DispositionId, TenantId, UserId
from call24.kit.mongo import Mongo

TenantWatcher = Callable[[TenantId], None]


class AgentService:
    """`skills_changed`: who is told that other agents may take a tenant's waiting calls now."""

    def __init__(self, mongo: Mongo, identity: IdentityService) -> None:
        self.pause_reasons = Choices(mongo, PauseReason, "psr")
        self.dispositions = Choices(mongo, Disposition, "dsp")
        self.skills_changed: list[TenantWatcher] = []
        self._profiles = ProfileStore(mongo)
        self._identity = identity
        self._skills: dict[UserId, AgentProfile] = {}
        self._changes = 0

    async def set_skills(self, tenant_id: TenantId, user_id: UserId, skills: Mapping[str, int]) -> AgentProfile:
        """All of a user's skills at once. Raises: NotFound, Invalid."""
        await self._identity.user(tenant_id, user_id)
        profile = AgentProfile(id=user_id, tenant_id=tenant_id, skills=checked_skills(skills))
        await self._profiles.put(profile)
        self._skills[user_id] = profile
        self._changes += 1
        for watcher in self.skills_changed:
            watcher(tenant_id)
        return profile

    async def skills(self, tenant_id: TenantId, user_id: UserId) -> dict[str, int]:
        """Raises: NotFound for a user that is not of this organisation."""
        await self._identity.user(tenant_id, user_id)
        profile = await self._profiles.of(tenant_id, user_id)
        return _levels(profile)

    async def forget_user(self, user: Person) -> None:
        """The account is being deleted. The document goes with its others."""
        self._skills.pop(user.id, None)
        self._changes += 1

    # Memory only, for the call path

    async def refresh(self) -> None:
        """Read everything again. Raises: Unavailable, and then keeps what it had."""
        await self.pause_reasons.refresh()
        await self.dispositions.refresh()
        while True:  # again when something changed meanwhile: what was read may not have it
            changes = self._changes
            profiles = await self._profiles.every()
            if changes == self._changes:
                break
        fresh = {profile.id: profile for profile in profiles}
        if fresh != self._skills:
            self._skills = fresh
            self._changes += 1

    @property
    def changes(self) -> int:
        """Another number after each change of what is known of skills."""
        return self._changes

    def known_skills(self, tenant_id: TenantId, user_id: UserId) -> Mapping[str, int]:
        """Skill -> level from 1 to 10."""
        profile = self._skills.get(user_id)
        return _levels(profile if profile is not None and profile.tenant_id == tenant_id else None)

    def known_disposition(self, tenant_id: TenantId, disposition_id: DispositionId) -> Disposition | None:
        """Also one that was retired: what is past keeps its name."""
        return self.dispositions.known(tenant_id, disposition_id)

    def known_dispositions(self, tenant_id: TenantId, listed: Collection[DispositionId] = ()) -> list[Disposition]:
        """Those that an agent may give, in their order. `listed`: what the queue takes; nothing listed: all."""
        return choosable(self.dispositions.known_all(tenant_id), listed)

    def pause_reason(self, tenant_id: TenantId, reason: str) -> PauseReason | None:
        """Also one that was retired. None for built-in codes."""
        return self.pause_reasons.known(tenant_id, reason)

    def wished_pause(self, tenant_id: TenantId, reason: str | None) -> tuple[str, int | None]:
        """(id or built-in code, limit in seconds) of the reason that an agent names. Raises: Invalid."""
        if reason is None:
            return BUILT_IN_PAUSES[0], None
        known = self.pause_reason(tenant_id, reason)
        if known is not None and known.active:
            return known.id, known.limit_s
        if reason.casefold() in BUILT_IN_PAUSES:
            return reason.casefold(), None
        raise Invalid(errors=[("reason", f"a pause reason's id, or {', '.join(BUILT_IN_PAUSES)}")])

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._changes += 1
        self.pause_reasons.forget_tenant(tenant_id)
        self.dispositions.forget_tenant(tenant_id)
        self._skills = {id: profile for id, profile in self._skills.items() if profile.tenant_id != tenant_id}


def _levels(profile: AgentProfile | None) -> dict[str, int]:
    return {skill.name: skill.level for skill in profile.skills} if profile is not None else {}
