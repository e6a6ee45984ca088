"""Users, their devices and tokens as last known: what the call path and the phones go by while MongoDB is away.

Memory only, never a wait. Who reads it from MongoDB, and changes it, is service.py's.
"""

from __future__ import annotations

from call24.identity.model import Device, Token, User
from call24.kit.ids import DeviceId, TenantId, TokenId, UserId


class KnownUsers:
    def __init__(self) -> None:
        self._users: dict[UserId, User] = {}
        self._devices: dict[DeviceId, Device] = {}
        self._devices_of: dict[UserId, list[DeviceId]] | None = None
        """Made from ``_devices`` when it is asked for; None: it has changed since."""
        self._tokens: dict[TokenId, Token] = {}
        self._changes = 0

    def known_user(self, user_id: UserId) -> User | None:
        return self._users.get(user_id)

    def known_users(self, tenant_id: TenantId) -> list[User]:
        return [user for user in self._users.values() if user.tenant_id == tenant_id]

    def known_devices(self, user_id: UserId | None = None) -> list[Device]:
        """Signed-in devices of one user, or of everybody."""
        if user_id is None:
            return list(self._devices.values())
        if self._devices_of is None:
            self._devices_of = {}
            for device in self._devices.values():
                self._devices_of.setdefault(device.user_id, []).append(device.id)
        return [self._devices[id] for id in self._devices_of.get(user_id, ())]

    def remember(self, user: User) -> None:
        """As it is stored from now on."""
        self._users[user.id] = user
        self._changes += 1

    def forget_user(self, user_id: UserId) -> None:
        """The account was deleted."""
        self._users.pop(user_id, None)
        self._tokens = {id: token for id, token in self._tokens.items() if token.user_id != user_id}
        self._changes += 1

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self._users = {user.id: user for user in self._users.values() if user.tenant_id != tenant_id}
