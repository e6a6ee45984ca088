"""Notifications from cause to effect: tasks and security notices, over HTTP, with a real SMTP server."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.http.api import PASSWORD, Api, Organisation, running_api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.http.mail import MailServer, mail_server, text_of
from tests.support.wait import wait_until

from call24.changes.service import Writing
from call24.identity.emails import LetterKind
from call24.kit.ids import NotificationId, TaskCommentId, TaskId, UserId, new_id
from call24.kit.mongo import Mongo
from call24.notifications.due import DueTasks
from call24.notifications.email.model import OutgoingEmail
from call24.notifications.emails import Emails
from call24.notifications.events import NOTIFICATION_CREATED
from call24.notifications.kinds import NotificationKind
from call24.notifications.model import EmailRefusal, Notification, NotificationPreferences
from call24.notifications.service import Happened, Notifications
from call24.notifications.store import EACH
from call24.tasks.events import TASK_ANSWERED, TaskAnswered
from call24.tasks.rules import Finished

MINE, PREFERENCES = "/v1/me/notifications", "/v1/me/notification-preferences"


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def mailing(mongo: Mongo, tmp_path: Path, mail: MailServer) -> AsyncIterator[Api]:
    """An installation that sends e-mail, and whose change feed is read."""
    async with running_api(mongo, tmp_path, smtp=f"smtp://127.0.0.1:{mail.port}") as api:
        yield api


@pytest.fixture
async def office(mailing: Api) -> AsyncIterator[FrontOffice]:
    async with front_office(mailing) as office:
        await mailing.services.identity.refresh()
        await mailing.services.tenants.refresh()
        yield office


async def centre(office: FrontOffice, role: str, query: str = "") -> dict[str, Any]:
    answer = await office.ask(role, "GET", MINE + query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def told(office: FrontOffice, role: str, count: int) -> list[dict[str, Any]]:
    async def there() -> bool:
        return len((await centre(office, role))["items"]) == count

    await wait_until(there)
    items: list[dict[str, Any]] = (await centre(office, role))["items"]
    return items


async def kinds(office: FrontOffice, role: str) -> list[str]:
    return [one["kind"] for one in (await centre(office, role))["items"]]


async def sent(api: Api) -> None:
    """The outbox sends all that is due."""
    outbox = api.services.there.get(Emails).outbox
    assert outbox is not None
    while await outbox.send_due():
        pass


async def choose(
    office: FrontOffice, role: str, choices: dict[str, dict[str, bool]] | None = None, **body: Any
) -> dict[str, Any]:
    wanted = [
        {"kind": kind, "channel": channel, "on": on}
        for kind, ways in (choices or {}).items()
        for channel, on in ways.items()
    ]
    answer = await office.ask(role, "PUT", PREFERENCES, {"choices": wanted, **body})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def given(office: FrontOffice, to: str = "agent", by: str = "owner", **more: Any) -> dict[str, Any]:
    body = {"title": "Call Mrs Bat back", "assignee_id": office.user(to), **more}
    answer = await office.ask(by, "POST", "/v1/tasks", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def all_read(office: FrontOffice) -> None:
    """A later event of the same reader is there: what came before it was read too."""
    await given(office, to="supervisor")
    await wait_until(lambda: _has(office, "supervisor"))


async def _has(office: FrontOffice, role: str) -> bool:
    return bool((await centre(office, role))["items"])


async def test_who_is_given_a_task_is_told_in_the_app_and_by_email(office: FrontOffice, mail: MailServer) -> None:
    task = await given(office)
    [one] = await told(office, "agent", 1)
    assert (one["kind"], one["title"], one["task_id"]) == ("task_assigned", "Task assigned", task["id"])
    assert one["by"] == {"id": office.user("owner"), "name": "The owner"} and one["read_at"] is None
    await sent(office.api)
    [letter] = [one for one in mail.letters if one["Subject"] == "A task was assigned to you"]
    assert letter["To"] == office.org.emails["agent"]
    assert "The owner gave you a task at Acme." in text_of(letter) and "Mrs Bat" not in str(letter)
    assert (await centre(office, "owner"))["items"] == []


async def answered(office: FrontOffice, task: dict[str, Any], *, assignee: UserId | None, times: int = 1) -> None:
    """E-mails answered in the task, which is of the agent's queue, and whoever is told was told."""
    for _ in range(times):
        body = TaskAnswered(
            task_id=TaskId(task["id"]),
            comment_id=TaskCommentId(new_id("tcm")),
            queue_id=office.help,
            assignee_id=assignee,
            done_by=None,
        )

        async def work(writing: Writing, body: TaskAnswered = body) -> None:
            writing.tell(TASK_ANSWERED, body, body.task_id)

        await office.api.changes.commit(office.org.tenant.id, work)
    await office.feed_is_read()


@pytest.mark.parametrize("own", [True, False])
async def test_many_answers_in_a_task_are_one_notification_and_one_push_in_an_hour(
    office: FrontOffice, mail: MailServer, own: bool
) -> None:
    task = (await office.ask("agent", "POST", "/v1/tasks", {"title": "Smoke", "queue_id": office.help})).json()
    agent = office.user("agent") if own else None

    async def seen() -> tuple[int, list[bool]]:
        return len((await centre(office, "agent"))["items"]), [
            one.push for one in await office.changes(NOTIFICATION_CREATED) if one.kind == NotificationKind.TASK_ANSWERED
        ]

    await answered(office, task, assignee=agent, times=20)
    assert await seen() == (1, [True])
    await office.ask("agent", "POST", f"{MINE}/read")
    await answered(office, task, assignee=agent, times=20)
    assert await seen() == (2, [True, False]), "one that was read is followed by one in the app, which is not pushed"
    office.api.clock.advance(minutes=61)
    await answered(office, task, assignee=agent, times=2)
    assert await seen() == (3, [True, False, True])
    await sent(office.api)
    told = [one for one in mail.letters if one["Subject"] == "A customer answered by e-mail"]
    assert len(told) == (2 if own else 0)


async def test_who_takes_a_task_is_not_told_and_who_gets_it_from_another_is(office: FrontOffice) -> None:
    answer = await office.ask("agent", "POST", "/v1/tasks", {"title": "My own"})
    path = f"/v1/tasks/{answer.json()['id']}"
    await office.ask("agent", "PATCH", path, {"state": "done"})
    await office.ask("owner", "PATCH", path, {"state": "open", "assignee_id": office.user("supervisor")})
    assert [one["kind"] for one in await told(office, "supervisor", 1)] == ["task_assigned"]
    assert await kinds(office, "agent") == [] and await kinds(office, "owner") == []


async def test_who_wants_no_email_of_it_gets_none_and_who_wants_only_that_gets_only_that(
    office: FrontOffice, mail: MailServer
) -> None:
    await choose(office, "agent", choices={"task_assigned": {"email": False}})
    await choose(office, "owner", choices={"task_assigned": {"app": False, "push": False}})
    await given(office)
    await given(office, to="owner", by="supervisor")
    await all_read(office)
    await sent(office.api)
    assert await kinds(office, "agent") == ["task_assigned"] and await kinds(office, "owner") == []
    assert [one["To"] for one in mail.letters if "task" in one["Subject"]] == [
        office.org.emails["owner"],
        office.org.emails["supervisor"],
    ]


async def test_who_wants_nothing_is_told_nothing_but_what_must_be_sent(office: FrontOffice, mail: MailServer) -> None:
    nothing = {"app": False, "push": False, "email": False}
    await choose(office, "agent", choices={"task_assigned": nothing})
    refused = await office.ask(
        "agent", "PUT", PREFERENCES, {"choices": [{"kind": "security", "channel": "email", "on": False}]}
    )
    assert refused.status_code == 422 and "it must be sent" in refused.text
    await given(office)
    await all_read(office)
    assert await kinds(office, "agent") == []
    wish = {"current_password": PASSWORD, "password": "another long password"}
    assert (await office.ask("agent", "PUT", "/v1/me/password", wish)).status_code == 204
    await sent(office.api)
    [letter] = [one for one in mail.letters if one["To"] == office.org.emails["agent"]]
    assert letter["Subject"] == "Your password was changed" and letter["List-Unsubscribe"] is None
    [one] = (
        await office.api.mongo.tenant(office.org.tenant.id)
        .collection(Notification)
        .find({"user_id": office.user("agent")})
    )
    assert (one.kind, one.event, one.shown) == (NotificationKind.SECURITY, "password_changed", True)


async def test_a_notification_that_is_read_is_read_on_all_devices_and_another_users_is_not_there(
    office: FrontOffice,
) -> None:
    for _ in range(3):
        await given(office)
    items = await told(office, "agent", 3)
    path = f"{MINE}/{items[0]['id']}/read"
    assert (await office.ask("owner", "PUT", path)).status_code == 404
    answer = await office.ask("agent", "PUT", path)
    assert answer.status_code == 200 and answer.json()["read_at"] is not None
    assert (await office.ask("agent", "PUT", path)).json()["read_at"] == answer.json()["read_at"]
    page = await centre(office, "agent")
    assert page["unread"] == 2 and [one["read_at"] is None for one in page["items"]] == [False, True, True]
    assert len((await centre(office, "agent", "?unread=true"))["items"]) == 2
    assert (await office.ask("agent", "POST", f"{MINE}/read")).status_code == 204
    assert (await centre(office, "agent"))["unread"] == 0


async def test_pages_follow_one_another_without_a_gap(office: FrontOffice) -> None:
    for _ in range(7):
        await given(office)
    every = [one["id"] for one in await told(office, "agent", 7)]
    found: list[str] = []
    query = "?limit=3"
    while True:
        page = await centre(office, "agent", query)
        found += [one["id"] for one in page["items"]]
        assert page["unread"] == 7
        if page["next"] is None:
            break
        query = f"?limit=3&cursor={page['next']}"
    assert found == every and len(set(found)) == 7
    assert (await office.ask("agent", "GET", f"{MINE}?cursor=nonsense")).status_code == 422


async def test_members_of_a_queue_are_told_of_a_missed_call_until_somebody_has_called_back(
    office: FrontOffice,
) -> None:
    finished = Finished(
        tenant_id=office.org.tenant.id,
        call_id=office.call("missed").id,
        contact_id=await office.contact(),
        queue_id=office.help,
        ended_at=office.api.clock.now(),
        missed=True,
        delete_at=office.api.clock.now() + timedelta(days=90),
    )
    await office.tasks.finished(finished)
    [one] = await told(office, "agent", 1)
    assert (one["kind"], one["queue_id"], one["by"]) == ("missed_call", office.help, None)
    assert await kinds(office, "supervisor") == [], "no member of the queue"
    assert (await office.ask("agent", "PATCH", f"/v1/tasks/{one['task_id']}", {"state": "done"})).status_code == 200

    async def read() -> bool:
        return bool((await centre(office, "agent"))["unread"] == 0)

    await wait_until(read)


async def test_who_is_to_do_a_task_is_told_once_when_it_is_due(office: FrontOffice, mail: MailServer) -> None:
    due = office.api.services.there.get(DueTasks)
    at = office.api.clock.now() + timedelta(hours=2)
    await given(office, due_at=at.isoformat())
    await told(office, "agent", 1)
    assert await due.look() == 0
    office.api.clock.advance(hours=2, seconds=1)
    assert await due.look() == 1 and await due.look() == 0
    again = DueTasks(office.api.mongo, office.api.clock, office.api.services.there.get(Notifications))
    assert await again.look() == 0, "a server that is started again decides nothing twice"
    assert sorted(await kinds(office, "agent")) == ["task_assigned", "task_due"]
    await sent(office.api)
    assert "A task of yours is due" in [one["Subject"] for one in mail.letters]


async def test_in_quiet_hours_the_email_waits_for_their_end(office: FrontOffice, mail: MailServer) -> None:
    """It is evening in the organisation's time zone, UTC; the quiet hours go on until the morning."""
    now = office.api.clock.now()
    begin, end = f"{now - timedelta(minutes=5):%H:%M}", f"{now + timedelta(hours=3):%H:%M}"
    chosen = await choose(office, "agent", quiet_from=begin, quiet_until=end)
    assert (chosen["quiet_from"], chosen["quiet_until"], chosen["time_zone"]) == (begin, end, "UTC")
    await given(office)
    await told(office, "agent", 1)
    await sent(office.api)
    assert [one for one in mail.letters if one["To"] == office.org.emails["agent"]] == []
    office.api.clock.advance(hours=3)
    await sent(office.api)
    assert [one["Subject"] for one in mail.letters if one["To"] == office.org.emails["agent"]] == [
        "A task was assigned to you"
    ]


async def test_a_letter_is_in_the_language_of_the_user(office: FrontOffice, mail: MailServer) -> None:
    assert (await choose(office, "agent", language="mn"))["language"] == "mn"
    await given(office)
    await told(office, "agent", 1)
    await sent(office.api)
    [letter] = [one for one in mail.letters if one["To"] == office.org.emails["agent"]]
    assert letter["Subject"] == "Танд даалгавар өгөгдлөө" and "The owner танд Acme дээр даалгавар" in text_of(letter)


async def test_one_click_unsubscribes_from_this_kind_alone(office: FrontOffice, mail: MailServer) -> None:
    await given(office)
    await told(office, "agent", 1)
    await sent(office.api)
    [letter] = mail.letters
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<https://[^/]+(/unsubscribe/[\w-]+)>", letter["List-Unsubscribe"])
    assert found and found[1] in text_of(letter).replace("\n", "")
    assert office.user("agent") not in found[1] and "task_assigned" not in found[1]
    # A program that checks links opens it: that alone changes nothing.
    page = await office.http.get(found[1])
    assert page.status_code == 200 and "Stop e-mails of this kind: Task assigned?" in page.text
    assert "/branding/" not in page.text
    await office.ask("owner", "PUT", "/v1/branding", {"accent": "#0a6b4a", "help_contact": ""})
    page = await office.http.get(found[1])
    assert (style := re.search(r'<link rel="stylesheet" href="(/branding/[^"]+)">', page.text)) is not None
    assert "--fill" in (await office.http.get(style[1])).text
    assert await by_email(office, "task_assigned")
    clicked = await office.http.post(
        found[1],
        content=b"List-Unsubscribe=One-Click",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert clicked.status_code == 200 and "You are unsubscribed" in clicked.text and style[0] in clicked.text
    assert (await office.http.post(found[1])).status_code == 200, "repeating it changes nothing"
    assert not await by_email(office, "task_assigned") and await by_email(office, "task_due")
    await given(office)
    await told(office, "agent", 2)
    await sent(office.api)
    assert len(mail.letters) == 1
    assert (await office.http.post("/unsubscribe/AAAA")).status_code == 404
    assert (await office.http.post(found[1][:-3] + "AAA")).status_code == 404


async def test_a_link_to_unsubscribe_ends_with_the_account_and_stores_nothing(
    office: FrontOffice, mail: MailServer
) -> None:
    await given(office)
    await told(office, "agent", 1)
    await sent(office.api)
    path = re.sub(r"^<https://[^/]+|>$", "", mail.letters[0]["List-Unsubscribe"])
    gone = await office.ask("owner", "POST", f"/v1/users/{office.user('agent')}/delete", {"reason": "asked"})
    assert gone.status_code == 200, gone.text
    assert (await office.http.get(path)).status_code == (await office.http.post(path)).status_code == 404
    assert await office.api.mongo.tenant(office.org.tenant.id).collection(NotificationPreferences).find() == []


async def by_email(office: FrontOffice, kind: str) -> bool:
    asked = (await office.ask("agent", "GET", PREFERENCES)).json()
    [row] = [one for one in asked["kinds"] if one["kind"] == kind]
    return bool(next(one["on"] for one in row["channels"] if one["channel"] == "email"))


async def test_an_unsubscription_counts_for_what_waits_already(office: FrontOffice, mail: MailServer) -> None:
    await given(office)
    await told(office, "agent", 1)
    await choose(office, "agent", choices={"task_assigned": {"email": False}})
    await sent(office.api)
    assert mail.letters == [] and await office.api.mongo.platform(OutgoingEmail, why="a test looks").find() == []


async def test_an_address_that_refuses_is_noted_and_spared_until_a_letter_arrives(
    office: FrontOffice, mail: MailServer
) -> None:
    address = office.org.emails["agent"]
    mail.unknown.add(address)
    for count in range(1, 5):
        await given(office)
        await told(office, "agent", count)
        await sent(office.api)
    trouble = (await office.ask("agent", "GET", PREFERENCES)).json()["email_trouble"]
    assert (trouble["status"], trouble["count"]) == ("550 5.1.1", 3), "the fourth was not tried"
    [noted] = await office.api.mongo.tenant(office.org.tenant.id).collection(EmailRefusal).find()
    assert address not in str(noted)
    mail.unknown.clear()
    user = await office.api.services.identity.user(office.org.tenant.id, office.user("agent"))
    await office.api.services.accounts.news.tell(user, "new_device", "A phone")
    await sent(office.api)
    assert [one["Subject"] for one in mail.letters] == ["New sign-in to your account"], "what must be sent is tried"
    assert (await office.ask("agent", "GET", PREFERENCES)).json()["email_trouble"] is None


@pytest.mark.parametrize(
    ("kind", "of"), [("proof_added", "security"), ("closing", "organisation"), ("privacy_deadline", "privacy_duty")]
)
async def test_what_other_rooms_write_stands_in_the_notification_centre_too(
    office: FrontOffice, kind: LetterKind, of: str
) -> None:
    user = await office.api.services.identity.user(office.org.tenant.id, office.user("agent"))
    await office.api.services.accounts.news.tell(user, kind, "A passkey")
    [one] = await told(office, "agent", 1)
    assert (one["kind"], one["event"], one["task_id"]) == (of, kind, None) and "passkey" not in str(one)


async def test_without_a_mail_server_the_app_is_told_all_the_same(api: Api) -> None:
    acme = await api.organisation()
    await api.services.identity.refresh()
    user = await api.services.identity.user(acme.tenant.id, UserId(acme.users["agent"]))
    await api.services.accounts.news.tell(user, "new_device", "A phone")
    answer = await acme.call("agent", "GET", MINE)
    assert [one["event"] for one in answer.json()["items"]] == ["new_device"]
    assert (await acme.call("agent", "GET", PREFERENCES)).json()["email_sends"] is False
    assert await api.mongo.platform(OutgoingEmail, why="a test looks").find() == []


async def test_the_oldest_make_room_and_another_user_keeps_theirs(api: Api) -> None:
    acme = await api.organisation()
    await api.services.identity.refresh()
    notifications = api.services.there.get(Notifications)
    mine, other = UserId(acme.users["agent"]), UserId(acme.users["owner"])

    def happened(cause: str) -> Happened:
        return Happened(kind=NotificationKind.VOICEMAIL, cause=cause, task_id=TaskId(new_id("tsk")))

    await notifications.tell(acme.tenant.id, [other], happened("first"))
    kept = api.mongo.tenant(acme.tenant.id).collection(Notification)
    await notifications.tell(acme.tenant.id, [mine], happened("first"))
    [one] = await kept.find({"user_id": mine})
    rows = [_copy(one, count) for count in range(1, EACH)]
    await kept.insert_many(rows)
    assert await kept.count({"user_id": mine}) == EACH == 500
    api.clock.advance(hours=1)
    assert await notifications.tell(acme.tenant.id, [mine], happened("one more"))
    assert not await notifications.tell(acme.tenant.id, [mine], happened("one more")), "decided already"
    assert await kept.count({"user_id": mine}) == EACH and await kept.count({"user_id": other}) == 1
    assert await kept.count({"id": one.id}) == 0, "the oldest went"


def _copy(one: Notification, count: int) -> Notification:
    id = NotificationId(new_id("ntf"))
    return msgspec.structs.replace(one, id=id, at=one.at + timedelta(seconds=count))


async def test_another_organisation_sees_nothing_of_it(office: FrontOffice) -> None:
    await given(office)
    [one] = await told(office, "agent", 1)
    other: Organisation = await office.api.organisation("Other")
    assert (await other.call("agent", "GET", MINE)).json() == {"items": [], "next": None, "unread": 0}
    assert (await other.call("agent", "PUT", f"{MINE}/{one['id']}/read")).status_code == 404
