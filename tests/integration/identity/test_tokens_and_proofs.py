"""Machines' tokens end with the password they came of, and do what asks people for a second proof only by name."""

from __future__ import annotations

import httpx
import pyotp
import pytest
from tests.support.http.api import PASSWORD, Api, Organisation

from call24.identity.challenges import Challenges
from call24.kit.errors import Refused
from call24.kit.secrets import AppKey

NEW = "another long password"


async def token(acme: Organisation, *abilities: str) -> str:
    answer = await acme.call("owner", "POST", "/v1/tokens", json={"name": "M", "abilities": list(abilities)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


async def authenticator(api: Api, acme: Organisation) -> None:
    """The owner has one from now on, and has just shown a code of it."""
    begun = await acme.call("owner", "POST", "/v1/me/mfa", json={"current_password": PASSWORD})
    code = pyotp.TOTP(begun.json()["secret"]).at(int(api.clock.now().timestamp()))
    assert (await acme.call("owner", "POST", "/v1/me/mfa/confirm", json={"code": code})).status_code == 200


async def teach(acme: Organisation, bearer: str) -> httpx.Response:
    """Needs users.write, which asks people for a second proof."""
    place = f"/v1/users/{acme.users['agent']}/skills"
    return await acme.api.call("PUT", place, bearer, json={"skills": {"german": 3}})


async def test_a_reset_and_a_changed_password_end_tokens(api: Api) -> None:
    for how in ("change", "reset"):
        acme = await api.organisation()
        machine = await token(acme, "*")
        assert (await api.call("GET", "/v1/queues", machine)).status_code == 200
        if how == "change":
            body = {"current_password": PASSWORD, "password": NEW}
            assert (await acme.call("owner", "PUT", "/v1/me/password", json=body)).status_code == 204
            assert (await acme.call("owner", "GET", "/v1/tokens")).json()["items"] == []
        else:
            told = await acme.call("owner", "POST", f"/v1/users/{acme.users['owner']}/reset")
            body = {"token": told.json()["link"].partition("/#/reset/")[2], "password": NEW}
            assert (await api.call("POST", "/v1/auth/reset/complete", json=body)).status_code == 204
        assert (await api.call("GET", "/v1/queues", machine)).status_code == 401, how


async def test_who_changes_the_password_may_keep_the_tokens(api: Api) -> None:
    acme = await api.organisation()
    machine = await token(acme, "*")
    body = {"current_password": PASSWORD, "password": NEW, "keep_tokens": True}
    assert (await acme.call("owner", "PUT", "/v1/me/password", json=body)).status_code == 204
    assert (await api.call("GET", "/v1/queues", machine)).status_code == 200


async def test_a_token_for_everything_does_nothing_that_asks_people_for_a_second_proof(api: Api) -> None:
    acme = await api.organisation()
    whole, named = await token(acme, "*"), await token(acme, "users.write")
    refused = await teach(acme, whole)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "users.write" in refused.json()["detail"]
    told = set((await api.call("GET", "/v1/me", whole)).json()["permissions"])
    sensitive = {"users.write", "roles.write", "organisation.write", "exports.make", "recordings.play_all"}
    assert not told & sensitive and {"queues.write", "calls.read_all"} <= told
    assert (await teach(acme, named)).status_code == 200


async def test_a_token_made_without_a_second_proof_loses_what_asks_for_one_when_its_user_has_one(api: Api) -> None:
    acme = await api.organisation()
    before = await token(acme, "users.write", "queues.write")
    await authenticator(api, acme)
    due = await teach(acme, before)
    assert (due.status_code, due.json()["code"]) == (403, "mfa_due")
    queue = (await api.call("POST", "/v1/queues", before, json={"name": "Q"})).json()["id"]
    assert (await api.call("DELETE", f"/v1/queues/{queue}", before)).json()["code"] == "mfa_due"
    after = await token(acme, "users.write", "queues.write")
    api.clock.advance(days=1)
    assert (await teach(acme, after)).status_code == 200
    assert (await api.call("DELETE", f"/v1/queues/{queue}", after)).status_code == 204


@pytest.mark.parametrize("whose", ["address", "inviter"])
async def test_invitations_are_no_mail_bomb(api: Api, whose: str) -> None:
    acme = await api.organisation()
    said = []
    for n in range(60):
        email = "kim@example.com" if whose == "address" else f"kim{n}@example.com"
        wish = {"email": email, "name": "Kim", "role": "agent"}
        said.append((await acme.call("owner", "POST", "/v1/invitations", json=wish)).status_code)
    most = {"address": 3, "inviter": 50}[whose]
    assert said == [201] * most + [429] * (60 - most)
    api.clock.advance(hours=1)
    wish = {"email": "kim@example.com", "name": "Kim", "role": "agent"}
    assert (await acme.call("owner", "POST", "/v1/invitations", json=wish)).status_code == 201


async def test_an_organisation_and_an_address_have_bounds_over_all_who_invite(api: Api) -> None:
    one = await api.organisation()
    for name in ("administrator",):
        await one.join(name)
    said = []
    for n in range(102):
        wish = {"email": f"kim{n}@example.com", "name": "Kim", "role": "agent"}
        role = "owner" if n % 2 else "administrator"
        said.append((await one.call(role, "POST", "/v1/invitations", json=wish)).status_code)
    assert said == [201] * 100 + [429] * 2
    to_one = []
    for _ in range(4):
        acme = await api.organisation()
        for _ in range(3):
            wish = {"email": "lee@example.com", "name": "Lee", "role": "agent"}
            to_one.append((await acme.call("owner", "POST", "/v1/invitations", json=wish)).status_code)
    assert to_one == [201] * 10 + [429] * 2


async def test_sending_an_invitation_anew_counts_as_one(api: Api) -> None:
    acme = await api.organisation()
    wish = {"email": "kim@example.com", "name": "Kim", "role": "agent"}
    id = (await acme.call("owner", "POST", "/v1/invitations", json=wish)).json()["id"]
    said = []
    for _ in range(3):
        answer = await acme.call("owner", "POST", f"/v1/invitations/{id}/resend")
        said.append(answer.status_code)
        id = answer.json().get("id", id)
    assert said == [201, 201, 429]
    assert len((await acme.call("owner", "GET", "/v1/invitations")).json()["items"]) == 1


async def test_a_challenge_in_another_spelling_of_the_same_bytes_is_refused(api: Api) -> None:
    challenges = Challenges(api.clock, AppKey(b"k" * 32))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    text = challenges.make("sign in")
    assert challenges.check(text, "sign in")
    challenges.use(text)
    last = letters.index(text[-1])
    for other in (
        text,
        text + "=",
        text[:-1] + letters[last ^ 1],
        text[:-1] + letters[last ^ 2],
        text[:-1] + letters[last ^ 3],
    ):
        with pytest.raises(Refused):
            challenges.check(other, "sign in")
