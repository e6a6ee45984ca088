"""The accounts that trunks have at their carriers: user name and sealed password. It stores nothing."""

from __future__ import annotations

from typing import Any

from call24.kit.encryption import SecretBox
from call24.kit.errors import Invalid
from call24.kit.secrets import AppKey
from call24.tenants.model import SealedLogin, Trunk
from call24.tenants.rules import check_password


class TrunkLogins:
    def __init__(self, key: AppKey) -> None:
        self._box = SecretBox(key, "trunk passwords")

    def taken_from(self, settings: dict[str, Any], trunk: Trunk) -> SealedLogin | None:
        """Takes `username` and `password` out of the settings that change a trunk. Raises: Invalid."""
        before = trunk.login
        username = settings.pop("username", before.username if before else None)
        password = settings.pop("password", None)
        if username is None:
            return None
        if password is None:
            # A password belongs to its account and its carrier: it is not shown to whoever changes one of them.
            elsewhere = settings.get("host", trunk.host) != trunk.host
            if before is None or before.username != username or elsewhere:
                raise Invalid(errors=[("password", "the account's password")])
            return before
        check_password(password)
        return SealedLogin(username=username, password=self._box.seal(password, trunk.id))

    def password(self, trunk: Trunk) -> str:
        """Empty without a login, or when it was sealed with another app key."""
        return "" if trunk.login is None else self._box.open(trunk.login.password, trunk.id) or ""
