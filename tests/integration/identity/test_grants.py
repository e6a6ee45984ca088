"""Numbers and e-mail addresses are an organisation's by the operator's word, and nobody learns what others have."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.http.api import OPERATOR, PASSWORD, Api, Organisation

from call24.identity.emails import Email, Mailer

NUMBER, FREE = "+442079460123", "+442079460199"


async def add_number(acme: Organisation, number: str) -> httpx.Response:
    trunks = await acme.api.services.tenants.trunks(acme.tenant.id)
    trunk = trunks[0] if trunks else await acme.api.services.tenants.add_trunk(acme.tenant.id, "T", ["192.0.2.1"])
    queues = (await acme.call("owner", "GET", "/v1/queues")).json()["items"]
    queue = queues[0] if queues else (await acme.call("owner", "POST", "/v1/queues", json={"name": "Q"})).json()
    wish = {"number": number, "trunk_id": trunk.id, "queue_id": queue["id"]}
    return await acme.call("owner", "POST", "/v1/numbers", json=wish)


async def add_user(acme: Organisation, email: str) -> httpx.Response:
    wish = {"email": email, "name": "Kim", "role": "agent", "password": PASSWORD}
    return await acme.call("owner", "POST", "/v1/users", json=wish)


async def first(api: Api) -> Organisation:
    """As the one-time link makes it: nothing is said of what it may name."""
    return await api.organisation("First", numbers=None, domains=None)  # type: ignore[arg-type]


def same(*answers: httpx.Response) -> tuple[int, str]:
    said = {(answer.status_code, answer.text) for answer in answers}
    assert len(said) == 1, said
    return answers[0].status_code, answers[0].json()["code"]


async def test_the_first_organisation_names_its_numbers_and_people_freely(api: Api) -> None:
    acme = await first(api)
    assert (await add_number(acme, NUMBER)).status_code == 201
    again = await add_number(acme, NUMBER)
    assert (again.status_code, again.json()["code"]) == (409, "number_taken")
    assert (await add_user(acme, "kim@acme.example")).status_code == 201
    taken = await add_user(acme, "kim@acme.example")
    assert (taken.status_code, taken.json()["code"]) == (409, "email_taken")


async def test_a_number_that_was_not_granted_is_refused_alike_whether_somebody_has_it_or_not(api: Api) -> None:
    acme, other = await first(api), await api.organisation("Other", numbers=(), domains=())
    assert (await add_number(acme, NUMBER)).status_code == 201
    answers = [await add_number(other, number) for number in (NUMBER, FREE)]
    assert same(*answers) == (403, "number_not_granted")


async def test_a_number_granted_to_several_is_told_to_be_somebody_elses_as_one_that_was_not_granted(api: Api) -> None:
    acme, other = await api.organisation("Acme", numbers=["+4420"]), await api.organisation("Other", numbers=["+4420"])
    assert (await add_number(acme, NUMBER)).status_code == 201
    assert same(await add_number(other, NUMBER), await add_number(other, "+12025550123")) == (403, "number_not_granted")
    assert (await add_number(other, FREE)).status_code == 201


async def test_the_closest_grant_decides_also_against_the_first_organisation(api: Api) -> None:
    acme, other = await first(api), await api.organisation("Other", numbers=["+44207946", "+12025550123"])
    assert (await add_number(acme, NUMBER)).json()["code"] == "number_not_granted"
    assert (await add_number(other, NUMBER)).status_code == 201
    assert (await add_number(acme, "+12025550124")).status_code == 201


async def operator(api: Api, tenant_id: str, **terms: Any) -> None:
    """As PATCH /v1/internal/organisations does, which has the engine beside it (tests/telephony/test_operator.py)."""
    await api.services.tenants.change(tenant_id, **terms)  # type: ignore[arg-type]


async def test_what_was_named_stays_after_its_grant_is_taken_back(api: Api) -> None:
    acme = await api.organisation("Acme", numbers=["+4420"])
    assert (await add_number(acme, NUMBER)).status_code == 201
    await operator(api, acme.tenant.id, numbers=())
    [number] = (await acme.call("owner", "GET", "/v1/numbers")).json()["items"]
    assert number["number"] == NUMBER
    changed = await acme.call("owner", "PATCH", f"/v1/numbers/{number['id']}", json={"label": "Still ours"})
    assert changed.status_code == 200
    assert (await add_number(acme, FREE)).status_code == 403


async def test_organisations_of_before_keep_their_numbers_and_the_first_its_freedom(api: Api) -> None:
    old, young = await first(api), await first(api)
    assert (await add_number(old, NUMBER)).status_code == 201
    assert (await add_number(young, FREE)).json()["code"] == "number_not_granted"


async def test_an_account_is_made_at_once_only_in_ones_own_domain_and_all_else_is_answered_alike(api: Api) -> None:
    acme = await api.organisation("Acme", domains=["acme.example"])
    other = await api.organisation("Other", domains=["other.example"])
    assert (await add_user(other, "kim@other.example")).status_code == 201
    answers = [await add_user(acme, f"{name}@other.example") for name in ("kim", "nobody")]
    assert same(*answers, await add_user(acme, other.emails["agent"])) == (403, "invitation_due")
    assert (await add_user(acme, "Kim@ACME.example")).status_code == 201


async def test_in_a_domain_of_several_somebody_elses_account_is_answered_as_a_foreign_domain(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    assert (await add_user(other, "kim@example.com")).status_code == 201
    assert (await add_user(acme, "kim@example.com")).json()["code"] == "invitation_due"


async def test_where_no_e_mail_is_sent_links_are_shown_only_for_addresses_of_ones_own_domains(api: Api) -> None:
    """Whoever holds the link of an invitation learns when it is accepted whether there is such an account."""
    acme, other = await api.organisation("Acme", domains=["acme.example"]), await api.organisation("Other")

    async def invite(email: str) -> httpx.Response:
        wish = {"email": email, "name": "Kim", "role": "agent"}
        return await acme.call("owner", "POST", "/v1/invitations", json=wish)

    async def move(email: str) -> httpx.Response:
        wish = {"email": email, "current_password": PASSWORD}
        return await acme.call("agent", "PUT", "/v1/me/email", json=wish)

    for way in (invite, move):
        answers = [await way(email) for email in (other.emails["agent"], "nobody@else.example")]
        assert same(*answers) == (403, "address_not_granted")
        assert (await way("kim@acme.example")).status_code in (201, 202)

    async def sent(letter: Email) -> None:
        """It is on its way."""

    api.services.accounts.use(Mailer(send=sent, sends=True, address="https://call24.test"))
    for way in (invite, move):
        told = [await way(email) for email in (other.emails["agent"], "nobody@else.example")]
        assert {answer.status_code for answer in told} <= {201, 202} and all(one.json()["link"] is None for one in told)


@pytest.mark.parametrize(
    "bad", [{"numbers": ["0207"]}, {"numbers": ["+0"]}, {"domains": ["a b"]}, {"domains": ["@x.y"]}]
)
async def test_the_operator_is_told_what_is_no_number_and_no_domain(api: Api, bad: dict[str, list[str]]) -> None:
    wish = {"organisation": "New", "name": "Olga", "email": "olga@example.com", "password": PASSWORD, **bad}
    place, header = "/v1/internal/organisations", {"X-Call24-Operator": OPERATOR}
    answer = await api.call("POST", place, headers=header, json=wish)
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] in bad
    assert (await api.call("POST", place, headers=header, json={**wish, **dict.fromkeys(bad)})).status_code == 201
