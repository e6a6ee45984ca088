"""Reports that are sent at set times: to whom, in which language, once; also over kill -9 and time without a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.calls.told import Told
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Api, Organisation, running_api
from tests.support.http.front_office import FrontOffice, front_office
from tests.support.http.mail import MailServer, mail_server, text_of
from tests.support.product.change_killed import Point
from tests.support.product.notifications_killed import Job, in_a_process

from call24.changes.model import Change
from call24.identity.model import User
from call24.kit.errors import Unavailable
from call24.kit.ids import UserId
from call24.kit.mongo import Mongo
from call24.notifications.emails import Emails
from call24.notifications.model import Notification
from call24.saved_reports.model import SavedReport
from call24.saved_reports.schedules import ReportSchedules

PATH, PREFERENCES = "/v1/saved-reports", "/v1/me/notification-preferences"


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def office(mongo: Mongo, tmp_path: Path, mail: MailServer) -> AsyncIterator[FrontOffice]:
    async with (
        running_api(mongo, tmp_path, smtp=f"smtp://127.0.0.1:{mail.port}") as api,
        front_office(api) as office,
    ):
        await confirmed(api, office.org, "owner", "supervisor")
        yield office


async def confirmed(api: Api, of: Organisation, *roles: str, **more: Any) -> None:
    """They have confirmed their address."""
    for role in roles:
        fields = {"email_verified_at": api.clock.now(), **more}
        await api.mongo.tenant(of.tenant.id).collection(User).update(of.users[role], fields)
        api.services.identity.remember(await api.services.identity.user(of.tenant.id, UserId(of.users[role])))


async def saved(of: Organisation, role: str = "supervisor", *to: str, **more: Any) -> dict[str, Any]:
    recipients = [of.users[one] for one in to or ("owner", "supervisor")]
    schedule = {"every": "day", "hour": 7, "recipients": recipients}
    wish = {"name": "Morning", "period": "yesterday", "by": "queue", "shared": True, "schedule": schedule, **more}
    answer = await of.call(role, "POST", PATH, json=wish)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def until(of: Organisation, at: str) -> None:
    """The clock is advanced to this instant, and all sign in again."""
    of.api.clock.advance(seconds=(datetime.fromisoformat(at) - of.api.clock.now()).total_seconds())
    identity = of.api.services.identity
    for role, user_id in of.users.items():
        user = await identity.user(of.tenant.id, UserId(user_id))
        of.bearers[role] = (await identity.open_session(user, "Again")).bearer


async def looked(api: Api) -> int:
    """Looks for reports that are due, and hands e-mails to the mail server."""
    count = await api.services.there.get(ReportSchedules).look()
    await sent(api)
    return count


async def sent(api: Api) -> None:
    outbox = api.services.there.get(Emails).outbox
    assert outbox is not None
    while await outbox.send_due():
        pass


def reports_in(mail: MailServer) -> list[EmailMessage]:
    """Others tell of a new sign-in."""
    return [letter for letter in mail.letters if list(letter.iter_attachments())]


def receivers(mail: MailServer, of: Organisation) -> list[str]:
    roles = {email: role for role, email in of.emails.items()}
    return sorted(roles[str(letter["To"])] for letter in reports_in(mail) if str(letter["To"]) in roles)


def served(office: FrontOffice, name: str) -> Told:
    agent = office.user("agent")
    return office.call(name).arrives().joins(office.help).after(5).offered_to(agent).answered_by(agent).after(60).ends()


def file_of(letter: EmailMessage) -> tuple[str, list[str]]:
    [one] = letter.iter_attachments()
    return str(one.get_filename()), one.get_content().removeprefix("\ufeff").split("\n")


async def test_a_report_comes_by_mail_with_its_figures_in_the_readers_language(
    office: FrontOffice, mail: MailServer
) -> None:
    api, acme = office.api, office.org
    chosen = await acme.call("owner", "PUT", PREFERENCES, json={"choices": [], "language": "mn"})
    assert chosen.status_code == 200, chosen.text
    await office.read(served(office, "1"))
    await office.read(served(office, "2"))
    began = api.clock.now()
    one = await saved(acme, compare=True)
    assert await looked(api) == 0 and reports_in(mail) == []
    await until(acme, one["next_at"])
    assert await looked(api) == 2
    assert receivers(mail, acme) == ["owner", "supervisor"]
    english, mongolian = sorted(reports_in(mail), key=lambda letter: str(letter["Subject"]))
    assert (english["Subject"], mongolian["Subject"]) == ("Report: Morning", "Тайлан: Morning")
    text = text_of(english)
    assert "Help: Offered 2, Answered 2, Abandoned 0, Service level 100 %" in text
    assert f"Morning of Acme, {began.date().isoformat()}" in text
    assert f"/#/reports/{one['id']}" in text and "Help</th>" in text_of(english, "html")
    assert "Help: Ирсэн 2, Хариулсан 2" in text_of(mongolian)
    assert "+4915" not in text and "Kim" not in text, "nothing of a caller"
    name, rows = file_of(english)
    assert name == f"call24-report-{began.date().isoformat()}.csv"
    assert rows[0].startswith("queue,calls,calls_before") and rows[1].startswith("Help,2,")
    assert "List-Unsubscribe" in english
    centre = (await acme.call("supervisor", "GET", "/v1/me/notifications")).json()["items"]
    assert [row["link"] for row in centre if row["kind"] == "report"] == [f"reports/{one['id']}"]
    noted = (await acme.call("owner", "GET", f"{PATH}/{one['id']}")).json()
    assert noted["sent_at"] == one["next_at"] and noted["next_at"] > one["next_at"]
    assert await looked(api) == 0 and len(reports_in(mail)) == 2


async def test_each_day_has_one_however_often_it_is_looked_at_or_changed(office: FrontOffice, mail: MailServer) -> None:
    api, acme = office.api, office.org
    one = await saved(acme)
    await until(acme, one["next_at"])
    kept = api.mongo.tenant(acme.tenant.id).collection(SavedReport)
    due = await kept.get(one["id"])
    assert await looked(api) == 2
    assert due.next_at is not None
    for shift in (timedelta(0), timedelta(hours=1)):  # what was noted is lost; it is moved to a later hour of the day
        await kept.update(due.id, {"next_at": due.next_at + shift})
        api.clock.advance(hours=1)
        assert await looked(api) == 0
    await until(acme, (await acme.call("owner", "GET", f"{PATH}/{one['id']}")).json()["next_at"])
    assert await looked(api) == 2 and len(reports_in(mail)) == 4


async def test_of_what_was_missed_the_last_is_sent_unless_it_is_older_than_a_day(
    office: FrontOffice, mail: MailServer
) -> None:
    api, acme = office.api, office.org
    daily = await saved(acme, "supervisor", "supervisor")
    weekly = await saved(
        acme,
        "owner",
        "owner",
        schedule={"every": "week", "weekday": 0, "hour": 7, "recipients": [acme.users["owner"]]},
    )
    monday = datetime.fromisoformat(weekly["next_at"])
    await until(acme, (monday + timedelta(days=1, hours=2)).isoformat())
    assert await looked(api) == 1 and receivers(mail, acme) == ["supervisor"], "Monday's is a day and two hours late"
    for id in (daily["id"], weekly["id"]):
        [report] = await api.mongo.tenant(acme.tenant.id).collection(SavedReport).find({"id": id})
        assert report.next_at is not None and report.next_at > api.clock.now()


async def test_who_may_not_see_reports_any_more_or_wants_none_is_sent_none(
    office: FrontOffice, mail: MailServer
) -> None:
    api, acme = office.api, office.org
    await acme.join("administrator")
    await confirmed(api, acme, "administrator")
    one = await saved(acme, "administrator", "owner", "supervisor", "administrator")
    await until(acme, one["next_at"])
    await confirmed(api, acme, "supervisor", role="agent")
    off = {"choices": [{"kind": "report", "channel": "email", "on": False}]}
    assert (await acme.call("owner", "PUT", PREFERENCES, json=off)).status_code == 200
    assert await api.services.there.get(ReportSchedules).look() == 2
    await confirmed(api, acme, "administrator", role="agent")
    await sent(api)
    assert reports_in(mail) == [], "the permission is asked again when the e-mail is about to leave"
    assert await api.mongo.tenant(acme.tenant.id).collection(Notification).count({"kind": "report"}) == 2


async def test_an_address_that_is_not_confirmed_is_sent_nothing(office: FrontOffice, mail: MailServer) -> None:
    api, acme = office.api, office.org
    one = await saved(acme)
    await confirmed(api, acme, "owner", email_verified_at=None)
    await until(acme, one["next_at"])
    assert await looked(api) == 2, "both are told in the app"
    assert receivers(mail, acme) == ["supervisor"]
    refused = await acme.call("owner", "POST", f"{PATH}/{one['id']}/send")
    assert (refused.status_code, refused.json()["code"]) == (409, "report_not_mailed")


async def test_a_maker_who_is_disabled_stops_it_and_it_goes_on_with_them(office: FrontOffice, mail: MailServer) -> None:
    api, acme = office.api, office.org
    one = await saved(acme)
    await until(acme, one["next_at"])
    await confirmed(api, acme, "supervisor", disabled_at=api.clock.now())
    assert await looked(api) == 0 and reports_in(mail) == []
    await confirmed(api, acme, "supervisor", disabled_at=None)
    assert await looked(api) == 0, "what was left out is not made up for"
    api.clock.advance(days=1)
    assert await looked(api) == 2


async def test_one_on_an_agent_who_objects_later_is_not_tried_again_and_again(
    office: FrontOffice, mail: MailServer
) -> None:
    api, acme = office.api, office.org
    one = await saved(acme, agent_id=acme.users["agent"])
    objected = await office.ask("agent", "DELETE", "/v1/me/consents/individual_statistics")
    assert objected.status_code == 204, objected.text
    await until(acme, one["next_at"])
    assert await looked(api) == 0 and reports_in(mail) == []
    noted = (await acme.call("owner", "GET", f"{PATH}/{one['id']}")).json()
    assert noted["sent_at"] is None and noted["next_at"] > one["next_at"]


async def test_one_is_sent_to_oneself_now_once_a_minute(office: FrontOffice, mail: MailServer) -> None:
    api, acme = office.api, office.org
    one = await saved(acme, "supervisor", "supervisor")
    for _ in range(2):
        assert (await acme.call("owner", "POST", f"{PATH}/{one['id']}/send")).status_code == 204
        await sent(api)
    assert receivers(mail, acme) == ["owner"]
    api.clock.advance(seconds=61)
    assert (await acme.call("owner", "POST", f"{PATH}/{one['id']}/send")).status_code == 204
    await sent(api)
    assert receivers(mail, acme) == ["owner", "owner"]
    off = {"choices": [{"kind": "report", "channel": "email", "on": False}]}
    await acme.call("owner", "PUT", PREFERENCES, json=off)
    refused = await acme.call("owner", "POST", f"{PATH}/{one['id']}/send")
    assert (refused.status_code, refused.json()["code"]) == (409, "report_not_mailed")


async def test_one_organisations_trouble_holds_up_no_other(
    office: FrontOffice, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, acme = office.api, office.org
    other = await api.organisation("Other")
    await confirmed(api, other, "owner", "supervisor")
    for _ in range(5):
        await saved(acme)
    one = await saved(other)
    await until(acme, one["next_at"])
    schedules, asked = api.services.there.get(ReportSchedules), list[str]()
    letter = schedules._letter

    async def troubled(report: SavedReport, at: datetime) -> Any:
        asked.append("acme" if report.tenant_id == acme.tenant.id else "other")
        if report.tenant_id == acme.tenant.id:
            raise Unavailable("too many reports")
        return await letter(report, at)

    with monkeypatch.context() as patched:
        patched.setattr(schedules, "_letter", troubled)
        assert await looked(api) == 2
    assert receivers(mail, other) == ["owner", "supervisor"]
    assert asked.index("other") <= 3 and len(asked) == 6, "three of an organisation in a turn, each once in a look"
    assert await looked(api) == 10, "with the next look"


async def test_it_is_looked_for_while_the_server_runs(office: FrontOffice) -> None:
    assert "scheduled reports" in [task.name for task in office.api.building.tasks()]


@pytest.mark.usefixtures("short_transactions")
@pytest.mark.parametrize(
    "point",
    [
        Point("update saved_reports", 1, after=False),
        pytest.param(
            Point("commitTransaction", 1, after=False),
            marks=pytest.mark.long("test_a_server_that_is_killed_before_it_notes_that_it_sent_sends_each_once"),
        ),
    ],
)
async def test_a_server_that_is_killed_before_it_notes_that_it_sent_sends_each_once(
    api: Api, mongod: RunningMongod, mail: MailServer, point: Point
) -> None:
    acme = await api.organisation()
    await confirmed(api, acme, "owner", "supervisor")
    one = await saved(acme)
    await until(acme, one["next_at"])
    job = Job(uri=mongod.uri, database=NAME, data=str(api.data), smtp_port=mail.port, now=api.clock.now(), reports=True)
    assert await in_a_process(msgspec.structs.replace(job, kill=point)) == -9
    assert await in_a_process(job) == 0
    kept = api.mongo.tenant(acme.tenant.id)
    assert await kept.collection(Notification).count({"kind": "report"}) == 2
    assert len(await kept.collection(Change).find({"type": "notification.created", "body.kind": "report"})) == 2
    assert receivers(mail, acme) == ["owner", "supervisor"]
    report = await kept.collection(SavedReport).get(one["id"])
    assert report.next_at is not None and report.next_at > api.clock.now() and report.sent_at is not None
