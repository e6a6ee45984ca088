"""Results of self-audits are signed, kept, read by those who may, and due again after 90 days."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pymongo
import pytest
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api

from call24.cli.__main__ import main
from call24.doctor import self_audit_check
from call24.doctor.audit.outcome import Outcome, outcome_of
from call24.doctor.audit.run import SelfAuditChecks
from call24.doctor.report import CheckResult, Failed
from call24.kit.settings import Settings
from call24.policy.service import Policies
from call24.privacy.agreed_time import AgreedTime
from call24.self_audit.model import CheckAnswer, SelfAudit
from call24.self_audit.service import SelfAudits

PASSED = CheckAnswer(answer="pass", seen="all well", advice="")
UNVERIFIED = CheckAnswer(answer="unverified", seen="no list is kept", advice="keep one")


async def audited(api: Api, **checks: CheckAnswer) -> SelfAudit:
    audits = api.services.there.get(SelfAudits)
    result = audits.sign(checks, 1200)
    await audits.keep(result)
    return result


async def test_a_result_is_read_as_it_was_signed_and_checked_by_the_published_key(
    api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acme = await api.organisation()
    assert (await acme.call("owner", "GET", "/v1/self-audits")).json() == {"items": [], "next": None, "due": True}
    result = await audited(api, tls=PASSED, egress=PASSED)
    listed = (await acme.call("owner", "GET", "/v1/self-audits")).json()
    assert (listed["due"], listed["items"][0]["passed"]) == (False, True)
    again = await acme.call("owner", "GET", f"/v1/self-audits/{result.id}")
    assert again.json() == listed["items"][0]
    assert (await acme.call("agent", "GET", "/v1/self-audits")).status_code == 403
    assert (await acme.call("owner", "GET", "/v1/self-audits/sau_x")).status_code == 404
    key = await api.call("GET", "/v1/erasure-receipts/key")
    (tmp_path / "key.json").write_bytes(key.content)
    (tmp_path / "result.json").write_bytes(again.content)
    words = ["audit", "verify-result", str(tmp_path / "result.json"), "--key", str(tmp_path / "key.json")]
    assert main(words) == 0
    (tmp_path / "result.json").write_bytes(again.content.replace(b"all well", b"all fine"))
    assert main(words) == 1 and "changed after it was signed" in capsys.readouterr().err


async def test_one_check_that_is_unverified_is_an_audit_that_did_not_pass_and_so_is_one_without_checks(
    api: Api,
) -> None:
    assert (await audited(api, tls=PASSED, egress=UNVERIFIED)).passed is False
    assert (await audited(api)).passed is False


async def test_doctor_and_api_remind_after_90_days_and_the_policy_quotes_the_newest(
    api: Api, mongod: RunningMongod
) -> None:
    acme, settings = await api.organisation(), Settings(data=api.data)

    async def reminded() -> str:
        found = CheckResult("self-audit")
        try:
            await self_audit_check.look(api.mongo, settings, found)
        except Failed as failed:
            assert failed.state == "warn" and "./call24 audit run" in failed.advice
            return failed.seen
        return ""

    assert await reminded() == "there was none yet"
    result = await audited(api, tls=PASSED)
    day = result.at.date()
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        kept = client[NAME]["self_audits"]
        for days, due in ((0, False), (89, False), (91, True)):
            kept.update_one({"_id": result.id}, {"$set": {"at": result.at - timedelta(days=days)}})
            assert (await acme.call("owner", "GET", "/v1/self-audits")).json()["due"] is due, days
    public_id = (await api.services.there.get(Policies).settings(acme.tenant.id)).public_id
    page = (await api.call("GET", f"/policy/{public_id}")).text
    assert f"Its last self-audit was on {day - timedelta(days=91)} and passed." in page


# --- checks that ask the database: a real fault in each ---


async def check(api: Api, name: str) -> Outcome:
    checks = SelfAuditChecks(Settings(data=api.data), api.mongo, [])
    checks.clock = api.clock  # type: ignore[assignment]
    return await outcome_of(*checks.every()[name])


async def test_a_record_that_is_overdue_fails_and_no_agreed_time_is_unverified(api: Api, mongod: RunningMongod) -> None:
    assert (await check(api, "retention")).answer == "unverified"
    assert await AgreedTime(api.mongo, api.clock).agreed() is not None
    assert (await check(api, "retention")).answer == "pass"
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        due = api.clock.now() - timedelta(days=400)
        client[NAME]["tasks"].delete_many({})
        client[NAME]["recordings"].insert_one({"_id": "rec_1", "tenant_id": "ten_1", "delete_at": due})
        told = await check(api, "retention")
        client[NAME]["recordings"].delete_many({"_id": "rec_1"})
    assert told.answer == "fail" and any("recordings 1" in detail for detail in told.details), told


async def test_a_line_of_the_audit_log_that_was_changed_fails(api: Api, mongod: RunningMongod) -> None:
    acme = await api.organisation()
    for n in range(3):
        await acme.call("owner", "POST", "/v1/queues", json={"name": f"Q{n}"})
    await api.services.audit.settle()
    await api.services.audit.sign()
    assert (await check(api, "audit log")).answer == "pass"
    with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
        client[NAME]["audit"].update_one({"seq": 2, "tenant_id": acme.tenant.id}, {"$set": {"status": 299}})
    told = await check(api, "audit log")
    assert told.answer == "fail" and acme.tenant.id not in told.seen


def test_what_is_kept_of_an_outcome_has_no_details() -> None:
    told = Outcome(answer="fail", seen="one key — open", advice="close it", details=("/data/secrets/app.key",))
    kept = json.dumps([told.kept().seen, told.kept().advice])
    assert "/data" not in kept and kept.isascii()
