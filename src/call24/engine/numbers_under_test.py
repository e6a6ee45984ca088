"""Codes that a test call dials in place of a number: each leads to one number, for as long as the test goes on.

A code is not to be guessed, is nobody's number, and counts only from the address that the test calls from. Whoever
dials it gets a call as the number's own carrier would bring it, but that the call is a test (`CallRules.test`).
"""

from __future__ import annotations

import secrets

import msgspec

from call24.kit.ids import NumberId, TenantId

BEGINS = "*24*"
"""No number begins so: parse_e164 refuses it."""
_DIGITS = 18


class NumberUnderTest(msgspec.Struct, frozen=True, kw_only=True):
    """`way`: the address that the test calls from."""

    tenant_id: TenantId
    number_id: NumberId
    way: str


class NumbersUnderTest:
    def __init__(self) -> None:
        self._open: dict[str, NumberUnderTest] = {}

    def open(self, tested: NumberUnderTest) -> str:
        """The code to dial, until it is closed."""
        code = f"{BEGINS}{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
        self._open[code] = tested
        return code

    def close(self, code: str) -> None:
        self._open.pop(code, None)

    def meant(self, dialled: str, way: str) -> NumberUnderTest | None:
        """None: no code, or not dialled from where it is open for."""
        found = self._open.get(dialled)
        return found if found is not None and found.way == way else None
