"""Long work beside the requests."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.wait import wait_until

from call24.kit.background_jobs import BackgroundJobs
from call24.kit.errors import Unavailable
from call24.kit.ids import TenantId

ACME, OTHER = TenantId("ten_acme"), TenantId("ten_other")


async def test_work_that_fails_is_tried_again_so_often_and_no_oftener() -> None:
    jobs, tried = BackgroundJobs("import", (2, 1), tries=3), 0

    async def never() -> None:
        nonlocal tried
        tried += 1
        raise Unavailable

    assert await jobs.carried_out(ACME, "one", never) is False
    assert tried == 3

    async def at_the_second() -> None:
        nonlocal tried
        tried += 1
        if tried < 5:
            raise OSError

    assert await jobs.carried_out(ACME, "one", at_the_second) is True
    assert tried == 5

    async def wrong() -> None:
        raise ValueError("no trouble of a disk")

    with pytest.raises(ValueError, match="no trouble of a disk"):
        await jobs.carried_out(ACME, "one", wrong)


async def test_one_job_of_an_organisation_works_at_a_time_and_others_do_not_wait_for_it() -> None:
    jobs, began, goes_on = BackgroundJobs("import", (2, 1)), list[str](), asyncio.Event()

    async def work(name: str) -> None:
        began.append(name)
        await goes_on.wait()

    async def job(tenant_id: TenantId, name: str) -> None:
        await jobs.carried_out(tenant_id, name, lambda: work(name))

    for tenant_id, name in ((ACME, "first"), (ACME, "second"), (OTHER, "theirs")):
        jobs.start(name, job(tenant_id, name))
    for _ in range(5):
        await asyncio.sleep(0)
    assert began == ["first", "theirs"]
    goes_on.set()
    await wait_until(lambda: "second" not in jobs)
    assert began == ["first", "theirs", "second"] and "first" not in jobs


async def test_a_job_is_stopped_by_its_id_and_one_that_was_started_anew_is_not_forgotten() -> None:
    jobs, stopped = BackgroundJobs("import", (2, 1)), list[str]()

    async def job(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(name)

    jobs.start("one", job("old"))
    await asyncio.sleep(0)
    old = jobs._running["one"]
    old.cancel()
    jobs.start("one", job("new"))
    await asyncio.wait({old})
    await asyncio.sleep(0)
    assert "one" in jobs and stopped == ["old"]
    await jobs.stop("one")
    assert stopped == ["old", "new"] and "one" not in jobs
    jobs.start("two", job("two"))
    await asyncio.sleep(0)
    await jobs.close()
    assert stopped[-1] == "two" and "two" not in jobs
    await jobs.stop("nobody's")
