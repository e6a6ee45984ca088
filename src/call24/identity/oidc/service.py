"""Signing in with an organisation's own provider (OpenID Connect): the way there, and what comes back.

Who comes back is known by issuer and subject. An account that is not bound yet is found by an e-mail address only when
the provider says that it is verified, in a domain that the organisation named, and never an account that may do more
than whoever set the provider. All refusals sound alike. It knows no HTTP of ours.
Source: OpenID Connect Core 1.0 (3.1), RFC 7636 (PKCE, S256), RFC 9207 (the answer's issuer), RFC 9700.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from call24.identity.events import FailedSignIn
from call24.identity.model import SignedIn, Told, User
from call24.identity.oidc.client import About, Exchange, OidcClient, ProviderTrouble
from call24.identity.oidc.id_token import NotBelieved, check
from call24.identity.oidc.model import AuthorizationRequest, Claims, LinkedAccount, Provider
from call24.identity.oidc.rules import account_id, asked_name, domain_of, session_id
from call24.identity.oidc.settings import ProviderSettings
from call24.identity.oidc.store import ProviderStore
from call24.identity.permissions import OWNER, lacking
from call24.identity.rules import email_key, secret_hash
from call24.identity.security_notices import SecurityNotices
from call24.identity.service import IdentityService
from call24.identity.store import IdentityStore
from call24.identity.throttle import Attempts, Limits
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound, Unauthenticated, Unavailable
from call24.kit.ids import TenantId, UserId
from call24.kit.mongo import Mongo
from call24.tenants.rules import checked_name

log = logging.getLogger(__name__)

SESSION_MAX = 255
VISIT_LASTS = timedelta(minutes=10)
ASKING = Limits(window=timedelta(seconds=60), per_pair=None, per_account=None, per_address=240)
"""Going there and coming back, by the address alone: anybody may ask for any organisation."""


@dataclass(frozen=True)
class Way:
    """`url`: where the browser goes; `browser`: what it keeps to itself, to be shown when it comes back."""

    url: str
    browser: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Return:
    """What the browser brings back. `issuer`: who the answer says it is from, where it says so."""

    state: str = field(repr=False)
    code: str = field(repr=False)
    browser: str = field(repr=False)
    issuer: str | None = None


class _Refused(Exception):
    """Nobody is let in; the text is for the server's log and names no person. `why`: its code, for the audit log;
    `user_id`: whose account it was, where one was found."""

    def __init__(self, text: str, why: str, user_id: UserId | None = None) -> None:
        super().__init__(text)
        self.why = why
        self.user_id = user_id


class ProviderSignInService:
    def __init__(
        self,
        mongo: Mongo,
        clock: Clock,
        identity: IdentityService,
        settings: ProviderSettings,
        remote: OidcClient,
        news: SecurityNotices,
    ) -> None:
        self._store = ProviderStore(mongo)
        self._users = IdentityStore(mongo)
        self._clock = clock
        self._identity = identity
        self._settings = settings
        self._remote = remote
        self._news = news
        self._asked = Attempts(ASKING)
        identity.password_closed = self.password_closed

    async def password_closed(self, user: User) -> bool:
        """Whether this user's password opens nothing. The owner's does: somebody must get in when the provider is
        gone."""
        if user.role == OWNER:
            return False
        provider = await self._store.provider(user.tenant_id)
        return provider is not None and provider.enabled and provider.required

    async def begin(self, organisation: str, address: str, redirect_uri: str) -> Way:
        """`organisation`: a short name, or an e-mail address or its domain.

        Raises: NotFound (code no_provider, for whatever reason), Unavailable (code provider_away), TooMany.
        """
        name = asked_name(organisation)
        self._asked.begin("", address, self._clock.now())
        found = [one for one in await self._store.named(name) if self._finds(one, name)]
        if len(found) != 1 or not self._identity.is_open(found[0].tenant_id):
            raise NotFound("No organisation with this name uses single sign-on", code="no_provider")
        return await self._way(found[0], redirect_uri, None)

    def _finds(self, provider: Provider, name: str) -> bool:
        """A domain stands for an organisation as long as the operator grants it that one, whatever it says."""
        return "." not in name or self._identity.grants_address(provider.tenant_id, f"@{name}")

    async def begin_binding(self, user: User, redirect_uri: str) -> Way:
        """For who is signed in already. Raises: NotFound (code no_provider), Unavailable (code provider_away)."""
        provider = await self._store.provider(user.tenant_id)
        if provider is None or not provider.enabled:
            raise NotFound("Your organisation does not use single sign-on", code="no_provider")
        return await self._way(provider, redirect_uri, user.id)

    async def complete(self, back: Return, device_name: str, told: Told | None, address: str) -> SignedIn:
        """Raises: Unauthenticated (code provider_refused, for whatever reason), Invalid, TooMany, Unavailable."""
        name = checked_name(device_name, "device_name")
        self._asked.begin("", address, self._clock.now())
        visit = await self._store.visit(secret_hash(back.state))
        try:
            provider, claims = await self._claims(visit, back, None)
            user = await self._user(provider, claims)
            if user.disabled_at is not None or not self._identity.is_open(user.tenant_id):
                raise _Refused("the account is closed", "account_closed", user.id)
        except _Refused as refused:
            log.info("single sign-on was refused: %s", refused)
            if visit is not None:
                self._failed(visit.tenant_id, refused, address)
            raise Unauthenticated("Single sign-on failed", code="provider_refused") from refused
        session = session_id(provider.tenant_id, provider.issuer, claims.session)
        return await self._identity.open_session(user, name, told=told, address=address, provider_session=session)

    async def complete_binding(self, user: User, back: Return) -> None:
        """Raises: Conflict (code provider_refused, for whatever reason)."""
        try:
            visit = await self._store.visit(secret_hash(back.state))
            provider, claims = await self._claims(visit, back, user.id)
            await self._bind(provider, claims, user)
        except _Refused as refused:
            log.info("linking user %s to an identity provider was refused: %s", user.id, refused)
            raise Conflict("Connecting single sign-on failed", code="provider_refused") from refused

    async def is_bound(self, user: User) -> bool | None:
        """None where the organisation has no such sign-in."""
        provider = await self._store.provider(user.tenant_id)
        if provider is None or not provider.enabled:
            return None
        return await self._store.bound_to(user.tenant_id, user.id, provider.issuer) is not None

    async def unbind(self, tenant_id: TenantId, user_id: UserId) -> None:
        """Raises: NotFound when nothing was bound."""
        user = await self._users.user(tenant_id, user_id)
        if not await self._store.unbind(tenant_id, user_id):
            raise NotFound
        await self._news.tell(user, "provider_unbound")

    async def drop_expired(self) -> None:
        """Visits that nobody came back from; main runs it every now and then."""
        await self._store.drop_expired(self._clock.now())

    # The way there

    async def _way(self, provider: Provider, redirect_uri: str, user_id: UserId | None) -> Way:
        try:
            about = await self._remote.about(provider.issuer)
        except ProviderTrouble as trouble:
            log.warning("identity provider of organisation %s: %s", provider.tenant_id, trouble.problem)
            raise Unavailable("The organisation's identity provider cannot be reached", code="provider_away") from None
        state, browser, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
        visit = AuthorizationRequest(
            id=secret_hash(state),
            tenant_id=provider.tenant_id,
            user_id=user_id,
            browser_hash=secret_hash(browser),
            nonce=nonce,
            verifier=verifier,
            issuer=provider.issuer,
            redirect_uri=redirect_uri,
            expires_at=self._clock.now() + VISIT_LASTS,
        )
        await self._store.begin(visit)
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in about.authorization else "?"
        return Way(f"{about.authorization}{joint}{urlencode(asked)}", browser)

    # What comes back

    async def _claims(
        self, visit: AuthorizationRequest | None, back: Return, user_id: UserId | None
    ) -> tuple[Provider, Claims]:
        """Raises: _Refused."""
        if visit is None or self._clock.now() >= visit.expires_at or visit.user_id != user_id:
            raise _Refused("there is no such visit", "no_visit")
        if not hmac.compare_digest(visit.browser_hash, secret_hash(back.browser)):
            raise _Refused("another browser began it", "other_browser")
        if not await self._store.take(visit):
            raise _Refused("it came back twice", "came_twice")
        provider = await self._store.provider(visit.tenant_id)
        if provider is None or not provider.enabled or provider.issuer != visit.issuer:
            raise _Refused("the provider was changed meanwhile", "provider_changed")
        if back.issuer is not None and back.issuer != provider.issuer:
            raise _Refused("the answer is another issuer's", "other_issuer")
        try:
            return provider, await self._believed(provider, visit, back.code)
        except ProviderTrouble as trouble:
            raise _Refused(trouble.problem, trouble.problem) from None
        except NotBelieved as reason:
            raise _Refused(str(reason), "not_believed") from None

    def _failed(self, tenant_id: TenantId, refused: _Refused, address: str) -> None:
        failed = FailedSignIn(
            tenant_id=tenant_id,
            user_id=refused.user_id,
            address=address,
            way="POST /v1/auth/provider/complete",
            code="provider_refused",
            why=refused.why,
        )
        for watcher in self._identity.events.sign_in_failed:
            watcher(failed)

    async def _believed(self, provider: Provider, visit: AuthorizationRequest, code: str) -> Claims:
        """Raises: ProviderTrouble, NotBelieved."""
        about = await self._remote.about(provider.issuer)
        with_ = Exchange(code, visit.verifier, visit.redirect_uri)
        token, access_token = await self._remote.exchange(about, await self._settings.client(provider), with_)
        said: Mapping[str, Any] = await self._checked(about, provider, visit, token)
        subject = str(said["sub"])
        if "email" not in said:
            more = await self._remote.userinfo(about, access_token)
            if more and more.get("sub") != subject:
                raise NotBelieved("the user's information is another's")
            said = {**more, **said}
        email, name, session = said.get("email"), said.get("name"), said.get("sid")
        verified = said.get("email_verified") is True and isinstance(email, str)
        return Claims(
            subject=subject,
            email=str(email) if verified else "",
            name=name if isinstance(name, str) else "",
            session=session[:SESSION_MAX] if isinstance(session, str) else "",
        )

    async def _checked(
        self, about: About, provider: Provider, visit: AuthorizationRequest, token: str
    ) -> dict[str, Any]:
        """Raises: ProviderTrouble, NotBelieved."""
        key = await self._remote.key_of(about, token)
        ours = {"issuer": provider.issuer, "client_id": provider.client_id, "nonce": visit.nonce}
        return check(token, key, **ours, now=self._clock.wall())

    # Whose account it is

    async def _user(self, provider: Provider, claims: Claims) -> User:
        """Raises: _Refused."""
        bound = await self._store.bound(
            provider.tenant_id, account_id(provider.tenant_id, provider.issuer, claims.subject)
        )
        if bound is not None:
            return await self._bound_user(bound)
        key = _key_of(claims)
        if not key or domain_of(key) not in provider.domains:
            raise _Refused("no verified address in the organisation's domains", "no_verified_address")
        user = await self._users.user_by_email(key)
        if user is None:
            user = await self._made(provider, claims)
        elif user.tenant_id != provider.tenant_id:
            raise _Refused("no account", "no_account")
        elif lacking(provider.trusted_with, self._identity.roles.granted(user.tenant_id, user.role)):
            text = "the account may do more than who set the provider, so its user must bind it"
            raise _Refused(text, "must_be_bound_first", user.id)
        await self._bind(provider, claims, user)
        return user

    async def _bound_user(self, bound: LinkedAccount) -> User:
        try:
            return await self._users.user(bound.tenant_id, bound.user_id)
        except NotFound:
            raise _Refused("the account is gone", "account_gone") from None

    async def _made(self, provider: Provider, claims: Claims) -> User:
        """A user without a password that anybody knows. Raises: _Refused."""
        if not provider.makes_users:
            raise _Refused("no account", "no_account")
        if not self._identity.grants_address(provider.tenant_id, _key_of(claims)):
            raise _Refused("the operator did not grant the address's domain", "domain_not_granted")
        name = " ".join(claims.name.split())[:100]
        try:
            return await self._identity.add_user(
                provider.tenant_id,
                email=claims.email,
                name=name if name.isprintable() and name else claims.email.partition("@")[0][:100],
                role=provider.role,
                password=secrets.token_urlsafe(48),
                verified=True,
            )
        except (Conflict, Invalid):
            raise _Refused("the account could not be made", "not_made") from None

    async def _bind(self, provider: Provider, claims: Claims, user: User) -> None:
        """Raises: _Refused when somebody else is bound to it, or the user to another subject: addresses are given
        to other people, subjects are not."""
        id = account_id(provider.tenant_id, provider.issuer, claims.subject)
        fresh = LinkedAccount(
            id=id,
            tenant_id=provider.tenant_id,
            user_id=user.id,
            issuer=provider.issuer,
            bound_at=self._clock.now(),
        )
        try:
            await self._store.bind(fresh)
        except Conflict:
            bound = await self._store.bound(provider.tenant_id, id)
            if bound is None or bound.user_id != user.id:
                raise _Refused("it is bound to somebody else", "bound_to_another", user.id) from None
        else:
            await self._news.tell(user, "provider_bound", provider.issuer)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _key_of(claims: Claims) -> str:
    try:
        return email_key(claims.email)
    except Invalid:
        return ""
