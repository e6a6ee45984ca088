"""The server as it is composed takes e-mails by SMTP and makes tasks of them: once, with what belongs to them, or not.

The sender is a real SMTP client; what became of a mail is asked over the API.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiosmtplib
import pytest
import pytest_asyncio
from pymongo.errors import ServerSelectionTimeoutError
from tests.support.product.composed import Composed, composed, files_with, held_words
from tests.support.product.mails import Sender, letter
from tests.support.product.organisation import Organisation
from tests.support.product.stack import RunningStack
from tests.support.wait import wait_until
from tests.telephony.test_restrictions import restricted

from call24.files.storage import FileStorage
from call24.kit.errors import Unavailable
from call24.task_mails import intake as intaking
from call24.task_mails import listener as listening
from call24.tasks import service as tasks_service
from call24.tasks.service import TaskService

pytestmark = [pytest.mark.shares_stack("server"), pytest.mark.asyncio(loop_scope="module")]

DOMAIN = "tasks.example.org"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PROGRAM = b"MZ\x90\x00" + b"\0" * 200
BROKEN = [
    b"",
    b"\0" * 500,
    b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 6000,
    b"From: a@b.example\r\n" + b"X: y\r\n" * 60_000 + b"\r\nHi\r\n",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(stack: RunningStack) -> AsyncIterator[Composed]:
    async with composed(stack, replace(stack.settings, mail_in_domain=DOMAIN)) as house:
        yield house


def sender(house: Composed) -> Sender:
    return Sender(house.settings.mail_in_port)


async def an_address(acme: Organisation, **more: Any) -> dict[str, Any]:
    return await acme.post("/v1/task-addresses", {"name": "Support", **more})


async def tasks(acme: Organisation, **asked: Any) -> list[dict[str, Any]]:
    answer = await acme.http.get("/v1/tasks", params={"kind": "email", **asked})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def comments(acme: Organisation, task_id: str) -> list[str]:
    answer = await acme.http.get(f"/v1/tasks/{task_id}/comments")
    assert answer.status_code == 200, answer.text
    assert all((one["by"], one["by_email"]) == (None, True) for one in answer.json()["items"])
    return [one["text"] for one in answer.json()["items"]]


async def files(acme: Organisation, task_id: str) -> dict[str, dict[str, Any]]:
    answer = await acme.http.get("/v1/files", params={"task_id": task_id})
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["items"]}


async def test_a_mail_becomes_a_task_of_its_queue_with_the_person_who_wrote_it_and_its_attachments(
    house: Composed,
) -> None:
    async with house.organisation("Printers") as acme:
        body = {"given": "Joanna", "family": "B.", "emails": [{"address": "jo@example.com", "label": ""}]}
        body["numbers"] = [{"number": "+442079462201"}]
        person = await acme.post("/v1/people", body)
        made = await an_address(acme, queue_id=acme.queue_id)
        local, _, domain = made["address"].partition("@")
        assert domain == DOMAIN and local.startswith("tasks+") and len(local) == len("tasks+") + 20
        mail = letter("Drücker kaputt ☂", "The printer smokes.\n\n-- \nJo, Example Ltd\n")
        mail.add_alternative("<p>The <b>printer</b> smokes.</p>", subtype="html")
        mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="invoice.pdf")
        mail.add_attachment(PROGRAM, maintype="image", subtype="png", filename="picture.png")
        assert (await sender(house).send(made["address"].upper(), mail))[0] == 250

        [task] = await tasks(acme)
        assert (task["title"], task["text"]) == (
            "Drücker kaputt ☂",
            "From: Jo Bloggs <jo@example.com>\n\nThe printer smokes.\n\n--\nJo, Example Ltd",
        )
        assert (task["kind"], task["state"], task["queue"]["id"]) == ("email", "open", acme.queue_id)
        assert (task["person_id"], task["contact_id"]) == (person["id"], person["numbers"][0]["contact_id"])
        assert task["due_at"] is not None and task["created_by"] is None
        [attached] = (await files(acme, task["id"])).values()
        assert (attached["name"], attached["type"], attached["size"]) == ("invoice.pdf", "application/pdf", len(PDF))
        assert attached["uploaded_by"] is None
        content = await acme.http.get(f"/v1/files/{attached['id']}/content")
        assert content.content == PDF
        [said] = await comments(acme, task["id"])
        assert "picture.png: files of this kind are not taken" in said, "what it is decides, not its name"
        same = (await acme.http.get(f"/v1/people/{person['id']}")).json()
        assert same == person, "a mail renames nobody"


async def test_a_mail_that_comes_again_makes_one_task_and_answers_become_comments_that_open_it_again(
    house: Composed,
) -> None:
    async with house.organisation("Again") as acme:
        made, other = await an_address(acme), await an_address(acme)
        mail = letter("Smoke")
        mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="invoice.pdf")
        for _ in range(3):
            assert (await sender(house).send(made["address"], mail))[0] == 250
        [task] = await tasks(acme)
        assert list(await files(acme, task["id"])) == ["invoice.pdf"]
        assert (await acme.http.patch(f"/v1/tasks/{task['id']}", json={"state": "done"})).status_code == 200

        quoted = "It is out now.\n\nOn Mon, 1 Jan 2026, Us <us@example.org>\nwrote:\n> The printer smokes.\n"
        answer = letter("Re: Smoke", quoted, in_reply_to=str(mail["Message-ID"]))
        for _ in range(2):
            assert (await sender(house).send(other["address"], answer))[0] == 250
        [task] = await tasks(acme)
        assert (task["state"], task["done_by"]) == ("open", None)
        assert await comments(acme, task["id"]) == ["From: Jo Bloggs <jo@example.com>\n\nIt is out now."]
        further = letter("Re: Re: Smoke", "Thanks", references=f"<nobody@x> {answer['Message-ID']}")
        assert (await sender(house).send(made["address"], further))[0] == 250
        named = letter(f"About {task['id']} again", "And now?")
        assert (await sender(house).send(made["address"], named))[0] == 250
        assert [text.split("\n")[-1] for text in await comments(acme, task["id"])] == [
            "It is out now.",
            "Thanks",
            "And now?",
        ]
        assert len(await tasks(acme)) == 1
        async with house.organisation("Others") as foreign:
            theirs = await an_address(foreign)
            for hop in (letter("Re: Smoke", "Mine", in_reply_to=str(mail["Message-ID"])), named):
                assert (await sender(house).send(theirs["address"], hop))[0] == 250
            assert len(await tasks(foreign)) == 2, "another organisation's tasks are not there"
        assert len(await comments(acme, task["id"])) == 3


async def test_an_attachment_that_was_cut_off_on_its_way_to_the_disk_is_whole_when_the_mail_comes_again(
    house: Composed,
) -> None:
    async with house.organisation("Cut off") as acme:
        made = await an_address(acme)
        mail = letter("Smoke")
        mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="invoice.pdf")
        with patch.object(FileStorage, "append", side_effect=ZeroDivisionError):
            assert (await sender(house).send(made["address"], mail))[0] == 451
        [begun] = house.database["files"].find({"tenant_id": acme.tenant_id})
        assert begun["state"] == "uploading"
        assert (await sender(house).send(made["address"], mail))[0] == 250
        [task] = await tasks(acme)
        [attached] = (await files(acme, task["id"])).values()
        assert (attached["state"], attached["size"]) == ("ready", len(PDF))
        assert (await acme.http.get(f"/v1/files/{attached['id']}/content")).content == PDF


@pytest.mark.long("unit/task_mails/test_message.py::test_whether_a_program_wrote_it")
async def test_what_programs_send_makes_nothing_and_is_not_answered_by_a_bounce(house: Composed) -> None:
    async with house.organisation("Loops") as acme:
        made = await an_address(acme)
        for headers in (
            {"auto_submitted": "auto-replied"},
            {"auto_submitted": "auto-generated; owner-email=x"},
            {"precedence": "bulk"},
            {"x_autoreply": "yes"},
        ):
            code, said = await sender(house).send(made["address"], letter(f"Away {headers}", **headers))
            assert (code, "not made a task" in said) == (250, True), said
        code, said = await sender(house).send(made["address"], letter("Undelivered"), sender="")
        assert (code, said) == (250, "2.0.0 Taken, and not made a task: it has no sender")
        assert await tasks(acme) == []
        assert (await sender(house).send(made["address"], letter("Not", auto_submitted="no")))[0] == 250
        by_list = letter("Of a list", precedence="list", list_id="<support.example.com>")
        assert (await sender(house).send(made["address"], by_list))[0] == 250
        assert {one["title"] for one in await tasks(acme)} == {"Not", "Of a list"}, "what people write by a group"


async def test_an_address_that_is_unknown_replaced_switched_off_or_deleted_is_refused_for_good(house: Composed) -> None:
    async with house.organisation("Refuses") as acme:
        made = await an_address(acme)
        first, path = made["address"], f"/v1/task-addresses/{made['id']}"
        assert (await sender(house).send(f"tasks+{'a' * 20}@{DOMAIN}", letter("x")))[0] == 550
        assert (await sender(house).send(f"nobody@{DOMAIN}", letter("x")))[0] == 550
        code, said = await sender(house).send("jo@elsewhere.example", letter("x"))
        assert (code, said) == (550, "5.7.1 E-mail for other domains is not passed on")
        second = (await acme.http.post(f"{path}/rotate")).json()["address"]
        assert second != first
        assert (await sender(house).send(first, letter("old")))[0] == 550
        assert (await sender(house).send(second, letter("new")))[0] == 250
        assert (await acme.http.patch(path, json={"enabled": False})).status_code == 200
        code, said = await sender(house).send(second, letter("off"))
        assert (code, said) == (550, "5.2.1 This address takes no e-mail: ask the organisation for another")
        assert (await acme.http.patch(path, json={"enabled": True})).status_code == 200
        assert (await acme.http.delete(path)).status_code == 204
        assert (await sender(house).send(second, letter("gone")))[0] == 550
        assert [one["title"] for one in await tasks(acme)] == ["new"]


@pytest.mark.long("unit/task_mails/test_message.py::test_what_is_made_to_break_its_reader_is_refused_and_soon")
async def test_what_cannot_be_read_or_is_too_large_is_refused_for_good_and_the_next_mail_is_taken(
    house: Composed,
) -> None:
    async with house.organisation("Broken") as acme:
        made = await an_address(acme)
        for content in BROKEN:
            code, said = await sender(house).send(made["address"], content)
            assert (code, said.split(":")[0]) == (554, "5.6.0 The message cannot be read"), content[:40]
        large = letter("Large", "x" * 70 + "\n")
        large.set_content(("x" * 70 + "\n") * 400_000)
        assert (await sender(house).send(made["address"], large))[0] == 552
        mail = letter("Long", "Word " * 2000)
        assert (await sender(house).send(made["address"], mail))[0] == 250
        [task] = await tasks(acme)
        assert len(task["text"]) <= 4000 and task["text"].endswith("(The whole text is in the file message.txt.)")
        [whole] = (await files(acme, task["id"])).values()
        text = (await acme.http.get(f"/v1/files/{whole['id']}/content")).text
        assert whole["name"] == "message.txt" and text.count("Word") == 2000


async def test_while_the_database_is_away_or_too_much_comes_a_mail_is_put_off_and_taken_when_it_comes_again(
    house: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.organisation("Later") as acme, house.organisation("Beside") as beside:
        made, other = await an_address(acme), await an_address(beside)

        async def away(*_: object, **__: object) -> Any:
            raise Unavailable("The database cannot be reached") from ServerSelectionTimeoutError()

        with monkeypatch.context() as patched:
            patched.setattr(TaskService, "add_once", away)
            code, said = await sender(house).send(made["address"], letter("Away"))
            assert (code, said) == (451, "4.3.0 The database cannot be reached: try again later")

        async def breaks(*_: object, **__: object) -> Any:
            raise ZeroDivisionError

        with monkeypatch.context() as patched:
            patched.setattr(TaskService, "add_once", breaks)
            assert (await sender(house).send(made["address"], letter("Away")))[0] == 451
        assert (await sender(house).send(made["address"], letter("Away")))[0] == 250

        monkeypatch.setattr(intaking, "EACH_SENDER", 2)
        assert (await sender(house).send(made["address"], letter("Twice")))[0] == 451
        house.clock.moved += intaking.HOUR
        assert (await sender(house).send(made["address"], letter("Twice")))[0] == 250
        monkeypatch.setattr(intaking, "EACH_ORGANISATION", 1)
        assert (await sender(house).send(made["address"], letter("Third", sender="b@example.com")))[0] == 451
        assert (await sender(house).send(other["address"], letter("Beside")))[0] == 250
        monkeypatch.undo()
        monkeypatch.setattr(intaking, "EACH_ORGANISATION_IN_ALL", 1)
        code, said = await sender(house).send(made["address"], letter("Twice"))
        assert (code, said) == (451, "4.7.1 Too many e-mails within an hour: try again later"), "repetitions count too"
        monkeypatch.undo()
        monkeypatch.setattr(tasks_service, "OPEN_MAX", 2)
        code, said = await sender(house).send(made["address"], letter("Full"))
        assert (code, said.split(":")[0]) == (452, "4.3.1 The organisation has too many tasks to be done")
        assert sorted(one["title"] for one in await tasks(acme)) == ["Away", "Twice"]


@pytest.mark.long("unit/task_mails/test_listener.py::test_one_organisations_mails_leave_others_theirs")
async def test_one_organisations_mails_leave_connections_to_others_and_there_is_an_end_of_connections(
    house: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        house.organisation("Many") as acme,
        house.organisation("One") as beside,
        contextlib.AsyncExitStack() as all,
    ):
        made, other = await an_address(acme), await an_address(beside)
        monkeypatch.setattr(listening, "EACH_TENANT", 2)
        monkeypatch.setattr(listening, "CONNECTIONS", 4)

        async def begun(address: str) -> tuple[aiosmtplib.SMTP, int]:
            """Up to the recipient, and no further."""
            smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=house.settings.mail_in_port, start_tls=False)
            await all.enter_async_context(smtp)
            await smtp.ehlo()
            await smtp.mail("jo@example.com")
            try:
                return smtp, (await smtp.rcpt(address)).code
            except aiosmtplib.SMTPRecipientRefused as error:
                return smtp, error.code

        (first, one), (_, two), (third, three) = [await begun(made["address"]) for _ in range(3)]
        assert (one, two, three) == (250, 250, 451)
        assert (await begun(other["address"]))[1] == 250
        with pytest.raises(aiosmtplib.SMTPException) as crowded:
            await sender(house).send(other["address"], letter("Fifth"))
        assert "421" in str(crowded.value) or "Too many connections" in str(crowded.value)
        await first.rset()
        await third.rset()
        await third.mail("jo@example.com")
        assert (await third.rcpt(made["address"])).code == 250, "what is over makes room"


@pytest.mark.long("unit/task_mails/test_listener.py::test_a_connection_that_lasts_too_long_is_cut_off_whatever_it_says")
async def test_a_connection_that_lasts_too_long_is_closed(house: Composed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "SESSION_S", 0.5)
    reader, writer = await asyncio.open_connection("127.0.0.1", house.settings.mail_in_port)
    assert (await reader.readline()).startswith(b"220 tasks.example.org Call24")

    async def said() -> bytes:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                last.append(line)
        return b""

    last: list[bytes] = []
    writer.write(b"EHLO x\r\n")
    assert await asyncio.wait_for(said(), 10) == b""
    assert any(line.startswith(b"250-STARTTLS") for line in last)
    writer.close()


@pytest.mark.parametrize(
    "by",
    [
        "person",
        pytest.param(
            "number",
            marks=pytest.mark.long("test_with_whom_is_erased_go_the_tasks_of_their_mails_with_comments_and_files"),
        ),
    ],
)
async def test_with_whom_is_erased_go_the_tasks_of_their_mails_with_comments_and_files(
    house: Composed, by: str
) -> None:
    async with house.organisation("Erases") as acme:
        numbers = ["+442079462202", *(["+442079462203"] if by == "number" else [])]  # who has another number stays
        body = {"given": "Jo", "emails": [{"address": "jo@example.com", "label": ""}]}
        person = await acme.post("/v1/people", {**body, "numbers": [{"number": one} for one in numbers]})
        made = await an_address(acme)
        mail = letter("Quincewort")
        mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="quincewort.pdf")
        assert (await sender(house).send(made["address"], mail))[0] == 250
        answer = letter("Re", "Quincewort again", in_reply_to=str(mail["Message-ID"]))
        assert (await sender(house).send(made["address"], answer))[0] == 250
        assert (await sender(house).send(made["address"], letter("Other", sender="x@example.com")))[0] == 250
        contact = person["numbers"][0]["contact_id"]
        wish = {"reason": "asked", "contact_ids": [contact]}
        erased = await (
            acme.http.post(f"/v1/people/{person['id']}/erase", json=wish)
            if by == "person"
            else acme.http.post(f"/v1/contacts/{contact}/erase", json={"reason": "asked"})
        )
        assert erased.status_code == 200, erased.text

        def left() -> list[str]:
            named = [one for one in house.database.list_collection_names() if not one.startswith("system.")]
            return [
                name
                for name in named
                for one in house.database[name].find({"tenant_id": acme.tenant_id})
                if "uincewort" in str(one)
            ]

        await wait_until(lambda: not left())
        assert [one["title"] for one in await tasks(acme)] == ["Other"]
        assert "uincewort" not in str(list(house.database["files"].find()))
        assert files_with(house.settings.data, "uincewort") == set()
        assert held_words(house.app, "uincewort") == set()


async def test_files_of_an_unknown_senders_mail_go_with_whom_the_task_is_linked_to_later(house: Composed) -> None:
    async with house.organisation("Linked later") as acme:
        made = await an_address(acme)
        mail = letter("Quincewort", sender="unknown@example.com")
        mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="quincewort.pdf")
        assert (await sender(house).send(made["address"], mail))[0] == 250
        [task] = await tasks(acme)
        [attached] = (await files(acme, task["id"])).values()

        def on_disk() -> list[Path]:
            return list((house.settings.data / "files").rglob(f"*{attached['id']}*"))

        assert task["person_id"] is None and on_disk()
        person = await acme.post("/v1/people", {"given": "Jo", "numbers": [{"number": "+442079462204"}]})
        linked = await acme.http.patch(f"/v1/tasks/{task['id']}", json={"person_id": person["id"]})
        assert linked.status_code == 200, linked.text
        wish = {"reason": "asked", "contact_ids": [person["numbers"][0]["contact_id"]]}
        erased = await acme.http.post(f"/v1/people/{person['id']}/erase", json=wish)
        assert erased.status_code == 200, erased.text
        await wait_until(lambda: not on_disk())
        assert house.database["files"].count_documents({"tenant_id": acme.tenant_id}) == 0
        assert await tasks(acme) == []


async def test_nothing_of_senders_and_recipients_is_logged(house: Composed, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with house.organisation("Quiet") as acme:
        made = await an_address(acme)
        with patch.object(TaskService, "add_once", side_effect=ZeroDivisionError):
            await sender(house).send(made["address"], letter("Secretword"), sender="bounce-jo@example.com")
        await sender(house).send(made["address"], letter("Secretword"), sender="bounce-jo@example.com")
        assert len(await tasks(acme)) == 1
    ours = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("aiosmtplib", "pymongo"))
    )
    assert "bounce-jo" not in ours and "jo@example.com" not in ours and made["address"] not in ours
    assert "Secretword" not in ours


async def test_a_mail_of_somebody_whose_data_is_restricted_says_of_nobody_whose_it_is(house: Composed) -> None:
    async with house.organisation("Restricted") as acme:
        body = {"given": "Jo", "emails": [{"address": "jo@example.com", "label": ""}]}
        await acme.post("/v1/people", {**body, "numbers": [{"number": "+442079468571"}]})
        made = await an_address(acme)
        assert (await sender(house).send(made["address"], letter("Before")))[0] == 250
        await restricted(acme, "+442079468571")
        assert (await sender(house).send(made["address"], letter("After")))[0] == 250
        stored = {one.get("title"): one for one in house.database["tasks"].find({"tenant_id": acme.tenant_id})}
        assert stored["Before"]["person_id"].startswith("per_") and stored["Before"]["contact_id"].startswith("ctc_")
        assert stored["After"].get("person_id") is None and stored["After"].get("contact_id") is None


async def test_an_address_of_an_organisation_that_is_switched_off_takes_nothing(house: Composed) -> None:
    async with house.organisation("Switched off") as acme:
        made = await an_address(acme)
        operator = {"X-Call24-Operator": (house.settings.secrets / "operator").read_text().strip()}
        off = await acme.http.post(f"/v1/internal/organisations/{acme.tenant_id}/disable", headers=operator)
        assert off.status_code in (200, 204), off.text
        assert (await sender(house).send(made["address"], letter("Off")))[0] == 550
        on = await acme.http.post(f"/v1/internal/organisations/{acme.tenant_id}/enable", headers=operator)
        assert on.status_code in (200, 204), on.text
        assert (await sender(house).send(made["address"], letter("On")))[0] == 250
