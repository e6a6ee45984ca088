"""Invitations, lost and changed passwords, changed addresses: over HTTP, with letters to a real SMTP server."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest
from tests.support.http.api import PASSWORD, Api, Organisation
from tests.support.http.mail import MailServer, all_wanted, mail_server, text_of

from call24.identity.emails import Email, Mailer
from call24.identity.model import EmailLink, Invitation, ResetWish, Told, User
from call24.identity.signing_in import SignInRequest
from call24.identity.throttle import PER_ORGANISATION
from call24.kit.errors import TooMany, Unavailable
from call24.kit.ids import UserId
from call24.kit.secrets import AppKey
from call24.kit.settings import is_loopback
from call24.notifications.email import smtp
from call24.notifications.email.outbox import EmailOutbox
from call24.notifications.email.templates import written

NEW = "another long password"


@pytest.fixture
async def mail(api: Api) -> AsyncIterator[MailServer]:
    """The installation sends e-mail: a letter is there when the request is answered."""
    async with mail_server() as server:
        to = smtp.MailServer.of(f"smtp://127.0.0.1:{server.port}", None, "Call24 <a@b.example>", is_loopback)
        box = EmailOutbox(api.mongo, api.clock, AppKey(b"k" * 32), partial(smtp.send, to, api.clock), all_wanted)

        async def send(letter: Email) -> None:
            await box.put(letter, written(letter, "Acme Ltd", f"https://call24.test/#/{letter.link}"))
            await box.send_due()

        api.services.accounts.use(Mailer(send=send, sends=True, address="https://call24.test"))
        yield server


async def invited(acme: Organisation, email: str = "Kim@Example.com", **more: Any) -> dict[str, Any]:
    body = {"email": email, "name": "Kim", "role": "agent", **more}
    answer = await acme.call("owner", "POST", "/v1/invitations", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def accept(api: Api, token: str, **more: Any) -> httpx.Response:
    wish = {"name": "Kim Lee", "password": NEW, "device_name": "Phone", "birth_date": "1987-03-09"}
    body = {"token": token, **wish, **more}
    return await api.call("POST", "/v1/invitations/accept", json=body)


async def login(api: Api, email: str, password: str = PASSWORD) -> httpx.Response:
    return await api.call("POST", "/v1/auth/login", json={"email": email, "password": password, "device_name": "x"})


async def test_who_is_invited_accepts_by_the_letters_link_and_is_in(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    invitation = await invited(acme)
    assert invitation["link"] is None and mail.letters[-1]["To"] == "Kim@Example.com"
    token = mail.link("invitation")
    told = (await api.call("POST", "/v1/invitations/look", json={"token": token})).json()
    assert (told["organisation"], told["email"], told["role"]) == ("Acme", "Kim@Example.com", "agent")
    answer = await accept(api, token)
    assert answer.status_code == 201
    me = (await api.call("GET", "/v1/me", answer.json()["token"])).json()
    assert (me["user"]["email"], me["user"]["name"], me["user"]["role"]) == ("Kim@Example.com", "Kim Lee", "agent")
    assert me["user"]["email_verified"] is True and me["tenant"]["id"] == acme.tenant.id
    assert (await accept(api, token)).status_code == 404
    assert (await acme.call("owner", "GET", "/v1/invitations")).json()["items"] == []


async def test_of_many_who_accept_at_once_one_gets_in(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    await invited(acme)
    answers = await asyncio.gather(*(accept(api, mail.link("invitation")) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 404, 404, 404, 404]
    assert len(await api.services.identity.users(acme.tenant.id)) == 4


async def test_without_e_mail_the_link_is_shown_to_who_invited(api: Api) -> None:
    acme = await api.organisation()
    invitation = await invited(acme)
    token = invitation["link"].partition("/#/invitation/")[2]
    assert (await accept(api, token)).status_code == 201


async def test_only_the_hash_of_a_link_is_stored(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    await invited(acme)
    [kept] = await api.mongo.tenant(acme.tenant.id).collection(Invitation).find()
    token = mail.link("invitation")
    assert kept.secret_hash == hashlib.sha256(token.encode()).hexdigest() and token not in str(kept)


async def test_a_link_that_is_over_withdrawn_or_made_up_opens_nothing_and_all_are_answered_alike(
    api: Api, mail: MailServer
) -> None:
    acme = await api.organisation()
    withdrawn = await invited(acme, "a@example.com")
    tokens = [mail.link("invitation")]
    gone = await acme.call("owner", "DELETE", f"/v1/invitations/{withdrawn['id']}")
    assert gone.status_code == 204
    await invited(acme, "b@example.com")
    tokens += [mail.link("invitation"), "made-up", "x" * 100]
    api.clock.advance(days=6, hours=23)
    assert (await api.call("POST", "/v1/invitations/look", json={"token": tokens[1]})).status_code == 200
    api.clock.advance(hours=1)
    for what in (accept, lambda api, token: api.call("POST", "/v1/invitations/look", json={"token": token})):
        answers = [await what(api, token) for token in tokens]
        assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    await api.services.accounts.invitations.drop_expired()
    assert await api.mongo.tenant(acme.tenant.id).collection(Invitation).count() == 0


async def test_inviting_tells_nobody_whether_there_is_an_account_and_its_owner_learns_it(
    api: Api, mail: MailServer
) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    known, unknown = await invited(acme, other.emails["agent"]), await invited(acme, "nobody@example.com")
    assert {k: type(v) for k, v in known.items()} == {k: type(v) for k, v in unknown.items()}
    await invited(acme, other.emails["agent"])
    answer = await accept(api, mail.link("invitation"))
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    # What failed used nothing up.
    assert (await accept(api, mail.link("invitation"))).status_code == 409


@pytest.mark.parametrize(
    "bad", [{"password": "short"}, {"name": " "}, {"device_name": ""}, {"password": "kim@example.com"}]
)
async def test_a_bad_field_uses_no_link_up(api: Api, mail: MailServer, bad: dict[str, str]) -> None:
    acme = await api.organisation()
    await invited(acme)
    assert (await accept(api, mail.link("invitation"), **bad)).status_code == 422
    assert (await accept(api, mail.link("invitation"))).status_code == 201


async def test_only_owners_invite_and_only_into_their_own_organisation(api: Api, mail: MailServer) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    body = {"email": "k@example.com", "name": "Kim", "role": "owner"}
    for role in ("agent", "supervisor"):
        assert (await acme.call(role, "POST", "/v1/invitations", json=body)).status_code == 403
    invitation = await invited(acme)
    foreign = await other.call("owner", "DELETE", f"/v1/invitations/{invitation['id']}")
    nobodys = await other.call("owner", "DELETE", "/v1/invitations/inv_" + "0" * 26)
    assert (foreign.status_code, foreign.text) == (nobodys.status_code, nobodys.text) == (404, nobodys.text)
    assert (await other.call("owner", "GET", "/v1/invitations")).json()["items"] == []
    assert (await accept(api, mail.link("invitation"))).json()["tenant"]["id"] == acme.tenant.id


# A lost password


async def asked(api: Api, email: str) -> httpx.Response:
    answer = await api.call("POST", "/v1/auth/reset", json={"email": email})
    await api.services.accounts.recovery.grant()
    return answer


async def complete(api: Api, token: str, password: str = NEW) -> httpx.Response:
    return await api.call("POST", "/v1/auth/reset/complete", json={"token": token, "password": password})


async def test_a_lost_password_is_replaced_once_and_all_sessions_end(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    assert (await asked(api, acme.emails["agent"].upper())).status_code == 202
    token = mail.link("reset")
    assert (await complete(api, token, "short")).status_code == 422
    assert (await complete(api, token)).status_code == 204
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 401
    assert acme.devices["agent"] in api.signed_out
    assert mail.letters[-1]["Subject"] == "Your password was changed"
    assert (await login(api, acme.emails["agent"])).status_code == 401
    assert (await login(api, acme.emails["agent"], NEW)).json()["user"]["email_verified"] is True
    again = await complete(api, token)
    assert (again.status_code, again.text) == (404, (await complete(api, "made-up")).text)
    assert (await acme.call("supervisor", "GET", "/v1/me")).status_code == 200


async def test_asking_is_answered_and_stored_alike_whether_there_is_an_account(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    body = [{"email": email} for email in (acme.emails["agent"], "nobody@example.com")]
    answers = [await api.call("POST", "/v1/auth/reset", json=one) for one in body]
    plain = [(x.status_code, x.text, {k for k in x.headers if k != "content-length"}) for x in answers]
    assert plain[0] == plain[1]
    wishes = await api.services.accounts.recovery._links.wishes()
    assert [wish.email_key for wish in wishes] == [acme.emails["agent"], "nobody@example.com"]
    await api.services.accounts.recovery.grant()
    assert len(mail.letters) == 1
    assert await api.mongo.platform(ResetWish, why="a test looks").count() == 0


async def test_asking_does_the_same_work_for_every_address(
    api: Api, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    links = api.services.accounts.recovery._links
    done: list[str] = []
    for name in ("wish", "put_link", "link_by"):
        real = getattr(links, name)

        async def counted(*args: Any, name: str = name, real: Any = real) -> Any:
            done.append(name)
            return await real(*args)

        monkeypatch.setattr(links, name, counted)

    async def looked(email_key: str) -> User | None:
        done.append("looked")
        return None

    monkeypatch.setattr(api.services.accounts.recovery._users, "user_by_email", looked)
    for email in (acme.emails["agent"], "nobody@example.com"):
        await api.call("POST", "/v1/auth/reset", json={"email": email})
    assert done == ["wish", "wish"]


async def test_a_reset_link_lasts_an_hour_and_a_newer_one_replaces_it(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    await asked(api, acme.emails["agent"])
    first = mail.link("reset")
    await asked(api, acme.emails["agent"])
    second = mail.link("reset")
    assert (await complete(api, first)).status_code == 404
    api.clock.advance(minutes=60)
    assert (await complete(api, second)).status_code == 404
    assert await api.mongo.tenant(acme.tenant.id).collection(EmailLink).count() == 1
    await api.services.accounts.invitations.drop_expired()
    assert await api.mongo.tenant(acme.tenant.id).collection(EmailLink).count() == 0


async def test_asking_too_often_is_refused_for_every_address_alike(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    for email in (acme.emails["agent"], "nobody@example.com"):
        assert [(await asked(api, email)).status_code for _ in range(4)] == [202, 202, 202, 429]
    assert len(mail.letters) == 3


async def test_a_disabled_user_gets_no_link(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    await api.services.accounts.people.disable(acme.tenant.id, UserId(acme.users["agent"]))
    assert (await asked(api, acme.emails["agent"])).status_code == 202
    assert mail.letters == []


async def test_an_owner_helps_out_and_without_e_mail_passes_the_link_on(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    place = f"/v1/users/{acme.users['agent']}/reset"
    assert (await acme.call("supervisor", "POST", place)).status_code == 403
    assert (await other.call("owner", "POST", place)).status_code == 404
    link = (await acme.call("owner", "POST", place)).json()["link"]
    assert (await complete(api, link.partition("/#/reset/")[2])).status_code == 204
    assert (await login(api, acme.emails["agent"], NEW)).json()["user"]["email_verified"] is False


async def test_a_link_is_not_used_up_by_a_moment_in_which_too_many_wait(
    api: Api, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation()
    await asked(api, acme.emails["agent"])
    token = mail.link("reset")

    async def busy(*_: object) -> str:
        raise TooMany("Too many attempts at once", retry_after_s=2)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(api.services.identity.passwords, "hash", busy)
        assert (await complete(api, token)).status_code == 429
    assert (await complete(api, token)).status_code == 204
    assert (await complete(api, token)).status_code == 404


async def test_who_helps_out_writes_no_more_than_ten_letters_an_hour_to_one_address(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    place = f"/v1/users/{acme.users['agent']}/reset"
    answers = [await acme.call("owner", "POST", place) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [202] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 3000 and len(mail.letters) == 10
    assert (await acme.call("owner", "POST", f"/v1/users/{acme.users['supervisor']}/reset")).status_code == 202
    assert (await asked(api, acme.emails["agent"])).status_code == 202
    assert len(mail.letters) == 12, "who has lost the password is counted apart"


# By who is signed in


async def test_a_changed_password_ends_the_other_sessions_and_needs_the_old_one(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    elsewhere = (await login(api, acme.emails["agent"])).json()["token"]
    body = {"current_password": "not the password", "password": NEW}
    wrong = await acme.call("agent", "PUT", "/v1/me/password", json=body)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    body["current_password"] = PASSWORD
    assert (await acme.call("agent", "PUT", "/v1/me/password", json=body)).status_code == 204
    assert (await acme.call("agent", "GET", "/v1/me")).status_code == 200
    assert (await api.call("GET", "/v1/me", elsewhere)).status_code == 401
    assert (await login(api, acme.emails["agent"], NEW)).status_code == 200
    assert mail.letters[-1]["Subject"] == "Your password was changed"


async def test_the_old_password_cannot_be_guessed_by_who_sits_at_an_open_app(api: Api) -> None:
    acme = await api.organisation()
    body = {"current_password": "not the password", "password": NEW}
    answers = [await acme.call("agent", "PUT", "/v1/me/password", json=body) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429]


async def test_a_new_address_counts_when_its_letter_was_read_and_the_old_is_told(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    body = {"email": "New@Example.com", "current_password": PASSWORD}
    assert (await acme.call("agent", "PUT", "/v1/me/email", json=body)).json() == {"link": None}
    assert mail.letters[-1]["To"] == "New@Example.com"
    assert (await acme.call("agent", "GET", "/v1/me")).json()["user"]["email"] == acme.emails["agent"]
    token = mail.link("email")
    confirmed = await api.call("POST", "/v1/auth/email/confirm", json={"token": token})
    assert confirmed.json() == {"email": "New@Example.com"}
    me = (await acme.call("agent", "GET", "/v1/me")).json()["user"]
    assert (me["email"], me["email_verified"]) == ("New@Example.com", True)
    assert (mail.letters[-1]["To"], mail.letters[-1]["Subject"]) == (
        acme.emails["agent"],
        "Your e-mail address was changed",
    )
    assert (await api.call("POST", "/v1/auth/email/confirm", json={"token": token})).status_code == 404
    assert (await login(api, "new@example.com")).status_code == 200


async def test_a_link_that_lies_in_the_old_mailbox_opens_nothing_after_the_address_was_changed(
    api: Api, mail: MailServer
) -> None:
    acme = await api.organisation()
    await asked(api, acme.emails["agent"])
    old = mail.link("reset")
    body = {"email": "new@example.com", "current_password": PASSWORD}
    assert (await acme.call("agent", "PUT", "/v1/me/email", json=body)).status_code == 202
    confirmed = await api.call("POST", "/v1/auth/email/confirm", json={"token": mail.link("email")})
    assert confirmed.status_code == 200
    assert (await complete(api, old)).status_code == 404
    assert (await login(api, "new@example.com")).status_code == 200


async def test_letters_to_new_addresses_have_a_bound_by_user_and_by_address(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()

    async def wanted(role: str, email: str) -> httpx.Response:
        return await acme.call(role, "PUT", "/v1/me/email", json={"email": email, "current_password": PASSWORD})

    answers = [await wanted("agent", "victim@example.com") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 3000
    others = [(await wanted("agent", f"victim-{n}@example.com")).status_code for n in range(6)]
    assert others == [202] * 5 + [429]
    again = [(await wanted("supervisor", "Victim@example.com")).status_code for _ in range(6)]
    assert again == [202] * 5 + [429]
    assert (await wanted("owner", "victim@example.com")).status_code == 429
    assert (await wanted("owner", "owner@example.com")).status_code == 202
    assert len(mail.letters) == 16
    api.clock.advance(hours=1)
    assert (await wanted("owner", "victim@example.com")).status_code == 202


async def test_an_address_that_is_taken_is_told_only_to_who_reads_its_letter(api: Api, mail: MailServer) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    body = {"email": other.emails["agent"], "current_password": PASSWORD}
    assert (await acme.call("agent", "PUT", "/v1/me/email", json=body)).status_code == 202
    taken = await api.call("POST", "/v1/auth/email/confirm", json={"token": mail.link("email")})
    assert (taken.status_code, taken.json()["code"]) == (409, "email_taken")
    assert (await acme.call("agent", "GET", "/v1/me")).json()["user"]["email"] == acme.emails["agent"]


async def test_a_user_changes_name_and_phone_and_a_machine_does_not(api: Api) -> None:
    acme = await api.organisation()
    changed = await acme.call("agent", "PATCH", "/v1/me", json={"name": " Kim Lee ", "phone": "020 7946 0123"})
    assert (changed.json()["name"], changed.json()["phone"]) == ("Kim Lee", "+442079460123")
    assert (await acme.call("agent", "PATCH", "/v1/me", json={"phone": ""})).json()["phone"] == ""
    for bad in ({"name": " "}, {"phone": "none"}, {"role": "owner"}, {"email": "x@example.com"}):
        assert (await acme.call("agent", "PATCH", "/v1/me", json=bad)).status_code == 422
    wish = {"name": "M", "abilities": ["*"]}
    machine = (await acme.call("agent", "POST", "/v1/tokens", json=wish)).json()["token"]
    assert (await api.call("PATCH", "/v1/me", machine, json={"name": "Robot"})).status_code == 403
    assert (await acme.call("agent", "GET", "/v1/me")).json()["user"]["name"] == "Kim Lee"


async def test_an_organisation_that_is_guessed_at_from_everywhere_rests_without_telling_it(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    attempts = api.services.accounts.signing_in._organisations
    for _ in range(PER_ORGANISATION):
        assert attempts.within(acme.tenant.id, api.clock.now())
    right, unknown = await login(api, acme.emails["agent"]), await login(api, "nobody@example.com")
    assert (right.status_code, right.json()) == (unknown.status_code, unknown.json()) == (401, unknown.json())
    assert (await login(api, other.emails["agent"])).status_code == 200
    api.clock.advance(seconds=61)
    assert (await login(api, acme.emails["agent"])).status_code == 200


async def test_an_invitation_is_sent_anew_and_the_old_link_opens_nothing(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    wish = {"email": "guest@example.com", "name": "Guest", "role": "agent"}
    first = (await acme.call("owner", "POST", "/v1/invitations", json=wish)).json()
    api.clock.advance(hours=6)
    place = f"/v1/invitations/{first['id']}/resend"
    assert (await other.call("owner", "POST", place)).status_code == 404
    assert (await acme.call("supervisor", "POST", place)).status_code == 403
    second = (await acme.call("owner", "POST", place)).json()
    assert (await acme.call("owner", "POST", place)).status_code == 404
    assert (second["email"], second["role"]) == ("guest@example.com", "agent")
    assert second["expires_at"] > first["expires_at"]
    assert [one["id"] for one in (await acme.call("owner", "GET", "/v1/invitations")).json()["items"]] == [second["id"]]
    looks = []
    for one in (first, second):
        secret = one["link"].rpartition("/")[2]
        looks.append((await api.call("POST", "/v1/invitations/look", json={"token": secret})).status_code)
    assert looks == [404, 200]


# Devices


async def from_device(api: Api, email: str, name: str, address: str, identifier: str = "") -> None:
    told = Told(identifier=identifier, os="Android 16")
    wish = SignInRequest(email=email, password=PASSWORD, device_name=name, address=address, told=told)
    await api.services.accounts.signing_in.by_password(wish)


async def test_a_device_that_was_not_seen_before_is_announced_once(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    email = acme.emails["agent"]
    await from_device(api, email, "Pixel", "192.0.2.7", "its-own")
    [letter] = mail.letters
    assert (letter["To"], letter["Subject"]) == (email, "New sign-in to your account")
    text = text_of(letter)
    assert "Pixel" in text and "Android 16" in text and "192.0.2.7" in text
    # The same again, also at another address; and the same browser at the same address after it forgot its name.
    await from_device(api, email, "Pixel", "192.0.2.7", "its-own")
    await from_device(api, email, "Pixel", "198.51.100.1", "its-own")
    await from_device(api, email, "Pixel", "192.0.2.7", "a-fresh-name")
    assert len(mail.letters) == 1
    await from_device(api, email, "Pixel", "203.0.113.50", "another")
    assert len(mail.letters) == 2


async def test_a_users_first_device_is_no_news(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    await invited(acme)
    mail_before = len(mail.letters)
    assert (await accept(api, mail.link("invitation"))).status_code == 201
    assert len(mail.letters) == mail_before


async def test_who_signs_in_is_let_in_although_the_letter_cannot_be_kept(api: Api) -> None:
    acme = await api.organisation()

    async def away(letter: Email) -> None:
        raise Unavailable

    api.services.accounts.use(Mailer(send=away, sends=True, address="https://call24.test"))
    await from_device(api, acme.emails["agent"], "Pixel", "192.0.2.7", "its-own")
    assert len(await api.services.identity.devices_of(acme.tenant.id, UserId(acme.users["agent"]))) == 2


async def test_who_accepts_joins_the_queues_of_the_invitation_that_are_still_there(api: Api, mail: MailServer) -> None:
    acme = await api.organisation()
    ids = [(await api.services.queues.create(acme.tenant.id, name)).id for name in ("Sales", "Support", "Gone")]
    told = await invited(acme, queues=[*ids, ids[0]])
    assert told["queues"] == ids
    again = await acme.call("owner", "POST", f"/v1/invitations/{told['id']}/resend")
    assert again.json()["queues"] == ids
    await api.services.queues.delete(acme.tenant.id, ids[2], lambda tenant_id, queue_id: [])
    joined = await accept(api, mail.link("invitation"))
    assert joined.status_code == 201, joined.text
    kim = joined.json()["user"]["id"]
    queues = {one.name: one.members for one in await api.services.queues.all(acme.tenant.id)}
    assert queues == {"Sales": (kim,), "Support": (kim,)}


async def test_only_who_may_change_queues_invites_into_them_and_it_is_asked_again_when_somebody_joins(
    api: Api, mail: MailServer
) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    queue = (await api.services.queues.create(acme.tenant.id, "Sales")).id
    theirs = (await api.services.queues.create(other.tenant.id, "Theirs")).id
    role = {"name": "Recruiter", "permissions": ["users.read", "users.write", "phone.use"]}
    made = await acme.call("owner", "POST", "/v1/roles", json=role)
    recruiter = {"email": "kim@example.com", "name": "Kim", "role": made.json()["id"], "queues": [queue]}
    agent = f"/v1/users/{acme.users['agent']}/role"
    assert (await acme.call("owner", "PUT", agent, json={"role": made.json()["id"]})).status_code == 200
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    acme.bearers["agent"] = (await api.services.identity.open_session(user, "Again")).bearer
    refused = await acme.call("agent", "POST", "/v1/invitations", json=recruiter)
    assert (refused.status_code, refused.json()["permission"]) == (403, "queues.write")
    foreign = await acme.call("owner", "POST", "/v1/invitations", json={**recruiter, "queues": [theirs]})
    assert (foreign.status_code, foreign.json()["errors"][0]["field"]) == (422, "queues")
    more = {"permissions": [*role["permissions"], "queues.read", "queues.write"]}
    changed = f"/v1/roles/{made.json()['id']}"
    assert (await acme.call("owner", "PATCH", changed, json=more)).status_code == 200
    sent = await acme.call("agent", "POST", "/v1/invitations", json={**recruiter, "role": "agent"})
    assert sent.status_code == 403, "an agent may more than a recruiter"
    sent = await acme.call("agent", "POST", "/v1/invitations", json=recruiter)
    assert sent.status_code == 201, sent.text
    less = {"permissions": role["permissions"]}
    assert (await acme.call("owner", "PATCH", changed, json=less)).status_code == 200
    joined = await accept(api, mail.link("invitation"))
    assert joined.status_code == 201, joined.text
    assert (await api.services.queues.get(acme.tenant.id, queue)).members == ()
