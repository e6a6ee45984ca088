"""Who deletes an account is given a signed receipt, which stays when the organisation has gone."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.http.api import Api, Organisation

from call24.cli.__main__ import main
from call24.identity.model import User
from call24.kit.errors import Unavailable
from call24.kit.ids import UserId
from call24.privacy.model import Erasure, ErasureReceipt

WHY = "a test looks at the platform's documents"


async def deletion(acme: Organisation, user_id: str) -> dict[str, Any]:
    answer = await acme.call("owner", "POST", f"/v1/users/{user_id}/delete", json={"reason": "asked"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_receipt_of_a_deleted_account_is_checked_by_the_published_key(
    api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acme = await api.organisation()
    gone = acme.users["agent"]
    said = await deletion(acme, gone)
    receipt, key = said["receipt"], await api.call("GET", "/v1/erasure-receipts/key")
    assert (receipt["rule"], receipt["reason"], receipt["erased"]) == ("account_deletion", "asked", said["deleted"])
    assert receipt["subject"] == "sha256:" + hashlib.sha256(gone.encode()).hexdigest()
    assert receipt["installation"] == key.json()["installation"] and receipt["interrupted"] is False
    again = await api.call("GET", f"/v1/erasure-receipts/{receipt['id']}")
    assert again.json() == receipt
    (tmp_path / "receipt.json").write_bytes(again.content)
    (tmp_path / "key.json").write_bytes(key.content)
    words = ["privacy", "verify-receipt", str(tmp_path / "receipt.json"), "--key", str(tmp_path / "key.json")]
    assert main(words) == 0
    (tmp_path / "receipt.json").write_bytes(again.content.replace(b'"asked"', b'"left"'))
    assert main(words) == 1 and "changed after it was signed" in capsys.readouterr().err


async def test_a_receipt_outlives_its_organisation_and_names_nobody(api: Api) -> None:
    acme = await api.organisation()
    gone = acme.users["agent"]
    receipt = (await deletion(acme, gone))["receipt"]
    await api.services.tenants.wipe(acme.tenant.id)
    assert (await api.call("GET", f"/v1/erasure-receipts/{receipt['id']}")).json() == receipt
    for named in (gone, acme.tenant.id, acme.emails["agent"], "The agent"):
        assert named not in json.dumps(receipt), named


async def test_a_receipt_that_is_not_there_is_not_found(api: Api) -> None:
    for id in ("rcp_00000000000000000000000000", "x", "rcp_%00"):
        assert (await api.call("GET", f"/v1/erasure-receipts/{id}")).status_code == 404


async def test_a_deletion_that_was_cut_off_is_finished_and_has_its_receipt(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after `kill -9` between the last note of it and the account: the sweeper goes on."""
    acme = await api.organisation()
    gone, persons = UserId(acme.users["agent"]), api.services.persons

    async def killed(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(persons._store, "delete", killed)
        answer = await acme.call("owner", "POST", f"/v1/users/{gone}/delete", json={"reason": "asked"})
        assert answer.status_code == 503
    users = api.mongo.tenant(acme.tenant.id).collection(User)
    receipts = api.mongo.platform(ErasureReceipt, why=WHY)
    assert await users.count({"id": gone}) == 1 and await receipts.count() == 0
    await persons.erase_again(api.clock.now())
    await persons.erase_again(api.clock.now())
    [receipt] = await receipts.find()
    assert await users.count({"id": gone}) == 0 and receipt.interrupted is True
    assert (await api.call("GET", f"/v1/erasure-receipts/{receipt.id}")).status_code == 200


async def test_the_sweeper_leaves_a_deletion_that_is_going_on_alone(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = await api.organisation()
    gone, persons = acme.users["agent"], api.services.persons
    put, issued = persons._store.put, []

    async def swept_meanwhile(erasure: Erasure) -> None:
        await put(erasure)
        await persons.erase_again(api.clock.now())
        issued.append(await api.mongo.platform(ErasureReceipt, why=WHY).count())

    monkeypatch.setattr(persons._store, "put", swept_meanwhile)
    receipt = (await deletion(acme, gone))["receipt"]
    assert issued == [0, 0] and receipt["interrupted"] is False and receipt["erased"]["users"] == 1


async def test_a_deletion_that_was_cut_off_and_asked_for_again_says_so(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    gone, persons = acme.users["agent"], api.services.persons
    put, times = persons._store.put, []

    async def killed_once(erasure: Erasure) -> None:
        await put(erasure)
        times.append(erasure)
        if len(times) == 1:
            raise Unavailable

    monkeypatch.setattr(persons._store, "put", killed_once)
    first = await acme.call("owner", "POST", f"/v1/users/{gone}/delete", json={"reason": "asked"})
    assert first.status_code == 503
    assert (await deletion(acme, gone))["receipt"]["interrupted"] is True
