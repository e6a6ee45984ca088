"""What phones and trunks are called at Asterisk."""

from __future__ import annotations

import pytest

from call24.kit.ids import DeviceId, TenantId, TrunkId, new_id
from call24.kit.sip_names import own_id_of, owner_of, sip_name

TENANT = TenantId(new_id("ten"))


@pytest.mark.parametrize("own_id", [DeviceId(new_id("dev")), TrunkId(new_id("trk"))])
def test_a_name_says_whose_it_is(own_id: DeviceId | TrunkId) -> None:
    name = sip_name(TENANT, own_id)
    assert (owner_of(name), own_id_of(name)) == (TENANT, own_id)


@pytest.mark.parametrize(
    "name",
    ["", "carriers", "nobody", "dev_1", "ten_1", "ten_1.", ".dev_1", "ten_1.usr_1", "ten_1.dev_1.dev_2", "ten_1-dev_1",
     "TEN_1.dev_1", "ten_1.dev_1\n", "ten_1.dev_1&x", "ten_.dev_1", "ten_1.dev_"],
)  # fmt: skip
def test_what_is_no_such_name_is_nobodys(name: str) -> None:
    assert owner_of(name) is None


def test_it_fits_into_all_that_asterisk_keeps_of_it() -> None:
    """Of the user in a From header 63 characters, of a channel's name and of a dial string after its slash 79."""
    phone, trunk = (sip_name(TENANT, own_id) for own_id in (DeviceId(new_id("dev")), TrunkId(new_id("trk"))))
    assert len(phone) == len(trunk) <= 63
    assert len(f"PJSIP/{phone}-0000002a") <= 79
    assert len(f"+{'1' * 15}@{trunk}") <= 79
