"""The privacy policy of each organisation: its statements, its public pages, and which user accepted which version.

Texts are the installation's (`texts.py`); an organisation fills its parts in. It notifies nobody (`notices.py`).
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from call24.branding.pages import PLAIN, Masthead
from call24.kit.blocks import Block
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, NotFound
from call24.kit.ids import PolicyAcceptanceId, TenantId, UserId, derived_id
from call24.kit.mongo import Mongo
from call24.kit.pdf.paper import Paper
from call24.kit.pdf.typesetter import Typesetter
from call24.policy import pages
from call24.policy.document import blocks, differences, parts
from call24.policy.model import PolicyAcceptance, PolicySettings
from call24.policy.rules import checked, is_due, is_public_id, to_announce
from call24.policy.store import PolicyStore
from call24.policy.texts import LANGUAGE, Version, in_effect, versions
from call24.tenants.model import Tenant
from call24.tenants.service import TenantService

PAGES_MAX = 256
"""Public pages kept in memory, of all organisations."""
PAGE_FRESH = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class PolicyState:
    """Of a user. `upcoming`: the next version, not in effect yet; `due`: `current` is to be accepted, and `text` is
    what it says."""

    public_id: str
    current: Version
    upcoming: Version | None
    due: bool
    text: Sequence[Block]
    accepted: Sequence[PolicyAcceptance]


class PolicyPdf(NamedTuple):
    """`tag`: another one where the bytes are others."""

    version: str
    language: str
    tag: str
    data: bytes


class _Wanted(NamedTuple):
    """`version`: empty for that in effect."""

    public_id: str
    version: str
    form: Literal["page", "changes", "paper"]
    language: str


class _Made(NamedTuple):
    at: datetime
    tenant_id: TenantId
    made: str | Paper
    version: str


class _Making:
    """A page that is being made. `outdated`: its organisation changed meanwhile, so it is not kept."""

    def __init__(self) -> None:
        self.settings: PolicySettings | None = None
        self.outdated = False


def unbranded(_tenant: Tenant, _settings: PolicySettings) -> Masthead:
    return PLAIN


async def _any_region(_tenant_id: TenantId, _region: str) -> str | None:
    """Nothing is refused."""
    return None


async def _none(_tenant_id: TenantId) -> Sequence[str]:
    return ()


class Policies:
    """`why_not`: why an organisation may not state that its data is kept somewhere; `transfers`: of its data
    to other regions, in sentences. data_transfers/ sets both."""

    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        tenants: TenantService,
        known: Sequence[Version] | None = None,
        typesetter: Typesetter | None = None,
        origin: Callable[[], str] = str,
        backup_days: int = 30,
        file_store: str = "",
        brand: Callable[[Tenant, PolicySettings], Masthead] = unbranded,
    ) -> None:
        """`known`: the versions there are; None: the installation's. `origin`: where links of a PDF lead.
        `backup_days`: how long backups are kept at most. `file_store`: what the S3-compatible store for files is
        called; empty: none is set. `brand`: what stands on an organisation's pages.
        """
        self._brand = brand
        self._file_store = file_store
        self._backup_days = backup_days
        self._store = PolicyStore(mongo)
        self._clock = clock
        self._tenants = tenants
        self._known = known
        self.why_not: Callable[[TenantId, str], Awaitable[str | None]] = _any_region
        self.transfers: Callable[[TenantId], Awaitable[Sequence[str]]] = _none
        self._typesetter = typesetter or Typesetter()
        self._origin = origin
        self._pages: OrderedDict[_Wanted, _Made] = OrderedDict()
        self._making: set[_Making] = set()

    async def settings(self, tenant_id: TenantId) -> PolicySettings:
        """They are made, with the public address, when somebody first asks. Raises: Unavailable."""
        if (found := await self._store.settings(tenant_id)) is not None:
            return found
        made = PolicySettings(id=tenant_id, tenant_id=tenant_id, public_id=secrets.token_hex(16))
        try:
            await self._store.add_settings(made)
        except Conflict:  # another request was first
            return await self._store.settings(tenant_id) or made
        return made

    async def change(self, tenant_id: TenantId, **settings: str) -> PolicySettings:
        """What is not named stays. Raises: Invalid, Conflict (code transfer_not_registered), Unavailable."""
        tidy = checked(settings)
        if "data_region" in tidy:
            await self._check_region(tenant_id, tidy["data_region"])
        await self.settings(tenant_id)
        await self._store.change_settings(tenant_id, tidy)
        self.forget_organisation(tenant_id)
        return await self.settings(tenant_id)

    async def _check_region(self, tenant_id: TenantId, region: str) -> None:
        """Raises: Conflict (code transfer_not_registered)."""
        if (refused := await self.why_not(tenant_id, region)) is not None:
            raise Conflict(refused, code="transfer_not_registered")

    def current(self) -> Version:
        """The version in effect."""
        return in_effect(self._versions(), self._clock.now().date())

    # Acceptance

    async def state(self, tenant_id: TenantId, user_id: UserId) -> PolicyState:
        """Raises: Unavailable."""
        known, today = self._versions(), self._clock.now().date()
        accepted = await self._store.acceptances(tenant_id, user_id)
        current = in_effect(known, today)
        applying = [(one.version, one.material) for one in known if one.effective <= current.effective]
        later = [one for one in known if one.effective > current.effective]
        settings = await self.settings(tenant_id)
        due = is_due(applying, _as_they_are(accepted, known))
        return PolicyState(
            public_id=settings.public_id,
            current=current,
            upcoming=later[0] if later else None,
            due=due,
            text=blocks(current, await self._parts(settings)) if due else (),
            accepted=accepted,
        )

    async def accept(self, tenant_id: TenantId, user_id: UserId, version: str, hash: str) -> PolicyAcceptance:
        """Again: what was stored at first. Raises: Conflict (code policy_outdated), Unavailable."""
        current = self.current()
        if (version, hash) != (current.version, current.hash):
            raise Conflict(f"The policy in effect is the version of {current.version}", code="policy_outdated")
        made = PolicyAcceptance(
            id=PolicyAcceptanceId(derived_id("pac", tenant_id, user_id, version, hash)),
            tenant_id=tenant_id,
            user_id=user_id,
            version=version,
            language=LANGUAGE,
            hash=hash,
            at=self._clock.now(),
        )
        return await self._store.accept(made)

    # Public pages

    async def page(self, public_id: str, version: str = "", *, changes: bool = False, language: str = LANGUAGE) -> str:
        """HTML: a version, without one that in effect; or what it changed. Raises: NotFound, Unavailable."""
        found = await self._published(_Wanted(public_id, version, "changes" if changes else "page", language))
        assert isinstance(found.made, str)
        return found.made

    async def pdf(self, public_id: str, version: str = "", *, language: str = LANGUAGE) -> PolicyPdf:
        """A version, without one that in effect. Raises: NotFound, TooMany, Unavailable."""
        found = await self._published(_Wanted(public_id, version, "paper", language))
        assert isinstance(found.made, Paper)
        data = await self._typesetter.pdf(found.tenant_id, found.made)
        return PolicyPdf(found.version, language, found.made.digest, data)

    async def _published(self, wanted: _Wanted) -> _Made:
        now = self._clock.now()
        kept = self._pages.get(wanted)
        if kept is not None and timedelta() <= now - kept.at < PAGE_FRESH:
            return kept
        if not is_public_id(wanted.public_id):
            raise NotFound
        making = _Making()
        self._making.add(making)
        try:
            making.settings = settings = await self._store.published(wanted.public_id)
            if settings is None:
                raise NotFound
            version, content = await self._made(settings, wanted)
        finally:
            self._making.remove(making)
        made = _Made(now, settings.tenant_id, content, version)
        if not making.outdated:
            self._keep(wanted, made)
        return made

    async def whose(self, public_id: str) -> TenantId:
        """The organisation of a public address. Raises: NotFound, Unavailable."""
        found = await self._store.published(public_id) if is_public_id(public_id) else None
        if found is None:
            raise NotFound
        return found.tenant_id

    def forget_organisation(self, tenant_id: TenantId) -> None:
        for making in self._making:
            making.outdated |= making.settings is None or making.settings.tenant_id == tenant_id
        for wanted in [wanted for wanted, made in self._pages.items() if made.tenant_id == tenant_id]:
            del self._pages[wanted]
        self._typesetter.forget_organisation(tenant_id)

    def _keep(self, wanted: _Wanted, made: _Made) -> None:
        self._pages[wanted] = made
        self._pages.move_to_end(wanted)
        while len(self._pages) > PAGES_MAX:
            self._pages.popitem(last=False)

    async def _made(self, settings: PolicySettings, wanted: _Wanted) -> tuple[str, str | Paper]:
        """The version, and what is published of it. Raises: NotFound, Unavailable."""
        known, language = self._versions(), wanted.language
        version = wanted.version or in_effect(known, self._clock.now().date()).version
        index = next((at for at, one in enumerate(known) if one.version == version), -1)
        if index < (1 if wanted.form == "changes" else 0):
            raise NotFound
        shown, filled = known[index], await self._parts(settings, language)
        text = blocks(shown, filled, language)
        brand = self._brand(await self._tenants.get(settings.tenant_id), settings)
        if wanted.form == "changes":
            before = known[index - 1]
            found = differences(blocks(before, filled, language), text)
            return version, pages.changes(shown, before, found, settings, brand)
        whole = pages.whole(shown, text, settings, known, await self._store.measured(settings.tenant_id))
        if wanted.form == "page":
            return version, pages.policy(shown, whole, settings, language, brand)
        return version, pages.paper(shown, whole, filled["controller"], language, self._origin())

    def announced(self) -> Sequence[Version]:
        """The versions that users are to be told of before they take effect."""
        return to_announce(self._versions(), self._clock.now().date())

    async def _parts(self, settings: PolicySettings, language: str = LANGUAGE) -> dict[str, str]:
        tenant = await self._tenants.get(settings.tenant_id)
        transfers = await self.transfers(settings.tenant_id)
        return parts(tenant, settings, transfers, language, self._backup_days, self._file_store)

    def _versions(self) -> Sequence[Version]:
        return versions() if self._known is None else self._known


def _as_they_are(accepted: Sequence[PolicyAcceptance], known: Sequence[Version]) -> list[str]:
    """The versions that were accepted with the text that they have: one may change until its day."""
    texts = {(one.version, one.hash) for one in known}
    return [one.version for one in accepted if (one.version, one.hash) in texts]
