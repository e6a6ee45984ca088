"""Pictures of people: drawn anew, kept beside the person, and let go of.

A person names its picture by id, so that a change, a merge and their undoing treat it as any other field; lists and
searches read no picture. What comes from outside is drawn by a program of its own (identity/avatars/draw.py), one at a
time, each organisation in turn. Whether somebody may is decided at the edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from call24.changes.service import Writing
from call24.identity.avatars import program
from call24.kit.clock import Clock
from call24.kit.errors import Conflict, Invalid, NotFound
from call24.kit.fair import Fair
from call24.kit.ids import ContactId, PersonId, PersonPictureId, TenantId, UserId, new_id
from call24.kit.mongo import Index, Mongo
from call24.kit.mongo.collection import TenantCollection
from call24.people.model import Person
from call24.people.picture_model import PersonPicture

UPLOAD_MAX = 5 << 20
"""Bytes that are sent."""
UPLOAD_MIN = 64
"""No picture of a size that is taken has fewer: no program is started for it."""
JPEG_MAX = 64 << 10
"""Bytes that are kept of one; a usual one has 20,000."""
PICTURES_MAX = 20_000
"""Of an organisation, with those that can come back."""
WAITING_MAX = 4
"""Of one organisation, that wait to be drawn."""
EARLIER_MAX = 20
"""Of one person, that can come back: the newest, as of changes."""
KEPT_FOR = timedelta(days=30)
"""Without anybody who has it: as long as the change can be undone."""

_UNREADABLE = "It could not be read: save it again as PNG or JPEG, then send that."

INDEXES = (
    Index(PersonPicture, ("contact_ids",)),
    Index(PersonPicture, ("were",)),
    Index(PersonPicture, ("private_to",)),
    Index(PersonPicture, ("delete_at",), across=True),
)


class Held(msgspec.Struct, frozen=True):
    """A picture without its pixels."""

    id: PersonPictureId
    people: tuple[PersonId, ...] = ()
    were: tuple[PersonId, ...] = ()
    contact_ids: tuple[ContactId, ...] = ()


Pictures = TenantCollection[PersonPicture]


class _Has(msgspec.Struct, frozen=True):
    id: PersonId
    picture: PersonPictureId | None = None
    contact_ids: tuple[ContactId, ...] = ()


class PersonPictures:
    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._mongo = mongo
        self._clock = clock
        self._room = Fair(1, 1, WAITING_MAX)

    async def get(self, person: Person) -> PersonPicture:
        """Raises: NotFound where there is none, Unavailable."""
        if person.picture is None:
            raise NotFound
        return await self._mongo.tenant(person.tenant_id).collection(PersonPicture).get(person.picture)

    async def has(self, person: Person, jpeg: bytes) -> bool:
        """Whether it is the person's picture already. Raises: Unavailable."""
        return any(one.jpeg == jpeg for one in (await self.some(person.tenant_id, [person])).values())

    async def some(self, tenant_id: TenantId, people: Sequence[Person]) -> dict[PersonPictureId, PersonPicture]:
        """The pictures of these people, by id. Raises: Unavailable."""
        ids = [one.picture for one in people if one.picture is not None]
        pictures = self._mongo.tenant(tenant_id).collection(PersonPicture)
        return {one.id: one for one in await pictures.find({"id": {"$in": ids}})} if ids else {}

    async def new(self, tenant_id: TenantId, private_to: UserId | None, data: bytes) -> PersonPicture:
        """PNG, JPEG, WebP or HEIC, drawn; to be stored with the person who has it (`add`).

        Raises: Invalid (code unusable_picture), TooMany (many of this organisation wait), Conflict (code too_many),
        Unavailable.
        """
        if not data or len(data) > UPLOAD_MAX:
            raise _unusable(f"A picture of at most {UPLOAD_MAX >> 20} MB.")
        if len(data) < UPLOAD_MIN:
            raise _unusable(_UNREADABLE)
        if await self._mongo.tenant(tenant_id).collection(PersonPicture).count() >= PICTURES_MAX:
            raise Conflict(
                f"At most {PICTURES_MAX:,} pictures of people, with those that can come back for 30 days: "
                "take some away first",
                code="too_many",
            )
        return self.made(tenant_id, private_to, await self._drawn(tenant_id, data))

    def made(self, tenant_id: TenantId, private_to: UserId | None, jpeg: bytes) -> PersonPicture:
        id = PersonPictureId(new_id("pic"))
        return PersonPicture(id=id, tenant_id=tenant_id, private_to=private_to, jpeg=jpeg, made_at=self._clock.now())

    async def _drawn(self, tenant_id: TenantId, data: bytes) -> bytes:
        """Raises: Invalid, TooMany."""
        async with self._room.turn(tenant_id, "Several pictures are being drawn: try again in a moment"):
            status, said = await program.run("portrait", data)
        if status == 0 and 0 < len(said) <= JPEG_MAX:
            return said
        if status == program.UNUSABLE:
            raise _unusable(said.decode())
        raise _unusable(_UNREADABLE)


def _unusable(why: str) -> Invalid:
    return Invalid(why, errors=[("file", why)], code="unusable_picture")


async def add(writing: Writing, picture: PersonPicture | None) -> None:
    """Before the person who has it is written: that names them. Raises: Unavailable."""
    if picture is not None:
        await writing.collection(PersonPicture).insert(picture)


async def settle(writing: Writing, people: Sequence[Person]) -> None:
    """Who has which picture, after these people were written, as they were and as they are: a picture that nobody has
    any more goes in 30 days, and one that somebody has again stays. Raises: Unavailable."""
    wanted = {one.picture for one in people if one.picture is not None}
    if not wanted:
        return
    ids = {one.id for one in people}
    stored = await writing.collection(Person).find_parts(_Has, {"id": {"$in": sorted(ids)}})
    pictures = writing.collection(PersonPicture)
    for picture in await pictures.find_parts(Held, {"id": {"$in": sorted(wanted)}}):
        has = [one for one in stored if one.picture == picture.id]
        after = Held(
            id=picture.id,
            people=tuple(sorted((set(picture.people) - ids) | {one.id for one in has})),
            were=tuple(sorted({*picture.were, *(one.id for one in has)})),
            contact_ids=tuple(sorted({*picture.contact_ids, *(id for one in has for id in one.contact_ids)})),
        )
        if after != picture:
            fields = {name: getattr(after, name) for name in ("people", "were", "contact_ids")}
            await pictures.update(picture.id, {**fields, "delete_at": None if after.people else writing.at + KEPT_FOR})
        if not after.people:
            await _trim(pictures, picture.were)


async def _trim(pictures: Pictures, were: Sequence[PersonId]) -> None:
    rule = {"were": {"$in": list(were)}, "people": []}
    earlier = await pictures.find_parts(Held, rule, sort=[("delete_at", -1), ("id", -1)], limit=2 * EARLIER_MAX)
    if over := [one.id for one in earlier[EARLIER_MAX:]]:
        await pictures.delete_many({"id": {"$in": over}})


async def forget(pictures: Pictures, ids: Sequence[PersonId]) -> None:
    """What these people have or had, and nobody else has now. Raises: Unavailable."""
    await pictures.delete_many({"were": {"$in": list(ids)}, "people": []})


async def forget_numbers(pictures: Pictures, contact_ids: Sequence[ContactId]) -> None:
    """These numbers are erased: pictures of who had them go, but those that somebody else has. Raises: Unavailable."""
    gone = set(contact_ids)
    await pictures.delete_many({"contact_ids": {"$in": list(gone)}, "people": []})
    left = await pictures.find_parts(Held, {"contact_ids": {"$in": list(gone)}})
    await pictures.update_each(
        {one.id: {"contact_ids": tuple(id for id in one.contact_ids if id not in gone)} for one in left}
    )
