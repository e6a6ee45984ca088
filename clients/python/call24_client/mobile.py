"""Mobile. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import TypedDict

from call24_client.transport import Request


class MobileCodeAnswer(TypedDict):
    """A code was said to a number, which is not proven yet."""

    number: str
    until: str
    tries_left: int


class MobileAnswer(TypedDict):
    """The mobile number on which you are called when none of your phones rings."""

    allowed: bool
    number: str | None
    proven_at: str | None
    rings: bool
    awaited: MobileCodeAnswer | None


class MobileSwitch(TypedDict):
    """`rings`: whether you are called on the number."""

    rings: bool


class MobileNumber(TypedDict):
    """`number`: in international form, or as it is dialled in the organisation's country."""

    number: str


class MobileCode(TypedDict):
    """`code`: the six digits that were said in the call."""

    code: str


def read() -> Request[MobileAnswer]:
    """Retrieves the mobile number on which you are called when none of your phones rings, and whether you are.
    `awaited`: the number that is to be proven by a code that was said to it.
    """
    return Request("GET", "/v1/me/mobile")


def remove(*, if_match: str | None = None) -> Request[None]:
    """Deletes your mobile number."""
    return Request("DELETE", "/v1/me/mobile", headers={"If-Match": if_match}, answer="nothing")


def switch(body: MobileSwitch, *, if_match: str | None = None) -> Request[MobileAnswer]:
    """Turns the calls to your mobile number on or off; the number stays. 404 where there is none."""
    return Request("PATCH", "/v1/me/mobile", body=body, headers={"If-Match": if_match})


def say_code(body: MobileNumber, *, idempotency_key: str | None = None) -> Request[MobileCodeAnswer]:
    """Calls the number and says a code of six digits, with which you prove that it is yours. Your number stays what
    it was until then. Five codes an hour for you, three a day for one number. 403 with the code of the toll-fraud
    limit where the number may not be called, 409 `mobile_not_allowed` where your organisation does not call
    mobile numbers, 503 where no call can be made now.
    """
    return Request("POST", "/v1/me/mobile/code", body=body, headers={"Idempotency-Key": idempotency_key})


def prove(body: MobileCode, *, idempotency_key: str | None = None) -> Request[MobileAnswer]:
    """Stores the number whose code you name; you are called on it from now on. 403 `wrong_code` where the code is
    wrong or older than ten minutes; after three wrong ones ask for another.
    """
    return Request("POST", "/v1/me/mobile/proof", body=body, headers={"Idempotency-Key": idempotency_key})
