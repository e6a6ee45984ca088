"""Accounts and organisations that were deleted do not come back with an old copy of the database."""

from __future__ import annotations

from socket import socket
from typing import Any

import pytest
from pymongo import MongoClient
from tests.support.product.composed import Composed, composed
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until

from call24.kit.settings import DATABASE
from call24.server.listener import Server

pytestmark = pytest.mark.shares_stack("emptied")

KEPT = ("tenants", "users", "tokens", "devices", "queues", "user_corrections")


def copied(house: Composed) -> dict[str, list[dict[str, Any]]]:
    return {name: list(house.database[name].find()) for name in KEPT}


def put_back(database: Any, old: dict[str, list[dict[str, Any]]], without: tuple[str, ...]) -> None:
    """The old copy, in which nothing is known of what was deleted since."""
    for name, documents in old.items():
        database[name].delete_many({})
        if documents:
            database[name].insert_many(documents)
    for name in without:
        database[name].delete_many({})


async def test_an_account_and_an_organisation_that_an_old_copy_brings_back_are_gone_before_the_port_opens(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = stack.settings.deletion_register
    async with composed(stack) as house:
        async with house.organisation("Stays") as stays, house.organisation("Goes") as goes:
            kim, lee = await stays.agent("Kimberley", phone=False), await stays.agent("Leeroy", phone=False)
            old = copied(house)
            gone = await stays.http.post(f"/v1/users/{kim.user_id}/delete", json={"reason": "left"})
            assert gone.status_code == 200, gone.text
            await goes.post("/v1/organisation/closing", {"name": "Goes"})
            closings, over = house.database["closings"], house.clock.now()
            closings.update_one({"_id": goes.tenant_id}, {"$set": {"ends_at": over, "reminded_at": over}})
            house.sweeps.soon()
            await wait_until(lambda: closings.find_one({"_id": goes.tenant_id}) is None, 30)
        said = register.read_bytes()
        assert len(said.splitlines()) == 2
        assert not any(word.encode() in said for word in (kim.user_id, kim.email, goes.tenant_id)), "it names nobody"

    with MongoClient[dict[str, Any]](stack.settings.mongodb_uri()) as client:
        database = client[DATABASE]
        put_back(database, old, ("erasures", "erasure_receipts", "closings"))
        assert database["users"].find_one({"_id": kim.user_id}) and database["queues"].find_one(of(goes.tenant_id))
        opened: list[Any] = []
        startup = Server.startup

        async def looked(server: Server, sockets: list[socket] | None = None) -> None:
            opened.extend([database["users"].find_one({"_id": kim.user_id})])
            opened.extend([name for name in KEPT if database[name].find_one(of(goes.tenant_id))])
            await startup(server, sockets)

        monkeypatch.setattr(Server, "startup", looked)
        async with composed(stack):
            assert opened == [None], "they were there when the port was opened"
            for name in KEPT:
                assert kim.user_id not in str(list(database[name].find())), name
            assert database["users"].find_one({"_id": lee.user_id}) is not None, "others are as they were"
            receipts = {one["rule"]: one["interrupted"] for one in database["erasure_receipts"].find()}
            assert receipts == {"account_deletion": True, "organisation_closing": True}
    register.unlink()


def of(tenant_id: str) -> dict[str, Any]:
    return {"$or": [{"_id": tenant_id}, {"tenant_id": tenant_id}]}
