"""What is done with accounts beyond signing in and out, put together for whoever serves it."""

from __future__ import annotations

from call24.identity.avatars.service import Avatars
from call24.identity.devices import Devices
from call24.identity.emails import Mailer
from call24.identity.given import Given
from call24.identity.invitations import Invitations
from call24.identity.mfa import Mfa
from call24.identity.oidc.client import OidcClient
from call24.identity.oidc.logout import ProviderLogout
from call24.identity.oidc.service import ProviderSignInService
from call24.identity.oidc.settings import ProviderSettings
from call24.identity.passkeys import Passkeys
from call24.identity.recovery import Recovery
from call24.identity.security_notices import SecurityNotices
from call24.identity.service import IdentityService
from call24.identity.signing_in import SigningIn
from call24.identity.user_admin import UserAdmin
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.outbound_http import OutboundHttp
from call24.kit.secrets import AppKey


class Accounts:
    """`outward`: how organisations' identity providers are reached."""

    def __init__(
        self, mongo: Mongo, clock: Clock, key: AppKey, identity: IdentityService, outward: OutboundHttp
    ) -> None:
        self.people = UserAdmin(mongo, clock, identity)
        given = Given(mongo, identity)
        self.people.changed.append(given.person_changed)
        identity.roles.changed.append(given.end_unfounded)
        self.pictures = Avatars(mongo, clock)
        self.invitations = Invitations(mongo, clock, identity)
        self.news = SecurityNotices(clock)
        self.devices = Devices(mongo, clock, self.news)
        identity.events.device_signed_in.append(self.devices.signed_in)
        self.mfa = Mfa(mongo, clock, key, identity, self.news)
        self.passkeys = Passkeys(mongo, clock, key, identity, self.mfa)
        self.signing_in = SigningIn(mongo, clock, identity, self.devices, self.mfa.prove)
        self.recovery = Recovery(mongo, clock, identity)
        remote = OidcClient(clock, outward)
        self.provider = ProviderSettings(mongo, clock, key, identity, remote)
        self.provider_logout = ProviderLogout(mongo, clock, identity, remote)
        self.provider_sign_in = ProviderSignInService(mongo, clock, identity, self.provider, remote, self.news)

    def use(self, post: Mailer) -> None:
        """How letters leave; without it links are shown to who asked for them."""
        self.invitations.post = self.recovery.post = self.news.post = post
