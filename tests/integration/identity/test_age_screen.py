"""Nobody too young accepts an invitation, and a refusal leaves nothing on the server: no date, no line, no document."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from pymongo.database import Database
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.product.composed import files_with

SCREEN, ACCEPT = "/v1/age-screen", "/v1/invitations/accept"
OF_AGE, CHILD = "1987-03-09", "2015-06-07"


@pytest.fixture(autouse=True)
def today(api: Api) -> None:
    api.clock.set(seconds=(datetime(2026, 11, 28, 18, 0, tzinfo=UTC) - api.clock.now()).total_seconds())


async def link(acme: Organisation) -> str:
    body = {"email": "kim@example.com", "name": "Kim", "role": "agent"}
    answer = await acme.call("owner", "POST", "/v1/invitations", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["link"].rpartition("/")[2])


async def accept(api: Api, token: str, birth_date: str, **more: Any) -> httpx.Response:
    body = {"token": token, "name": "Kim", "password": PASSWORD, "device_name": "x", "birth_date": birth_date}
    return await api.call("POST", ACCEPT, json=body, **more)


@pytest.fixture
def database(mongod: RunningMongod) -> Iterator[Database[dict[str, Any]]]:
    """Everything that is stored, whoever's it is."""
    with MongoClient[dict[str, Any]](mongod.uri) as client:
        yield client["call24_test"]


def documents(database: Database[dict[str, Any]]) -> dict[str, int]:
    return {name: database[name].count_documents({}) for name in database.list_collection_names()}


def everything(database: Database[dict[str, Any]]) -> str:
    return "".join(str(list(database[name].find())) for name in database.list_collection_names())


async def test_a_refusal_leaves_no_trace_on_the_server_and_the_link_is_not_used_up(
    api: Api, caplog: pytest.LogCaptureFixture, database: Database[dict[str, Any]]
) -> None:
    caplog.set_level(logging.DEBUG, "call24")
    acme = await api.organisation()
    token = await link(acme)
    await api.services.audit.settle()
    before, said = documents(database), len(caplog.records)
    for path in (SCREEN, ACCEPT):
        body = {"birth_date": CHILD}
        answer = await api.call("POST", path, json=body) if path == SCREEN else await accept(api, token, CHILD)
        api.client.cookies.clear()
        assert (answer.status_code, answer.json()["code"]) == (403, "not_eligible"), answer.text
        text = answer.text.lower()
        assert not any(hint in text for hint in ("age", "old", "young", "birth", "13", "2015", "date")), text
    await api.services.audit.settle()
    assert documents(database) == before
    assert [one.getMessage() for one in caplog.records[said:] if one.name.startswith("call24")] == []
    for way in (CHILD, "07.06.2015", "2015, 6, 7", "20150607"):
        assert way not in everything(database) and way not in caplog.text, way
        assert files_with(api.data, way) == set()

    taken = await accept(api, token, OF_AGE)
    assert taken.status_code == 201, taken.text
    await api.services.audit.settle()
    for way in (OF_AGE, "1987, 3, 9"):
        assert way not in everything(database) and way not in caplog.text, "nor is the date of who passes kept"
        assert files_with(api.data, way) == set()


async def test_a_second_try_in_the_same_browser_is_refused_and_its_cookie_says_no_date(api: Api) -> None:
    acme = await api.organisation()
    token = await link(acme)
    first = await api.call("POST", SCREEN, json={"birth_date": CHILD})
    [cookie] = first.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-") and "HttpOnly" in cookie and "Secure" in cookie
    assert "max-age" not in cookie.lower() and "expires" not in cookie.lower(), "it goes with the browser's session"
    assert "2015" not in cookie and "2013" not in cookie
    name, _, value = cookie.partition(";")[0].partition("=")
    shown = {"headers": {"Cookie": f"{name}={value}"}}
    api.client.cookies.clear()
    again = await api.call("POST", SCREEN, json={"birth_date": OF_AGE}, **shown)
    assert (again.status_code, again.json()["code"]) == (403, "not_eligible")
    assert (await accept(api, token, OF_AGE, **shown)).status_code == 403
    api.client.cookies.clear()
    assert (await accept(api, token, OF_AGE)).status_code == 201, "in another browser, with the same link"


async def test_the_day_itself_decides_and_the_screen_alone_lets_nobody_past(api: Api) -> None:
    acme = await api.organisation()
    token = await link(acme)
    assert (await api.call("POST", SCREEN, json={"birth_date": "2013-11-28"})).status_code == 204
    assert (await accept(api, token, "2013-11-29")).status_code == 403, "12 years and 364 days"
    api.client.cookies.clear()
    assert (await accept(api, token, "2013-11-28")).status_code == 201


@pytest.mark.parametrize("said", ["", "2013-02-30", "2027-01-01", "soon"])
async def test_what_is_no_date_of_birth_is_a_clear_error_and_shuts_nobody_out(api: Api, said: str) -> None:
    acme = await api.organisation()
    token = await link(acme)
    for answer in (await api.call("POST", SCREEN, json={"birth_date": said}), await accept(api, token, said)):
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "birth_date"), answer.text
        assert "set-cookie" not in answer.headers
        assert said == "" or said not in answer.text
    assert (await accept(api, token, OF_AGE)).status_code == 201


async def test_without_a_date_nobody_accepts(api: Api) -> None:
    acme = await api.organisation()
    body = {"token": await link(acme), "name": "Kim", "password": PASSWORD, "device_name": "x"}
    answer = await api.call("POST", ACCEPT, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "birth_date")


async def test_an_owner_reports_a_childs_account_and_it_is_closed_at_once_and_deleted(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    child, persons = acme.users["agent"], api.services.persons
    at = f"/v1/users/{child}/report-child"
    assert (await acme.call("supervisor", "POST", at)).status_code == 403
    monkeypatch.setattr(persons, "on_call", lambda tenant_id, user_id: True)
    answer = await acme.call("owner", "POST", at)
    assert (answer.status_code, answer.json()) == (202, {"id": child, "receipt_id": answer.json()["receipt_id"]})
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 401, "closed at once, also in a call"
    receipt = f"/v1/erasure-receipts/{answer.json()['receipt_id']}"
    await persons.erase_again(api.clock.now())
    assert (await api.call("GET", receipt)).status_code == 404, "the call is not over"
    monkeypatch.setattr(persons, "on_call", lambda tenant_id, user_id: False)
    await persons.erase_again(api.clock.now())
    assert (await api.call("GET", receipt)).json()["reason"] == "other"
    assert child not in [user.id for user in await api.services.identity.users(acme.tenant.id)]
    await api.services.audit.settle()
    lines = (await acme.call("owner", "GET", "/v1/audit")).json()["items"]
    [line] = [line for line in lines if line["action"].endswith("/report-child") and line["status"] == 202]
    assert (line["fields"], line["why"]) == ([], None)
