"""A day of an organisation in which each personal field gets a word, and each leg a tone, that nothing else says.

Everything goes through the product's own API, its app and its telephony. Fields that no such way leads to are in
`CANNOT`, with the reason.
"""

from __future__ import annotations

import io
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.async_api import BrowserContext, Page, Playwright
from tests.support.app.browser import FLAGS, go_available, write_tone
from tests.support.http.mail import MailServer
from tests.support.product.canaries import digits
from tests.support.product.people import AGENT_HZ, COLLEAGUE_HZ, Agent
from tests.support.product.system import Organisation, System
from tests.support.wait import wait_until

from call24.testphones.rtp import Tone

CALLER_HZ, MESSAGE_HZ, OTHER_HZ, LINE_HZ = 1730, 1870, 1210, 1530
"""Of the caller who is erased, in a call and in a message; of one who is not; of whom an agent rings."""
TONES = (CALLER_HZ, MESSAGE_HZ, OTHER_HZ, LINE_HZ, AGENT_HZ, COLLEAGUE_HZ)

CANNOT = {
    "authenticators: secret": "made by the server and sealed: no word of a test can be in it",
    "authenticators: begun": "made by the server and sealed",
    "authenticators: recovery": "made by the server, and kept as hashes",
    "call_records: menu.answer": "one digit of a keypad",
    "call_records: not_recorded": "one of the server's own words",
    "call_records: agents.disposition_id": "an id that the server makes",
    "contacts: region": "follows from the number: one of 27 countries and areas, no word of its own",
    "contacts: seen_at": "an instant",
    "devices: sip_nonce": "made by Asterisk",
    "devices: address": "an address of this machine, as of everybody here",
    "devices: last_address": "an address of this machine",
    "devices: instead_of": "only where a user has 20 sessions already",
    "devices: last_seen_at": "an instant",
    "known_devices: _id": "a hash of what the server made",
    "passkeys: name": "takes an authenticator that works for an address without a name",
    "passkeys: credential_id": "made by an authenticator",
    "passkeys: public_key": "made by an authenticator",
    "passkeys: last_used_at": "an instant",
    "pictures: webp": "only the picture's points are kept: what is written in its file is looked for instead",
    "provider_visits: _id": "an identity provider is asked; none is in this network",
    "provider_visits: browser_hash": "as above",
    "provider_visits: nonce": "as above",
    "provider_visits: verifier": "as above",
    "recordings: path": "the sound itself: looked for by its tone",
    "refused_calls: caller": "takes a call that is refused for a reason of the organisation's own",
    "reset_wishes: email_key": "a keyed hash of the address",
    "tokens: secret_hash": "a hash of what the server made",
    "tokens: last_used_at": "an instant",
    "users: password_hash": "a hash; the password itself is looked for",
    "letters: text": "sealed: looked for in the mail that arrives",
    "links: secret_hash": "a hash of what the server made",
    "invitations: secret_hash": "a hash of what the server made",
    "invitations: role": "one of the roles",
    "users: role": "one of the roles",
    "agent_sessions: session": "ids and states",
    "agent_profiles: skills.level": "a number from 1 to 10",
    "queues: members": "ids",
    "fence_usage: used_s": "a number",
    "fence_usage: calls": "a number",
    "fence_usage: refused": "a number",
    "audit: actor_id": "an id",
    "audit: address": "an address of this machine",
    "listenings: address": "an address of this machine",
    "application_events: told": "ids; made only for organisations with an application of their own",
    "realtime_messages: body": "made only where nodes hold the sockets",
    "repeatable: answer": "sealed",
    "closings: to": "only while the organisation is being closed",
    "erasure_notices: number": "only where a processor is registered, whose server would have to be outside of here",
    "erasure_notices: email": "as above",
    "imported_documents: row": "made of another organisation's file of the same caller, which is there to stay",
    "disclosures: given.name": "a thing's name beside its hash: the note is of the same kind",
}
"""Personal fields with no word of their own, and why. IDs are not here: no test chooses them."""


@dataclass
class Told:
    """The words by label, of the caller, of another who stays, of the user, of officers' registers."""

    caller: dict[str, str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)
    user: dict[str, str] = field(default_factory=dict)
    registers: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    organisation: dict[str, str] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, str]:
        return {
            **self.caller, **self.other, **self.user, **self.registers, **self.secrets, **self.organisation
        }  # fmt: skip


def made_up(mark: str) -> Told:
    def word(of: str) -> str:
        return f"{of}{mark}{secrets.token_hex(1)}"

    return Told(
        caller={
            "caller.number": digits(),
            "caller.name": word("Caller"),
            "caller.first_name": word("Firstname"),
            "caller.right_name": word("Rightname"),
            "caller.why": word("Because"),
            "caller.task": word("Title"),
            "caller.task_was": word("Titlebefore"),
            "caller.task_text": word("Tasktext"),
            "caller.task_item": word("Taskitem"),
            "caller.task_said": word("Comment"),
            "caller.note": word("Callnote"),
        },
        other={
            "other.number": digits(),
            "other.name": word("Other"),
            "other.task": word("Othertitle"),
            "other.given": word("Given"),
            "other.family": word("Family"),
            "other.patronymic": word("Patronymic"),
            "other.phonetic": word("Phonetic"),
            "other.company": word("Company"),
            "other.label": word("Label"),
            "other.email": f"{word('othermail')}@example.test",
            "other.address": word("Street"),
            "other.tag": word("Tag"),
            "other.notes": word("Notes"),
            "other.field": word("Field"),
            "other.value": word("Value"),
        },
        user={
            "user.name": word("User"),
            "user.right_name": word("Userright"),
            "user.why": word("Userwhy"),
            "user.email": f"{word('mail')}@example.test",
            "user.new_email": f"{word('new')}@example.test",
            "user.phone": digits(),
            "user.device": word("Device"),
            "user.identifier": word("Ident"),
            "user.model": word("Model"),
            "user.os": word("System"),
            "user.version": word("Version"),
            "user.network": word("Net"),
            "user.token": word("Token"),
            "user.skill": word("skill").lower(),
            "user.list": word("Mylist"),
            "user.looked_for": word("Lookedfor"),
            "user.picture": word("Exif"),
        },
        registers={
            "register.request": word("Asked"),
            "register.extended": word("Later"),
            "register.incident": word("Incident"),
            "register.happened": word("Happened"),
            "register.happened_once": word("Once"),
            "register.consequences": word("Consequence"),
            "register.measures": word("Measure"),
            "register.step": word("Stepnote"),
            "register.notice": word("Noticetext"),
            "register.disclosure": word("Disclosed"),
            "register.invited": f"{word('invited')}@example.test",
            "register.invited_name": word("Invited"),
        },
        secrets={"secret.password": word("Password") + " and more"},
        organisation={"organisation.name": word("Organisation")},
    )


@dataclass
class Day:
    """What the day made: ids, and the browser that is still open."""

    words: Told
    system: System
    acme: Organisation
    post: MailServer
    context: BrowserContext
    page: Page
    kim: Agent
    contact_id: str = ""
    other_id: str = ""
    call_ids: list[str] = field(default_factory=list)
    sealed: dict[str, set[int]] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: Any = None, http: httpx.AsyncClient | None = None) -> Any:
        answer = await (http or self.acme.http).request(method, path, json=body)
        assert answer.status_code < 300, (method, path, answer.text)
        return answer.json() if answer.content else None


@asynccontextmanager
async def app_open(
    playwright: Playwright, profile: Path, microphone: Path
) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """Chromium with a profile on disk, as an agent has it."""
    write_tone(microphone, AGENT_HZ)
    flags = [*FLAGS, "--ignore-certificate-errors", f"--use-file-for-fake-audio-capture={microphone}"]
    context = await playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=shutil.which("chromium"),
        args=flags,
        ignore_https_errors=True,
        permissions=["microphone"],
        viewport={"width": 1440, "height": 900},
    )
    try:
        yield context, context.pages[0] if context.pages else await context.new_page()
    finally:
        await context.close()


async def user_there(day_words: Told, system: System, acme: Organisation) -> Agent:
    """The user whose account is deleted later, signed in on a device that says much of itself."""
    says = day_words.user
    password = day_words.secrets["secret.password"]
    wish = {"email": says["user.email"], "name": says["user.name"], "role": "agent", "password": password}
    user = await acme.post("/v1/users", wish)
    acme.members.append(user["id"])
    await acme.change_queue(members=acme.members)
    http = httpx.AsyncClient(base_url=system.base_url, verify=False, timeout=120)
    told = {name: says[f"user.{name}"] for name in ("identifier", "model", "os", "network")}
    signing = {
        "email": says["user.email"],
        "password": password,
        "device_name": says["user.device"],
        "device": {**told, "app_version": says["user.version"]},
    }
    answer = await http.post("/v1/auth/login", json=signing)
    assert answer.status_code == 200, answer.text
    http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return Agent(acme, http, user["id"], says["user.name"], says["user.email"])


async def account_filled(day: Day) -> None:
    """All that a user says of themselves, and officers of them."""
    says, kim = day.words.user, day.kim
    await day.ask("POST", "/v1/tokens", {"name": says["user.token"], "abilities": ["*"]}, kim.http)
    await day.ask("PATCH", "/v1/me", {"phone": says["user.phone"]}, kim.http)
    await day.ask("POST", "/v1/task-filters", {"name": says["user.list"], "q": says["user.looked_for"]}, kim.http)
    await day.ask("PUT", f"/v1/users/{kim.user_id}/skills", {"skills": {says["user.skill"]: 3}})
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = says["user.picture"]  # ImageDescription
    Image.new("RGB", (300, 300), "teal").save(picture, "JPEG", exif=exif)
    sent = await kim.http.post("/v1/me/picture", files={"file": ("me.jpg", picture.getvalue(), "image/jpeg")})
    assert sent.status_code == 200, sent.text
    asked = await day.ask("POST", "/v1/me/privacy-requests", {"kind": "correction", "note": "my name"}, kim.http)
    request = await day.ask("GET", f"/v1/privacy-requests/{asked['id']}")
    correct = {"step": "correct", "version": request["version"], "field": "name", "value": says["user.right_name"]}
    await day.ask("POST", f"/v1/privacy-requests/{asked['id']}/steps", {**correct, "note": says["user.why"]})
    assert (await day.acme.http.post("/v1/auth/reset", json={"email": says["user.email"]})).status_code < 300
    registers = day.words.registers
    wish = {"email": registers["register.invited"], "name": registers["register.invited_name"], "role": "agent"}
    await day.ask("POST", "/v1/invitations", wish)
    await wait_until(lambda: len(day.post.letters) >= 2, 20)
    day.post.refuses = "451 later"  # what is sent from here on waits
    changing = {"email": says["user.new_email"], "current_password": day.words.secrets["secret.password"]}
    await day.ask("PUT", "/v1/me/email", changing, kim.http)
    await wait_until(lambda: day.post.tried > len(day.post.letters), 20)


async def calls_made(day: Day, anna: Agent) -> None:
    """Calls of the caller and of another, taken in the app and by phones; a message, a missed call, a call out."""
    acme, caller, other = day.acme, day.words.caller, day.words.other
    number, name = caller["caller.number"], caller["caller.name"]
    await anna.be("paused")
    await go_available(day.page)
    call = await acme.customer(number, name).dial(acme.number, Tone(CALLER_HZ))
    await day.page.get_by_test_id("answer").click(timeout=20_000)
    await wait_until(lambda: call.heard(AGENT_HZ), 15)
    await _said_for(call, 2.5)
    call.hang_up()
    await acme.ended(1, 20)
    await day.page.get_by_test_id("tab-history").first.click()
    await day.page.get_by_test_id("search").fill(name)
    await day.page.get_by_test_id("history-row").first.click(timeout=15_000)
    await day.page.get_by_test_id("player-play").click(timeout=15_000)
    await day.kim.be("paused")
    await anna.be("available")
    for who, hz in ((number, CALLER_HZ), (other["other.number"], OTHER_HZ)):
        call = await acme.customer(who, name if who == number else other["other.name"]).dial(acme.number, Tone(hz))
        offer = await anna.rings()
        await offer.answer(COLLEAGUE_HZ)
        assert await offer.ear.hears(hz, 10)
        await _said_for(call, 2.5)
        call.hang_up()
        await anna.becomes("available", 10)
    await anna.be("paused")
    missed = await acme.customer(number, name).dial(acme.number, Tone(CALLER_HZ))
    await wait_until(acme.waiting, 15)
    await _said_for(missed, 5.5)  # shorter is not called missed
    await acme.waiting()
    missed.hang_up()
    await acme.ended(4, 20)


async def _said_for(call: Any, seconds: float) -> None:
    said = call.stream.sent
    await wait_until(lambda: call.stream.sent - said > seconds * 50, seconds + 10)


async def registers_filled(day: Day) -> None:
    """Tasks, corrections and requests of the caller; what officers write of them."""
    acme, caller, says = day.acme, day.words.caller, day.words.registers
    records = await acme.records()
    by_number = {record["number"]: record for record in records}
    mine, others = by_number[caller["caller.number"]], by_number[day.words.other["other.number"]]
    day.contact_id, day.other_id = mine["contact_id"], others["contact_id"]
    day.call_ids = [record["id"] for record in records if record["contact_id"] == day.contact_id]
    await day.ask("PUT", f"/v1/calls/{day.call_ids[0]}/note", {"text": day.words.caller["caller.note"]})
    lines = [{"text": caller["caller.task_item"]}]
    written = {"title": caller["caller.task_was"], "text": caller["caller.task_text"], "checklist": lines}
    task = await day.ask("POST", "/v1/tasks", {**written, "call_id": mine["id"]})
    await day.ask("PATCH", f"/v1/tasks/{task['id']}", {"title": caller["caller.task"]})
    await day.ask("POST", f"/v1/tasks/{task['id']}/comments", {"text": caller["caller.task_said"]})
    await day.ask("POST", "/v1/tasks", {"title": day.words.other["other.task"], "call_id": others["id"]})
    await person_written(day)
    about = {"contact_id": day.contact_id, "note": says["register.request"]}
    for name in ("caller.first_name", "caller.right_name"):
        first = await day.ask("POST", "/v1/privacy-requests", {"kind": "correction", **about})
        at = f"/v1/privacy-requests/{first['id']}/steps"
        confirm = {"step": "confirm_identity", "version": first["version"], "identity": "document"}
        proven = await day.ask("POST", at, confirm)
        correct = {"step": "correct", "version": proven["version"], "value": caller[name]}
        await day.ask("POST", at, {**correct, "note": caller["caller.why"]})
    second = await day.ask("POST", "/v1/privacy-requests", {"kind": "deletion", **about})
    extend = {"step": "extend", "version": second["version"], "note": says["register.extended"]}
    await day.ask("POST", f"/v1/privacy-requests/{second['id']}/steps", extend)
    await day.ask("POST", f"/v1/contacts/{day.contact_id}/consents", {"purpose": "crm_sync", "act": "object"})
    await incident_entered(day)
    now = mine["at"]
    entry = {"authority": "Court", "legal_basis": "Act", "reference": "1", "requested_at": now, "outcome": "given"}
    given = [{"kind": "contact", "id": day.contact_id}]
    answer = await acme.http.post(
        "/v1/disclosures", json={**entry, "given": given, "secret": True, "note": says["register.disclosure"]}
    )
    assert answer.status_code == 201, answer.text
    for kind in ("csv",):
        wish = {"kind": "calls", "format": kind, "from": now[:10], "to": now[:10]}
        export = await day.ask("POST", "/v1/exports", wish)
        folder = day.system.settings.data / "exports" / acme.tenant_id
        await wait_until(lambda: list(folder.glob(f"{export['id']}*.{kind}")), 30)  # noqa: B023
    file = await day.ask("POST", f"/v1/contacts/{day.contact_id}/export")

    async def packed() -> bool:
        return bool((await day.ask("GET", f"/v1/caller-files/{file['id']}"))["state"] == "done")

    await wait_until(packed, 120)


async def person_written(day: Day) -> None:
    """In the address book: whom nobody erases."""
    says = day.words.other
    label = says["other.label"]
    names = {name: says[f"other.{name}"] for name in ("given", "family", "patronymic", "phonetic", "company", "notes")}
    lists = {
        "numbers": [{"number": says["other.number"], "label": label}],
        "emails": [{"address": says["other.email"], "label": label}],
        "addresses": [{"text": says["other.address"], "label": label}],
        "tags": [says["other.tag"]],
        "fields": [{"name": says["other.field"], "value": says["other.value"]}],
    }
    await day.ask("POST", "/v1/people", {**names, **lists})


async def incident_entered(day: Day) -> None:
    says = day.words.registers
    opened = {"title": says["register.incident"], "what_happened": says["register.happened_once"]}
    made = await day.ask("POST", "/v1/incidents", {**opened, "kinds": ["confidentiality"]})
    at = f"/v1/incidents/{made['id']}"
    more = {"what_happened": says["register.happened"], "consequences": says["register.consequences"]}
    changed = await day.ask("PATCH", at, {"version": made["version"], **more, "measures": says["register.measures"]})
    step = {"step": "note", "version": changed["version"], "note": says["register.step"]}
    await day.ask("POST", f"{at}/steps", step)
    await day.ask("POST", f"{at}/notices", {"audience": "people", "text": says["register.notice"]})


async def signed_in_app(day: Day) -> None:
    page = day.page
    await page.goto(day.system.base_url)
    await page.get_by_test_id("sign-in-email").fill(day.kim.email)
    await page.get_by_test_id("sign-in-password").fill(day.words.secrets["secret.password"])
    await page.get_by_test_id("sign-in-submit").click()
    state, policy = page.get_by_test_id("session-state").first, page.get_by_test_id("policy-accept")
    await state.or_(policy).first.wait_for(state="attached", timeout=30_000)
    if await policy.count():
        await policy.click()
    await state.wait_for(state="attached", timeout=30_000)
    ready = "navigator.serviceWorker.getRegistration().then((one) => Boolean(one?.active))"
    await page.wait_for_function(ready, timeout=60_000)
