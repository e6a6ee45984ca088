"""An organisation whose data is kept in Germany, on an installation whose hosted Pusher is in the USA."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.product.composed import composed
from tests.support.product.organisation import Organisation
from tests.support.product.stack import RunningStack

pytestmark = pytest.mark.shares_stack("server")

AT, STATED = "/v1/data-transfers", "/v1/organisation/policy"
PUSHER = "https://key:secret@[64:ff9b::7f00:1]/apps/1"
"""This machine in another form: nothing is sent there."""
ENTRY = {
    "kind": "hosted_pusher",
    "recipient": "Pusher Ltd",
    "country": "US",
    "hosts": [],
    "safeguard": "standard_clauses",
    "reference": "2021/914, module 3",
    "dated": "2026-01-10",
    "review_by": "2099-01-10",
}


async def standings(acme: Organisation) -> dict[str, Any]:
    items = (await acme.http.get(f"{AT}/endpoints")).json()["items"]
    return {one["kind"]: one["standing"] for one in items if one["kind"] in ("database", "hosted_pusher")}


async def test_hosted_pusher_in_another_region_is_refused_until_the_register_has_an_entry(
    stack: RunningStack, tmp_path: Path
) -> None:
    file = tmp_path / "pusher-url"
    file.write_text(PUSHER)
    settings = replace(stack.settings, pusher_url_file=file, pusher_country="US", database_country="DE")
    async with composed(stack, settings) as house, house.organisation("Within the region") as acme:
        refused = await acme.http.patch(STATED, json={"data_region": "DE"})
        assert (refused.status_code, refused.json()["code"]) == (409, "transfer_not_registered"), refused.text
        assert "hosted pusher" in refused.json()["detail"]
        entry = await acme.post(AT, ENTRY)
        assert (await acme.http.patch(STATED, json={"data_region": "DE"})).status_code == 200
        assert await standings(acme) == {"database": "same_region", "hosted_pusher": "registered"}
        held = await acme.http.delete(f"{AT}/{entry['id']}")
        assert (held.status_code, held.json()["code"]) == (409, "transfer_in_use")
