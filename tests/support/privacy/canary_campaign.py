"""The canary campaign, in a network of its own (alone.py): a day with a word in each personal field, a look everywhere,
erasure, a look everywhere, an old copy of the data folder, a look everywhere, the organisation's closing, a last look.

`python -m tests.support.product.alone tests.support.privacy.canary_campaign FILE` writes what was found to FILE, as
JSON; `tests/campaigns/test_canaries.py` says what may be found. About six minutes. Needs root.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import async_playwright
from pymongo import MongoClient
from tests.support.http.mail import MailServer, mail_server
from tests.support.privacy import canary_places as places
from tests.support.privacy.canary_day import (
    CANNOT,
    TONES,
    Day,
    Told,
    account_filled,
    app_open,
    calls_made,
    made_up,
    registers_filled,
    signed_in_app,
    user_there,
)
from tests.support.privacy.looking import Words, tones_in
from tests.support.privacy.passing import Passing
from tests.support.product import up_with
from tests.support.product.alone import name_server
from tests.support.product.canaries import undeclared
from tests.support.product.system import System, running_system
from tests.support.wait import wait_until

from call24.data_map import Category, documents
from call24.kit.errors import NotFound
from call24.kit.ids import TenantId
from call24.kit.mongo import Mongo
from call24.kit.secrets import AppKey
from call24.kit.settings import DATABASE, Settings
from call24.recordings import encrypted_file
from call24.recordings.keys import RecordingKeys
from call24.testphones.tone import samples_to_ulaw, tone_samples

CARRIER_AT = "45.45.45.30"
SURELY_MB, CHANGES_MB = 200, 600
"""Of changes: fewer than MongoDB's list of changes holds, and the most that are tried."""


def told(found: places.Found) -> dict[str, list[str]]:
    return {place: sorted(labels) for place, labels in sorted(found.items())}


class Campaign:
    """`base`: the folder in which all of it runs; `said`: what was found, as it is written down."""

    def __init__(self, base: Path, target: Path) -> None:
        self.target = target
        self.base, self.profile = base, base / "profile"
        self.old = base.with_name(base.name + ".old")
        mark = secrets.token_hex(4)
        self.words: Told = made_up(mark)
        self.all = Words(self.words.all, mark)
        self.said: dict[str, Any] = {"began": datetime.now(UTC).isoformat(timespec="seconds"), "looks": {}}
        self.passing = Passing()
        self.since = base.with_name(base.name + ".since")
        self._clock = time.monotonic()

    def note(self, what: str) -> None:
        sys.stderr.write(f"{time.monotonic() - self._clock:6.1f} s  {what}\n")
        sys.stderr.flush()

    def write(self) -> None:
        self.said["took_s"] = round(time.monotonic() - self._clock)
        self.target.write_text(json.dumps(self.said, indent=1, sort_keys=True, ensure_ascii=False) + "\n")

    def leaves_out(self, name: str) -> bool:
        """Whether this part is not wanted: only those named in CALL24_CANARY_PARTS are, with commas; none: all."""
        wanted = os.environ.get("CALL24_CANARY_PARTS", "")
        return wanted != "" and name not in wanted.split(",")

    async def look(self, name: str, system: System, post: MailServer, page: Any = None) -> dict[str, Any]:
        """Everywhere but in packets; what is written down."""
        if self.leaves_out(name):
            return {}
        self.note(f"look: {name}")
        settings, words = system.settings, self.all
        found = await asyncio.to_thread(self._look, settings)
        found["mail"] = self._mail(post)
        if page is not None:
            found["browser"] = told(await places.browser(page, words))
        await self._pages(system, found)
        self.said["looks"][name] = found
        self.write()
        return found

    def _look(self, settings: Settings) -> dict[str, Any]:
        words = self.all
        documents, files = places.documents(settings, words), places.data_files(settings, words)
        inside = {*map(str, (self.profile.relative_to(self.base),)), str(settings.data.relative_to(self.base))}
        self.note("documents and files were looked at")
        found = {
            "documents": told(documents),
            "files": told(files),
            "undeclared": undeclared(
                place
                for found in (documents, files)
                for place, labels in found.items()
                if labels - self.words.organisation.keys()
            ),
            "beside": told(places.elsewhere(self.base, words, inside)),
            "disk": told(places.disk(self.since, words, [self.base, self.old])),
            "processes": told(places.processes(self.base, words)),
            "sounding": {path: sorted(there) for path, there in places.sounding(settings, TONES).items()},
            "profile": told(places.profile(self.profile, words)),
            "oplog": places.oplog(settings, words),
        }
        self.note("the rest was looked at")
        return found

    def _mail(self, post: MailServer) -> dict[str, list[str]]:
        """Words in letters, by whom they went to: an owner, the user, who was invited."""
        names = {self.words.user["user.email"]: "the user", self.words.user["user.new_email"]: "the user"}
        names[self.words.registers["register.invited"]] = "who was invited"
        found: places.Found = {}
        for letter in post.letters:
            labels = self.all.inside(letter.as_bytes() + letter.get_content().encode())
            found.setdefault(names.get(str(letter["To"]), "an owner"), set()).update(labels)
        return told({whom: labels for whom, labels in found.items() if labels})

    async def _pages(self, system: System, found: dict[str, Any]) -> None:
        """What anybody may read."""
        async with httpx.AsyncClient(base_url=system.base_url, verify=False, timeout=120) as http:
            for path in ("/health", "/health/ready", "/trust", "/metrics", "/openapi.json"):
                answer = await http.get(path)
                if labels := self.all.inside(answer.content):
                    found.setdefault("public pages", {})[path] = sorted(labels)


# --- what is asked beside words ---


async def sealed_sounds(settings: Settings, tenant_id: str, folder: Path) -> dict[str, Any]:
    """Tones in each sealed recording of a folder that the keys which are left open; how many they do not open."""
    mongo = Mongo(settings.mongodb_uri(), DATABASE)
    opened: dict[str, list[int]] = {}
    shut = 0
    try:
        keys = RecordingKeys(mongo, AppKey.load(settings.data))
        for path in await asyncio.to_thread(_files_in, folder):
            try:
                header = encrypted_file.read_header(path)
                key = await keys.get(TenantId(tenant_id), header.key_id)
                reader = encrypted_file.EncryptedReader(path, header, key, f"{tenant_id}/{path.stem}")
                sound = b"".join(reader.frame(number) for number in range(header.frames))
                reader.close()
            except NotFound:
                shut += 1
                continue
            opened[path.stem] = sorted(tones_in(sound, TONES))
    finally:
        await mongo.close()
    return {"opened": sorted(opened.values()), "shut": shut}


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def filled(documents_found: Mapping[str, Any]) -> dict[str, list[str]]:
    """Personal fields that no word was found in and that say no reason; reasons of fields in which one was."""
    fields = {
        f"{document.collection}: {path}"
        for document in documents()
        for path, fact in document.facts.items()
        if fact.personal and fact.category is not Category.ID and not document.collection.startswith("test_")
    }
    there = {place for place in fields if any(_at(place, one) for one in documents_found)}
    return {
        "fields": sorted(there),
        "without": sorted(fields - there - set(CANNOT)),
        "in_vain": sorted(there & set(CANNOT)),
        "unknown": sorted(set(CANNOT) - fields),
    }


def _at(place: str, found: str) -> bool:
    return found == place or found.startswith(f"{place}.")


async def in_raw_files(campaign: Campaign, system: System) -> None:
    """What is left in MongoDB's own files of words that no document has: at once, after `compact`, after so many other
    changes that its list of changes has none of them."""
    settings, words = system.settings, campaign.all.of({*campaign.words.caller, *campaign.words.user})
    steps: dict[str, Any] = {}
    campaign.said["raw after"] = steps

    async def looked(name: str) -> None:
        campaign.note(f"raw files: {name}")
        steps[name] = told(await asyncio.to_thread(places.raw_database, settings, words))

    with MongoClient[dict[str, Any]](settings.mongodb_admin_uri()) as client:
        await asyncio.to_thread(client.admin.command, "fsync")
        await looked("after a checkpoint")
        await asyncio.to_thread(compacted, client)
        await looked("after compact")
        steps["megabytes until the list of changes has none"] = await asyncio.to_thread(
            other_changes, client, settings, words
        )
        await looked("after other changes")


def compacted(client: MongoClient[dict[str, Any]]) -> None:
    for base in set(client.list_database_names()) - {"admin", "config"}:
        for name in client[base].list_collection_names():
            with contextlib.suppress(Exception):  # views, and what MongoDB does not let be compacted
                client[base].command("compact", name, force=True)
    for _ in range(2):  # a block that was freed is used again only after the checkpoint that follows
        client.admin.command("fsync")


def other_changes(client: MongoClient[dict[str, Any]], settings: Settings, words: Words) -> int | None:
    """Changes of a collection that goes again, until MongoDB's list of changes has no word any more: how many MB.

    None: not within CHANGES_MB.
    """
    filler, written = client["canary_filler"]["one"], 0
    while written < CHANGES_MB and places.oplog(settings, words):
        for _ in range(20 if written < SURELY_MB else 4):
            filler.insert_many([{"of": os.urandom(1 << 19)} for _ in range(10)])
            written += 5
        client.admin.command("fsync")  # it is cut off only up to a checkpoint
        time.sleep(1)
    client.drop_database("canary_filler")
    client.admin.command("fsync")
    return written if written < CHANGES_MB else None


# --- the old copy ---


def started(system: System) -> None:
    """A machine that does much else may take longer than `./call24 up` waits: once more then."""
    try:
        system.start()
    except AssertionError:
        system.stop()
        system.start()


def copied_cold(campaign: Campaign, system: System) -> None:
    system.stop()
    shutil.rmtree(campaign.old, ignore_errors=True)
    subprocess.run(["cp", "-a", str(system.settings.data), str(campaign.old)], check=True)
    started(system)


def put_back(campaign: Campaign, system: System, words: Words) -> dict[str, Any]:
    """The old copy in place of the data folder, with the register of today, as operators are told to keep it.

    What documents have at the moment at which the port answers for the first time.
    """
    settings = system.settings
    system.stop()
    kept = campaign.old.with_name(campaign.old.name + ".register")
    shutil.rmtree(kept, ignore_errors=True)
    register = settings.erasure_register.parent
    shutil.copytree(register, kept)
    shutil.rmtree(settings.data)
    subprocess.run(["cp", "-a", str(campaign.old), str(settings.data)], check=True)
    before = told(places.data_files(settings, words))
    shutil.rmtree(register, ignore_errors=True)
    shutil.copytree(kept, register)
    shutil.rmtree(kept)
    seen: dict[str, Any] = {"files of the copy": before}
    watching = threading.Thread(target=_at_first_answer, args=(settings, words, seen))
    watching.start()
    started(system)
    watching.join()
    return seen


def _at_first_answer(settings: Settings, words: Words, seen: dict[str, Any]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", settings.http_port), 0.2):
            seen["documents when the port opens"] = told(places.documents(settings, words))
            return
        time.sleep(0.01)


async def closed(day: Day) -> None:
    """The organisation: as its owner does it, and its days are over (the date of the document is moved)."""
    name = day.words.organisation["organisation.name"]
    await day.ask("POST", "/v1/organisation/closing", {"name": name})
    with MongoClient[dict[str, Any]](day.system.settings.mongodb_uri()) as client:
        closings = client[DATABASE]["closings"]
        ends = datetime.now(UTC) - timedelta(seconds=1)
        closings.update_one({"_id": day.acme.tenant_id}, {"$set": {"ends_at": ends, "reminded_at": ends}})
        await wait_until(lambda: client[DATABASE]["tenants"].find_one({"_id": day.acme.tenant_id}) is None, 180)
        await wait_until(lambda: closings.find_one({"_id": day.acme.tenant_id}) is None, 60)


# --- seeds: the same looks go red ---


def seeded(campaign: Campaign, system: System, day: Day) -> dict[str, Any]:
    """A word where none may be, put there by hand, one place after the other: where each look finds it."""
    settings, word = system.settings, campaign.words.caller["caller.name"]
    found: dict[str, Any] = {}

    def put(name: str, file: Path, content: bytes, look: Callable[[], dict[str, Any]]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        was = file.read_bytes() if file.exists() else None
        file.write_bytes((was or b"") + content)
        found[name] = sorted(look())
        file.unlink() if was is None else file.write_bytes(was)

    words = campaign.all.of({"caller.name"})
    put("a log", settings.log / "server.log", f" {word} rang\n".encode(), lambda: places.data_files(settings, words))
    packed = gzip.compress(f"{word} rang".encode())
    put("a log that was packed", settings.log / "server.log.gz", packed, lambda: places.data_files(settings, words))
    wide = word.encode("utf-16-le")
    put("the profile", campaign.profile / "Default" / "seed", wide, lambda: places.profile(campaign.profile, words))
    tone = _tone(TONES[0])
    spool = settings.data / "asterisk/var/spool/recording" / day.acme.tenant_id / "seed.sln"
    put("sound in the spool", spool, tone, lambda: places.sounding(settings, TONES))
    disk = Path(tempfile.gettempdir()).parent / f"seed-{os.getpid()}"
    put("the disk", disk, word.encode(), lambda: places.disk(campaign.since, words, [campaign.base, campaign.old]))
    with MongoClient[dict[str, Any]](settings.mongodb_uri()) as client:
        another = client[DATABASE]["tasks"].find_one() or {}
        client[DATABASE]["tasks"].insert_one({**another, "_id": "tsk_seed", "title": word})
        found["a document"] = sorted(places.documents(settings, words))
        client[DATABASE]["tasks"].delete_one({"_id": "tsk_seed"})
    return found


def seeded_packets(campaign: Campaign, settings: Settings, mail_port: int) -> dict[str, Any]:
    word = campaign.words.caller["caller.name"]
    passing = Passing()
    with passing.recording(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind(("127.0.0.1", settings.rtp_ports[1]))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(f"who is {word}".encode(), ("46.46.46.46", 514))
        sound = samples_to_ulaw(tone_samples(TONES[0], 1.0))
        for number in range(50):
            head = bytes([0x80, 0]) + number.to_bytes(2, "big") + bytes(4) + b"SEED"
            out.sendto(head + sound[number * 160 :][:160], ("127.0.0.1", settings.rtp_ports[1] - 2))
        time.sleep(0.5)
    return {
        "words": told(places.packets(passing, campaign.all, settings, mail_port, CARRIER_AT)),
        "tones": {way: sorted(there) for way, there in places.heard(passing, TONES, settings, CARRIER_AT).items()},
    }


def _tone(hz: int) -> bytes:
    return bytes(tone_samples(hz, 2.0).tobytes())


# --- the whole ---


async def day_of(campaign: Campaign, system: System, post: MailServer, day: Day) -> None:
    await signed_in_app(day)
    anna = await day.acme.agent("Anna Agent")
    await calls_made(day, anna)
    campaign.note("calls were made")
    await registers_filled(day)
    campaign.note("registers are filled")
    await account_filled(day)
    campaign.note("the account is filled")


async def erased(campaign: Campaign, day: Day) -> None:
    await day.ask("POST", f"/v1/contacts/{day.contact_id}/erase", {"reason": "asked"})
    await day.ask("POST", f"/v1/users/{day.kim.user_id}/delete", {"reason": "left"})
    await day.page.get_by_test_id("sign-in-email").wait_for(timeout=30_000)
    day.post.refuses = ""


async def main(target: Path) -> None:
    base = Path(tempfile.mkdtemp(prefix="cn-"))
    os.environ["TMPDIR"] = tempfile.tempdir = str(base)
    campaign = Campaign(base, target)
    campaign.since.touch()
    try:
        await run(campaign)
    finally:
        campaign.write()
        if "CALL24_TEST_KEEP" not in os.environ:
            for folder in (base, campaign.old):
                shutil.rmtree(folder, ignore_errors=True)
            campaign.since.unlink(missing_ok=True)


async def run(campaign: Campaign) -> None:
    said, words = campaign.said, campaign.words
    async with mail_server() as post, async_playwright() as playwright:
        os.environ["CALL24_TEST_WORDS"] = json.dumps(["--smtp", f"smtp://127.0.0.1:{post.port}"])
        with name_server({}), running_system(program=up_with.__name__) as system:
            campaign.note("the installation runs")
            async with system.organisation(words.organisation["organisation.name"], address=CARRIER_AT) as acme:
                microphone = campaign.base / "microphone.wav"
                kim = await user_there(words, system, acme)
                async with app_open(playwright, campaign.profile, microphone) as (context, page):
                    acme.http.timeout = kim.http.timeout  # searching takes both cores
                    day = Day(words, system, acme, post, context, page, kim)
                    with campaign.passing.recording():
                        await day_of(campaign, system, post, day)
                    before = await campaign.look("before", system, post, page)
                    if before:
                        said["fields"] = filled(before["documents"])
                    folder = system.settings.recordings / acme.tenant_id
                    said["sealed before"] = await sealed_sounds(system.settings, acme.tenant_id, folder)
                    said["packets"] = packets_of(campaign, system.settings, post.port)
                    said["raw before"] = told(places.raw_database(system.settings, campaign.all))
                    await asyncio.to_thread(copied_cold, campaign, system)
                    campaign.note("a cold copy was made")
                    erasing = campaign.passing = Passing()
                    with erasing.recording():
                        await erased(campaign, day)
                    said["packets of the erasure"] = packets_of(campaign, system.settings, post.port)
                    await campaign.look("after", system, post, page)
                    said["sealed after"] = await sealed_sounds(system.settings, acme.tenant_id, folder)
                    said["old sealed files, while the organisation's key is there"] = await sealed_sounds(
                        system.settings, acme.tenant_id, campaign.old / "recordings" / acme.tenant_id
                    )
                said["profile when the browser was closed"] = told(places.profile(campaign.profile, campaign.all))
                if not campaign.leaves_out("seeds"):
                    said["seeds"] = seeded(campaign, system, day)
                said.setdefault("seeds", {})["packets"] = seeded_packets(campaign, system.settings, post.port)
                campaign.write()
                await in_raw_files(campaign, system)
                campaign.write()
                old = await asyncio.to_thread(put_back, campaign, system, campaign.all)
                said["old copy"] = old
                await campaign.look("after the old copy", system, post)
                said["sealed after the old copy"] = await sealed_sounds(system.settings, acme.tenant_id, folder)
                await closed(day)
                await campaign.look("after the closing", system, post)
                said["old sealed files, after the closing"] = await sealed_sounds(
                    system.settings, acme.tenant_id, campaign.old / "recordings" / acme.tenant_id
                )


def packets_of(campaign: Campaign, settings: Settings, mail_port: int) -> dict[str, Any]:
    passing = campaign.passing
    return {
        "packets": passing.packets,
        "lost": passing.lost,
        "words": told(places.packets(passing, campaign.all, settings, mail_port, CARRIER_AT)),
        "tones": {way: sorted(there) for way, there in places.heard(passing, TONES, settings, CARRIER_AT).items()},
    }


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
