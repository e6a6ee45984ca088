"""A lost password where no e-mail is sent: it is said, and a link that somebody has just shown goes on working."""

from __future__ import annotations

from tests.support.http.api import Api

from call24.identity.emails import Email, Mailer
from call24.identity.model import ResetWish

NEW = "another long password"


async def test_where_no_e_mail_is_sent_it_is_said_and_a_link_that_was_shown_opens_still(api: Api) -> None:
    acme = await api.organisation()
    told = await acme.call("owner", "POST", f"/v1/users/{acme.users['agent']}/reset")
    for email in (acme.emails["agent"], "nobody@example.com"):
        asked = await api.call("POST", "/v1/auth/reset", json={"email": email})
        assert (asked.status_code, asked.json()) == (202, {"sends": False})
    assert await api.mongo.platform(ResetWish, why="a test looks").count() == 0
    await api.services.accounts.recovery.grant()
    body = {"token": told.json()["link"].partition("/#/reset/")[2], "password": NEW}
    assert (await api.call("POST", "/v1/auth/reset/complete", json=body)).status_code == 204


async def test_where_e_mail_is_sent_it_is_said_whether_there_is_such_an_account_or_not(api: Api) -> None:
    acme = await api.organisation()

    async def sent(letter: Email) -> None:
        """It is on its way."""

    api.services.accounts.use(Mailer(send=sent, sends=True, address="https://call24.test"))
    for email in (acme.emails["agent"], "nobody@example.com"):
        asked = await api.call("POST", "/v1/auth/reset", json={"email": email})
        assert (asked.status_code, asked.json()) == (202, {"sends": True})
