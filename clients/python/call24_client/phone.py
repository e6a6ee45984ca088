"""Phone. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import TypedDict

from call24_client.transport import Request


class PhoneCredentials(TypedDict):
    """What the phone of a signed-in device registers with. All of it is for this device only."""

    device_id: str
    aor: str
    username: str
    password: str
    ws_url: str


def read_credentials() -> Request[PhoneCredentials]:
    """Returns the SIP credentials of the signed-in device's phone, and where it registers. They belong to this
    device only and end with its session. 403 no_device for an API token.
    """
    return Request("GET", "/v1/phone")
