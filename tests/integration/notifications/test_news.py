"""Whoever may get into an account by another way from now on: its user is told by letter."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.identity.test_mfa import login, now, on
from tests.integration.identity.test_passkeys import made
from tests.support.http.api import PASSWORD, Api, Organisation

from call24.identity.emails import Email, Mailer
from call24.kit.errors import Unavailable
from call24.kit.ids import UserId
from call24.notifications.email.templates import written

Sent = list[Email]


@pytest.fixture
def sent(api: Api) -> Sent:
    """Every letter that leaves."""
    letters: Sent = []

    async def send(letter: Email) -> None:
        letters.append(letter)

    api.services.accounts.use(Mailer(send=send, sends=True, address="https://call24.test"))
    return letters


def told(acme: Organisation, sent: Sent, role: str = "agent") -> list[tuple[str, str]]:
    """What the user was told since, and of what; all of it to the address of the account."""
    found = [(letter.kind, letter.about) for letter in sent if letter.kind != "new_device"]
    assert {letter.to for letter in sent} <= {acme.emails[role]}
    sent.clear()
    return found


async def test_an_authenticator_that_was_added_or_removed_and_its_codes(api: Api, sent: Sent) -> None:
    acme = await api.organisation()
    otp, codes = await on(api, acme)
    assert told(acme, sent) == [("proof_added", "An authenticator app")]
    assert (await login(api, acme, codes[0])).status_code == 200
    assert told(acme, sent) == [("recovery_used", "9")]
    again = await acme.call("agent", "POST", "/v1/me/mfa/recovery", json={"current_password": PASSWORD})
    assert again.status_code == 200 and told(acme, sent) == [("recovery_renewed", "")]
    body = {"current_password": PASSWORD, "code": now(api, otp)}
    assert (await acme.call("agent", "POST", "/v1/me/mfa/remove", json=body)).status_code == 204
    assert told(acme, sent) == [("proof_removed", "An authenticator app")]


async def test_a_passkey_that_was_added_or_removed(api: Api, sent: Sent) -> None:
    acme = await api.organisation()
    await made(acme)
    assert told(acme, sent) == [("proof_added", "The passkey “Phone”")]
    [row] = (await acme.call("agent", "GET", "/v1/me/mfa")).json()["passkeys"]
    assert (await acme.call("agent", "DELETE", f"/v1/me/passkeys/{row['id']}")).status_code == 204
    assert told(acme, sent) == [("proof_removed", "The passkey “Phone”")]


async def test_what_somebody_who_helps_takes_away(api: Api, sent: Sent) -> None:
    acme = await api.organisation()
    await on(api, acme)
    sent.clear()
    assert (await acme.call("owner", "DELETE", f"/v1/users/{acme.users['agent']}/mfa")).status_code == 204
    assert told(acme, sent) == [("proof_removed", "Every passkey, authenticator and recovery code")]


async def test_a_wrong_code_writes_no_letter(api: Api, sent: Sent) -> None:
    acme = await api.organisation()
    await on(api, acme)
    sent.clear()
    assert (await login(api, acme, "aaaaa-aaaaa")).status_code == 401
    assert (await login(api, acme, "000000")).status_code == 401
    assert told(acme, sent) == []


async def test_a_letter_that_cannot_be_written_keeps_nobody_from_anything(api: Api) -> None:
    async def away(letter: Email) -> None:
        raise Unavailable

    api.services.accounts.use(Mailer(send=away, sends=True, address="https://call24.test"))
    acme = await api.organisation()
    _, codes = await on(api, acme)
    assert (await login(api, acme, codes[0])).status_code == 200


async def test_both_addresses_are_told_that_the_account_has_another(api: Api, sent: Sent) -> None:
    acme = await api.organisation()
    body = {"email": "kim@elsewhere.example", "current_password": PASSWORD}
    assert (await acme.call("agent", "PUT", "/v1/me/email", json=body)).status_code == 202
    token = sent[-1].link.partition("/")[2]
    assert (await api.call("POST", "/v1/auth/email/confirm", json={"token": token})).status_code == 200
    news = [letter for letter in sent if letter.kind == "email_changed"]
    assert {letter.to for letter in news} == {acme.emails["agent"], "kim@elsewhere.example"}


async def test_every_kind_of_news_has_words_that_say_what_to_do(api: Api, sent: Sent) -> None:
    acme = await api.organisation()
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    kinds: list[Any] = ["proof_added", "proof_removed", "recovery_renewed", "recovery_used"]
    for kind in (*kinds, "provider_bound", "provider_unbound"):
        await api.services.accounts.news.tell(user, kind, "The passkey")
        made = written(sent[-1], "Acme", "")
        subject, body = made.subject, made.text
        assert subject and "Acme" in body and "tell the owner" in body, kind
