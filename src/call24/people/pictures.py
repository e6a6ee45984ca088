"""Pictures of people: drawn again, kept beside the person, and let go of.

A person names its picture by id, so that a change, a merge and their undoing treat it as any other field; lists and
searches read no picture. What comes from outside is drawn by a program of its own (identity/avatars/draw.py), one at a
time of each organisation. Whether somebody may is decided at the edge.
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
"""Of an organisation, with those that can come back, which go where there is no room."""
OWN_MAX = 2_000
"""Of these, of one user's private entries."""
AT_ONCE = 2
"""Are drawn, of different organisations."""
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
    Index(PersonPicture, ("delete_at",)),
    Index(PersonPicture, ("delete_at",), across=True),
)


class Held(msgspec.Struct, frozen=True):
    """A picture without its pixels."""

    id: PersonPictureId
    people: tuple[PersonId, ...] = ()
    were: tuple[PersonId, ...] = ()
    contact_ids: tuple[ContactId, ...] = ()


Pictures = TenantCollection[PersonPicture]

_NOBODYS = {"delete_at": {"$ne": None}, "people": []}


class _Has(msgspec.Struct, frozen=True):
    id: PersonId
    picture: PersonPictureId | None = None
    contact_ids: tuple[ContactId, ...] = ()


class PersonPictures:
    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._mongo = mongo
        self._clock = clock
        self._room = Fair(AT_ONCE, 1, WAITING_MAX)

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
        """PNG, JPEG, WebP, GIF or HEIC, drawn; to be stored with the person who has it (`add`).

        Raises: Invalid (code unusable_picture), TooMany (many of this organisation wait), Conflict (code too_many),
        Unavailable.
        """
        if not data or len(data) > UPLOAD_MAX:
            raise _unusable(f"A picture of at most {UPLOAD_MAX >> 20} MB.")
        if len(data) < UPLOAD_MIN:
            raise _unusable(_UNREADABLE)
        pictures = self._mongo.tenant(tenant_id).collection(PersonPicture)
        await _check_room(pictures, private_to)
        jpeg = await self._drawn(tenant_id, data)
        await _make_room(pictures, private_to)
        return self.made(tenant_id, private_to, jpeg)

    def made(self, tenant_id: TenantId, private_to: UserId | None, jpeg: bytes) -> PersonPicture:
        id = PersonPictureId(new_id("pic"))
        return PersonPicture(id=id, tenant_id=tenant_id, private_to=private_to, jpeg=jpeg, made_at=self._clock.now())

    async def _drawn(self, tenant_id: TenantId, data: bytes) -> bytes:
        """Raises: Invalid, TooMany."""
        async with self._room.turn(tenant_id, "Several pictures are being drawn: try again in a moment"):
            status, said = await program.run("portrait", data, program.EACH_S)
        if status == 0 and 0 < len(said) <= JPEG_MAX:
            return said
        if status == program.UNUSABLE:
            raise _unusable(said.decode())
        raise _unusable(_UNREADABLE)


def _unusable(why: str) -> Invalid:
    return Invalid(why, errors=[("file", why)], code="unusable_picture")


def _shares(private_to: UserId | None) -> list[tuple[dict[str, object], int]]:
    """What one more counts to, and how many there may be."""
    every: list[tuple[dict[str, object], int]] = [({}, PICTURES_MAX)]
    return every if private_to is None else [*every, ({"private_to": private_to}, OWN_MAX)]


async def room(pictures: Pictures, private_to: UserId | None) -> int:
    """How many more there may be, if none goes. Raises: Unavailable."""
    return min([most - await pictures.count(rule) for rule, most in _shares(private_to)])


async def _check_room(pictures: Pictures, private_to: UserId | None) -> None:
    """Raises: Conflict (code too_many) where all that count to it are somebody's."""
    for rule, most in _shares(private_to):
        full = await pictures.count(rule) >= most
        if full and not await pictures.find_parts(Held, {**rule, **_NOBODYS}, limit=1):
            raise Conflict(
                f"At most {PICTURES_MAX:,} pictures of people in an organisation, and {OWN_MAX:,} of a user's private "
                "entries: remove some first",
                code="too_many",
            )


async def _make_room(pictures: Pictures, private_to: UserId | None) -> None:
    """For one more: the oldest that nobody has go. Raises: Unavailable."""
    for rule, most in _shares(private_to):
        if (over := await pictures.count(rule) + 1 - most) > 0:
            oldest = await pictures.find_parts(Held, {**rule, **_NOBODYS}, sort=[("delete_at", 1)], limit=over)
            await pictures.delete_many({"id": {"$in": [one.id for one in oldest]}, **_NOBODYS})


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
    await pictures.delete_many({"contact_ids": {"$in": list(contact_ids)}, "people": []})
    await pictures.take_out("contact_ids", contact_ids)
