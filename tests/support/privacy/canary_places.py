"""Where words and tones are now: in documents, files, on the disk, in packets, in mail, in the browser, of processes.

Each look answers place -> labels of the words that are there. What may be where is said by the data map alone
(`undeclared` in `product/canaries.py`), and for what passes by `CLEAR`.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from playwright.async_api import Page
from pymongo import MongoClient
from tests.support.privacy.looking import Words, files_of, from_ulaw, tones_in, tones_of
from tests.support.privacy.passing import Flow, Passing
from tests.support.product.canaries import _leaves
from tests.support.product.stack import CHECKOUT

from call24.data_map import Files
from call24.kit.settings import DATABASE, Settings
from call24.server.rooms import HOLDINGS

Found = dict[str, set[str]]
PROGRAMS = ("asterisk/root", "asterisk/apt", "asterisk/var/data", "cache", "mongodb/db")
"""Below the data folder: what was fetched, and MongoDB's own, which is looked at for itself."""


def documents(settings: Settings, words: Words) -> Found:
    """In every database but `local`, as `collection: dotted.field`."""
    found: Found = defaultdict(set)
    with MongoClient[dict[str, Any]](settings.mongodb_admin_uri()) as client:
        for base in set(client.list_database_names()) - {"local"}:
            for name in client[base].list_collection_names():
                if name.startswith("system."):
                    continue
                for document in client[base][name].find():
                    for path, value in _leaves(document, ""):
                        content = bytes(value) if isinstance(value, bytes) else str(value).encode()
                        for label in words.inside(content):
                            place = f"{name}: {path}" if base == DATABASE else f"{base}.{name}: {path}"
                            found[place].add(label)
    return dict(found)


def oplog(settings: Settings, words: Words) -> dict[str, int]:
    """Label -> how many entries of MongoDB's own list of changes have the word."""
    counts: dict[str, int] = defaultdict(int)
    with MongoClient[dict[str, Any]](settings.mongodb_admin_uri()) as client:
        for entry in client["local"]["oplog.rs"].find({"ns": {"$not": {"$regex": "^canary_filler"}}}):
            for label in words.inside(str(entry).encode()):
                counts[label] += 1
    return dict(counts)


def raw_database(settings: Settings, words: Words) -> Found:
    """Bytes of MongoDB's files, by what they are: a collection or index by name, its journal, its list of changes."""
    names = _names_of_files(settings)
    found: Found = defaultdict(set)
    for path, content in files_of(settings.data / "mongodb" / "db"):
        if labels := words.inside(content):
            kind = "journal" if path.startswith("journal/") else names.get(path.removesuffix(".wt"), path)
            found[kind] |= labels
    return dict(found)


def _names_of_files(settings: Settings) -> dict[str, str]:
    """A file of WiredTiger -> the collection, or the index, that it holds; none where mongod does not run."""
    named: dict[str, str] = {}
    with (
        contextlib.suppress(Exception),
        MongoClient[dict[str, Any]](settings.mongodb_admin_uri(), serverSelectionTimeoutMS=2000) as client,
    ):
        for base in client.list_database_names():
            for name in client[base].list_collection_names():
                told = client[base].command("collStats", name)
                label = name if base == DATABASE else f"{base}.{name}"
                if "wiredTiger" in told:
                    named[told["wiredTiger"]["uri"].rpartition(":")[2]] = label
                for index, one in told.get("indexDetails", {}).items():
                    named[one["uri"].rpartition(":")[2]] = f"{label}, index {index}"
    return named


def data_files(settings: Settings, words: Words) -> Found:
    found = {}
    for path, content in files_of(settings.data, PROGRAMS):
        if labels := words.inside(content):
            found[path] = labels
    return found


def sounding(settings: Settings, tones: Collection[int]) -> dict[str, set[int]]:
    """File -> tones that lie in it in the clear; MongoDB's own files too."""
    found = {}
    for path, content in files_of(settings.data, [one for one in PROGRAMS if one != "mongodb/db"]):
        if there := tones_in(content, tones):
            found[path] = there
    return found


def elsewhere(root: Path, words: Words, but: Iterable[str]) -> Found:
    """Files below the campaign's own folder: what was printed, what programs put beside, temporary files."""
    found = {}
    for path, content in files_of(root, but):
        if labels := words.inside(content):
            found[path] = labels
    return found


def disk(since: Path, words: Words, but: Collection[Path]) -> Found:
    """Every file of this machine that was changed since a file was, but for those below some folders.

    Other programs' files are read too: words are nobody else's. Not: other disks, what the kernel shows, installations
    of other tests, and checkouts beside this one.
    """
    beside = [one for one in CHECKOUT.parent.iterdir() if one != CHECKOUT and (one / "src" / "call24").exists()]
    others = ("/proc", "/sys", "/tmp/c24-*", "/tmp/pytest-of-*", str(CHECKOUT / ".git"), *map(str, beside))
    pruned = [word for path in (*others, *map(str, but)) for word in ("-path", path, "-prune", "-o")]
    words_ = ["find", "/", "-xdev", *pruned, "-type", "f", "-newer", str(since), "-print0"]
    listed = subprocess.run(words_, capture_output=True).stdout.split(b"\0")
    found = {}
    for name in filter(None, listed):
        with contextlib.suppress(OSError):
            path = Path(os.fsdecode(name))
            if path.stat().st_size < 1 << 28 and (labels := words.inside(path.read_bytes())):
                found[str(path)] = labels
    return found


def processes(root: Path, words: Words) -> Found:
    """Of each process that has the folder in its words, or works in it: words, environment, and open files that have no
    name any more; not what it shares of its memory."""
    found: Found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            told = (process / "cmdline").read_bytes()
            home = str((process / "cwd").readlink())
            if str(root).encode() not in told and not home.startswith(str(root)):
                continue
            name = f"{told.split(bytes(1))[0].decode(errors='replace').rpartition('/')[2]}"
            parts = {"words": told, "environment": (process / "environ").read_bytes()}
            for one in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    leads = str(one.readlink())
                    if leads.endswith("(deleted)") and not leads.startswith(("/memfd:", "/dev/shm/", "/dev/zero")):
                        parts[f"open file without a name: {leads}"] = one.read_bytes()
            for part, content in parts.items():
                if labels := words.inside(content):
                    found.setdefault(f"{name}: {part}", set()).update(labels)
    return found


# --- what passes ---


def services(settings: Settings, mail_port: int, carrier: str) -> dict[int, str]:
    return {
        settings.http_port: "https",
        settings.wss_port: "phones (WSS)",
        settings.sip_tls_port: "trunks by TLS",
        settings.sip_port: "trunks in the clear",
        settings.ari_port: "Asterisk's control interface",
        settings.mongodb_port: "MongoDB",
        mail_port: "the mail server",
    }


CLEAR = {
    "MongoDB": "between programs of this machine",
    "Asterisk's control interface": "between programs of this machine",
    "the mail server": "a mail server on this machine is spoken to in the clear; another only by TLS",
    "trunks in the clear": "the organisation chose a trunk without TLS and SRTP",
}
"""Services whose packets may have words in the clear, and why."""


def service_of(flow: Flow, known: Mapping[int, str], settings: Settings, carrier: str) -> str:
    for port in flow.ports:
        if port in known:
            return known[port]
    if carrier in (flow.source, flow.target):
        return "trunks in the clear"
    first, last = settings.rtp_ports
    if flow.kind == "udp" and any(first <= port <= last for port in flow.ports):
        return "phones (media)"
    return f"other: {flow.kind} {min(flow.ports)}"


def packets(passing: Passing, words: Words, settings: Settings, mail_port: int, carrier: str) -> Found:
    """Service -> words in the clear. One between this machine's programs that goes elsewhere is another service."""
    known, found = services(settings, mail_port, carrier), Found()
    for flow, content in list(passing.bytes.items()):
        if labels := words.inside(bytes(content)):
            name = service_of(flow, known, settings, carrier)
            inside = flow.inside or name not in CLEAR or name == "trunks in the clear"
            found.setdefault(name if inside else f"{name}, on its way elsewhere", set()).update(labels)
    return found


def heard(passing: Passing, tones: Collection[int], settings: Settings, carrier: str) -> dict[str, set[int]]:
    """Way -> tones that anybody on it would hear."""
    found: dict[str, set[int]] = {}
    for (flow, _), sound in list(passing.rtp.items()):
        if there := tones_of(from_ulaw(bytes(sound)), tones):
            found.setdefault(service_of(flow, {}, settings, carrier), set()).update(there)
    return found


# --- the browser ---

_KEPT = """async () => {
    const said = {}
    for (const [name, store] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]])
        for (const [key, value] of Object.entries(store)) said[`${name}: ${key}`] = key + value
    for (const name of await caches.keys()) {
        const cache = await caches.open(name)
        for (const request of await cache.keys())
            said[`cache: ${name} ${new URL(request.url).pathname}`] = await (await cache.match(request)).text()
    }
    for (const {name, version} of await indexedDB.databases()) {
        const base = await new Promise((ok, no) => {
            const asked = indexedDB.open(name, version)
            asked.onsuccess = () => ok(asked.result)
            asked.onerror = () => no(asked.error)
        })
        for (const store of base.objectStoreNames) {
            const all = await new Promise((ok, no) => {
                const asked = base.transaction(store).objectStore(store).getAll()
                asked.onsuccess = () => ok(asked.result)
                asked.onerror = () => no(asked.error)
            })
            said[`indexedDB: ${name} ${store}`] = JSON.stringify(all)
        }
        base.close()
    }
    return said
}"""


async def browser(page: Page, words: Words) -> Found:
    """What the browser gives the page of all that it keeps of it."""
    said: dict[str, str] = await page.evaluate(_KEPT)
    told = {place: words.inside(text.encode()) for place, text in said.items()}
    cookies = await page.context.cookies()
    told |= {f"cookie: {one['name']}": words.inside(one["value"].encode()) for one in cookies}  # type: ignore[typeddict-item]
    return {place: labels for place, labels in told.items() if labels}


def profile(folder: Path, words: Words) -> Found:
    """Files of the browser's profile on disk."""
    found = {}
    for path, content in files_of(folder):
        if labels := words.inside(content):
            found[path] = labels
    return found


def undeclared_files(found: Iterable[str]) -> list[str]:
    """Files below the data folder that no place of the data map with a person's data holds."""
    places = [place for room in HOLDINGS for place in room.places if place.personal]
    files = [place.where for place in places if isinstance(place.where, Files)]
    return sorted(path for path in found if not any(one.holds(PurePosixPath(path)) for one in files))
