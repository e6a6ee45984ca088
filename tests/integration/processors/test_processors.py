"""Processors over HTTP, and erasures that are passed on to them whatever interrupts it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from tests.support.http.api import Api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.processor import StandIn, stand_in

from call24.kit.errors import Unavailable
from call24.privacy.caller_erasure import CallerErasures
from call24.privacy.model import ErasureReceipt
from call24.privacy.persons import Persons
from call24.privacy.receipts import Receipts
from call24.processors.answers import ErasureNoticeAnswer, notice_view
from call24.processors.model import ErasureNotice
from call24.processors.notices import ErasureNotices, ShownState
from call24.processors.service import Processors
from call24.processors.store import NoticeStore

AT = "/v1/processors"
CRMLY = {"name": "Crmly", "url": "https://crmly.example/erase", "gets": ["caller", "user"], "data": "numbers, names"}
NUMBER = "+442079460171"
TAKES, REFUSES = ("200 OK", b"done"), ("500 Broken", b"")


@pytest.fixture
async def office(api: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(api) as office:
        yield office


async def registered(office: FrontOffice, **other: Any) -> dict[str, Any]:
    answer = await office.org.call("owner", "POST", AT, json={**CRMLY, **other})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def kept(office: FrontOffice) -> list[ErasureNotice]:
    return await office.api.mongo.tenant(office.org.tenant.id).collection(ErasureNotice).find()


async def listed(
    office: FrontOffice, state: ShownState | None = None, person_id: str | None = None
) -> list[ErasureNoticeAnswer]:
    """Not over HTTP: sessions end before a week is over."""
    notices = office.api.services.there.get(ErasureNotices)
    page = await notices.page(office.org.tenant.id, state=state, person_id=person_id, limit=100, cursor=None)
    return [notice_view(one, office.api.clock.now()) for one in page.notices]


async def asks(office: FrontOffice) -> int:
    """All that is due now, once; how many."""
    notices = office.api.services.there.get(ErasureNotices)
    due = await notices.store.due(office.api.clock.now(), (), (), 100)
    for one in due:
        await notices.ask(one)
    return len(due)


async def erased(office: FrontOffice) -> Any:
    contact_id = await office.contact(NUMBER, "Jo")
    return await office.org.call("owner", "POST", f"/v1/contacts/{contact_id}/erase", json={"reason": "asked"})


def at(processor: StandIn) -> str:
    return f"http://127.0.0.1:{processor.port}/erase"


async def test_a_processor_is_registered_listed_changed_and_deleted_and_its_secret_is_shown_once(
    office: FrontOffice,
) -> None:
    made = await registered(office, name="  Crmly   Inc ", gets=["user", "caller", "user"][:2])
    assert (made["name"], made["gets"]) == ("Crmly Inc", ["caller", "user"])
    assert made["secret"].startswith("whsec_")
    one = f"{AT}/{made['id']}"
    shown = (await office.org.call("owner", "GET", one)).json()
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    changed = await office.org.call("owner", "PATCH", one, json={"gets": ["user"], "contact": "privacy@crmly.example"})
    assert (changed.json()["gets"], changed.json()["name"]) == (["user"], "Crmly Inc")
    again = (await office.org.call("owner", "POST", f"{one}/secret")).json()
    assert again["secret"] != made["secret"] and again["old_secret_until"] is not None
    second = await registered(office)
    first_page = (await office.org.call("owner", "GET", AT, params={"limit": 1})).json()
    rest = (await office.org.call("owner", "GET", AT, params={"cursor": first_page["next"]})).json()
    assert [page["items"][0]["id"] for page in (first_page, rest)] == [made["id"], second["id"]]
    assert (await office.org.call("owner", "DELETE", one)).status_code == 204
    assert (await office.org.call("owner", "GET", one)).status_code == 404
    assert (await office.org.call("supervisor", "GET", AT)).status_code == 403


async def test_a_secret_is_changed_once_while_the_one_before_signs(office: FrontOffice) -> None:
    made = await registered(office)
    renew = "POST", f"{AT}/{made['id']}/secret"
    renewed = (await office.org.call("owner", *renew)).json()
    twice = await office.org.call("owner", *renew)
    assert (twice.status_code, twice.json()["code"]) == (409, "old_secret_signs")
    assert renewed["old_secret_until"] in twice.json()["detail"]
    processors = office.api.services.there.get(Processors)
    stored = await processors.get(office.org.tenant.id, made["id"])
    assert processors.keys(stored) == [renewed["secret"], made["secret"]]
    office.api.clock.advance(hours=24)
    # Not over HTTP: the session has ended by then.
    stored, secret = await processors.rotate(office.org.tenant.id, made["id"])
    assert processors.keys(stored) == [secret, renewed["secret"]]


async def test_an_organisation_has_twenty_processors_and_each_says_who_and_what(office: FrontOffice) -> None:
    bad = await office.org.call("owner", "POST", AT, json={**CRMLY, "name": " ", "data": "", "url": "ftp://x"})
    assert {one["field"] for one in bad.json()["errors"]} == {"name", "data", "url"}
    for _ in range(20):
        await registered(office)
    full = await office.org.call("owner", "POST", AT, json=CRMLY)
    assert (full.status_code, full.json()["code"]) == (409, "too_many")


@pytest.mark.parametrize(
    ("whose", "step"), [(ErasureNotices, "pass_on"), (CallerErasures, "_delete_contacts"), (Receipts, "issue")]
)
async def test_an_erasure_that_is_cut_off_asks_each_processor_once(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch, whose: type, step: str
) -> None:
    async def killed(*_: object, **__: object) -> None:
        raise Unavailable

    async with stand_in(TAKES) as processor:
        crmly = await registered(office, url=at(processor))
        await registered(office, gets=["user"])
        with monkeypatch.context() as patched:
            patched.setattr(whose, step, killed)
            assert (await erased(office)).status_code == 503
        await asks(office)
        await office.api.services.there.get(CallerErasures).carry_on(office.api.clock.now())
        await asks(office)
        [one] = await kept(office)
        assert (one.state, one.processor_id, one.number) == ("answered", crmly["id"], b"")
        [asked] = processor.asked
        assert json.loads(asked.body)["data"]["person"]["number"] == NUMBER
        [receipt] = await office.api.mongo.platform(ErasureReceipt, why="a test").find()
        assert set(receipt.processors) == {crmly["id"]} and receipt.interrupted
        answer = await office.api.call("GET", f"/v1/erasure-receipts/{receipt.id}")
        assert set(answer.json()["processors"]) == {crmly["id"]}


async def test_what_was_asked_and_not_noted_is_asked_again_with_the_same_id(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object, **__: object) -> None:
        raise Unavailable

    async with stand_in(TAKES) as processor:
        await registered(office, url=at(processor))
        assert (await erased(office)).status_code == 200
        with monkeypatch.context() as patched:
            patched.setattr(NoticeStore, "change", killed)
            with pytest.raises(Unavailable):
                await asks(office)
        assert await asks(office) == 1
        [one] = await kept(office)
        assert (one.state, one.tries, one.answer) == ("answered", 1, "done")
        assert {asked.headers["webhook-id"] for asked in processor.asked} == {one.id} and len(processor.asked) == 2
        assert await asks(office) == 0


async def test_who_does_not_answer_is_late_after_a_week_and_given_up_after_four(office: FrontOffice) -> None:
    leaver, email = office.org.users["agent"], office.org.emails["agent"]
    async with stand_in(("302 Elsewhere\r\nLocation: /done", b""), REFUSES) as processor:
        await registered(office, url=at(processor))
        await office.api.services.there.get(Persons).erase(office.org.tenant.id, leaver, "other")  # type: ignore[arg-type]
        await asks(office)
        [one] = await listed(office, person_id=leaver)
        assert (one["state"], one["status"], one["trouble"], one["person"]) == ("waiting", 302, "refused", "user")
        assert json.loads(processor.asked[0].body)["data"]["person"] == {"kind": "user", "id": leaver, "email": email}
        office.api.clock.advance(days=7)
        assert await listed(office, state="waiting") == []
        [late] = await listed(office, state="late")
        assert late["state"] == "late"
        office.api.clock.advance(days=21)
        await asks(office)
        [ended] = await listed(office, state="unanswered")
        assert (ended["status"], ended["tries"], ended["due_at"], ended["answered_at"]) == (500, 2, None, None)
        [one_kept] = await kept(office)
        assert (one_kept.number, one_kept.email) == (b"", b"")
        assert one_kept.delete_at - one_kept.asked_at == timedelta(days=1096)
        [receipt] = await office.api.mongo.platform(ErasureReceipt, why="a test").find()
        assert list(receipt.processors) == [one["processor_id"]]


async def test_what_a_deleted_processor_was_to_be_asked_is_given_up(office: FrontOffice) -> None:
    made = await registered(office)
    said = (await erased(office)).json()
    assert [one["processor"] for one in said["notices"]] == ["Crmly"]
    assert (await office.org.call("owner", "DELETE", f"{AT}/{made['id']}")).status_code == 204
    await asks(office)
    [one] = await kept(office)
    assert (one.state, one.trouble, one.number) == ("unanswered", "removed", b"")


async def test_nobody_is_erased_while_too_many_notices_wait(
    office: FrontOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("call24.processors.rules.WAITING_MAX", 1)
    await registered(office)
    assert (await erased(office)).status_code == 200
    refused = await erased(office)
    assert (refused.status_code, refused.json()["code"]) == (409, "erasure_notices_full")
