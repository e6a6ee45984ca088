"""What is done with accounts beyond signing in and out, put together for whoever serves it."""

from __future__ import annotations

from call24.identity.devices import Devices
from call24.identity.invitations import Invitations
from call24.identity.letters import Post
from call24.identity.mfa import Mfa
from call24.identity.people import People
from call24.identity.recovery import Recovery
from call24.identity.service import IdentityService
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey


class Accounts:
    def __init__(self, mongo: Mongo, clock: Clock, key: AppKey, identity: IdentityService) -> None:
        self.people = People(mongo, clock, identity)
        self.invitations = Invitations(mongo, clock, identity)
        self.devices = Devices(mongo, clock)
        identity.events.device_signed_in.append(self.devices.signed_in)
        self.mfa = Mfa(mongo, clock, key, identity)
        self.recovery = Recovery(mongo, clock, identity)

    def use(self, post: Post) -> None:
        """How letters leave; without it links are shown to who asked for them."""
        self.invitations.post = self.recovery.post = self.devices.post = post
