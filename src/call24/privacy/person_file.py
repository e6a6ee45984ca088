"""A person's file: all that is kept of somebody with an account, as JSON in a ZIP, with a list of what it holds.

What opens an account (passwords, keys, codes, in whatever form) is not in it; what names other people is left out of
each part (the traces of each room). Packing is done in a thread, a page at a time: calls come first.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import msgspec

from call24.data_map import DeletedWithAccount, GivenTo, Place, Subject, Trace
from call24.identity.avatars.model import Picture
from call24.identity.model import User
from call24.kit.instants import iso
from call24.people.picture_model import PersonPicture
from call24.privacy.person_store import MOST, PersonStore

_IN_MEMORY = 8 << 20
"""Bytes; the rest is in a temporary file without a name."""
_PICTURES_AT_ONCE = 50


async def person_file(
    store: PersonStore, user: User, organisation: str, now: datetime, places: Iterable[Place]
) -> SpooledTemporaryFile[bytes]:
    """The ZIP, from its beginning; close it. `places`: what is kept outside of MongoDB, which the list names. Raises:
    Unavailable."""
    packed = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)
    try:
        await _pack(packed, store, user, organisation, now, places)
        packed.seek(0)
    except BaseException:
        packed.close()
        raise
    return packed


async def _pack(
    packed: SpooledTemporaryFile[bytes],
    store: PersonStore,
    user: User,
    organisation: str,
    now: datetime,
    places: Iterable[Place],
) -> None:
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        parts = [await _part(archive, trace, store.pages(trace, user, now)) for trace in store.traces if trace.file]
        for trace in store.traces:
            if trace.struct is PersonPicture and trace.file:
                whole = dataclasses.replace(trace, part=None)
                async for rows in store.pages(whole, user, now, _PICTURES_AT_ONCE):
                    await asyncio.to_thread(_write_pictures, archive, rows)
        about = {
            "made_at": iso(now),
            "organisation": organisation,
            "user_id": user.id,
            "parts": parts,
            "left_out": {one.collection: one.untold for one in store.traces if not one.file},
            "elsewhere": [told for place in places if (told := _elsewhere(place))],
        }
        archive.writestr("manifest.json", json.dumps(about, indent=1, ensure_ascii=False))


def _elsewhere(place: Place) -> dict[str, Any]:
    """What the list says of a place that has something of users; else nothing."""
    what = [
        {"what": name, "category": fact.category, "for": fact.purpose}
        for name, fact in place.what.items()
        if fact.subject is Subject.USER
    ]
    if not what:
        return {}
    told: dict[str, Any] = {"what": what, "kept": str(place.kept)}
    if isinstance(place.where, GivenTo):
        return {"given_to": str(place.where), **told}
    ends = {"if_the_account_is_deleted": str(place.account), "left_out": place.untold}
    return {"kept_in": str(place.where), **told, **ends}


async def _part(archive: ZipFile, trace: Trace, pages: AsyncIterator[list[Any]]) -> dict[str, Any]:
    """One file of it, and what the list says of that."""
    rows: list[msgspec.Struct] = []
    name, digest, count = f"{trace.file}.json", hashlib.sha256(), 0
    goes = isinstance(trace.erase, DeletedWithAccount)
    kept_back = frozenset() if trace.part else trace.secret()
    with archive.open(name, "w") as file:
        async for rows in pages:
            text = await asyncio.to_thread(_text, rows, kept_back, first=count == 0)
            digest.update(text)
            await asyncio.to_thread(file.write, text)
            count += len(rows)
        end = b"\n]\n" if count else b"[]\n"
        digest.update(end)
        file.write(end)
    if rows and isinstance(rows[0], Picture):
        archive.writestr("picture.webp", rows[0].webp)
    return {
        "file": name,
        "kept_in": trace.collection,
        "count": count,
        "complete": count < MOST,
        "sha256": digest.hexdigest(),
        "kept_back": sorted(kept_back),
        "if_the_account_is_deleted": "goes" if goes else f"stays by an id alone: {trace.erase}",
    }


def _write_pictures(archive: ZipFile, rows: Iterable[Any]) -> None:
    for one in rows:
        archive.writestr(f"private_people_pictures/{one.id}.jpg", one.jpeg, ZIP_STORED)


def _text(rows: list[msgspec.Struct], kept_back: frozenset[str], *, first: bool) -> bytes:
    """The rows as a piece of a JSON list."""
    if not rows:
        return b""
    made: list[dict[str, Any]] = [msgspec.to_builtins(row) for row in rows]
    shown = [{key: value for key, value in row.items() if key not in kept_back} for row in made]
    return (b"[\n" if first else b",\n") + b",\n".join(msgspec.json.encode(row) for row in shown)
