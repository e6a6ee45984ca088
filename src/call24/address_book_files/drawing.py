"""Draws the pictures of an import's rows again, in a program of its own, within a time: an import never waits for long.

What is not drawn in that time, or cannot be, is left out; the people are imported all the same.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from call24.address_book_files.model import AddressBookImport
from call24.address_book_files.reading import Checked
from call24.identity.avatars.program import Portraits
from call24.kit.clock import Clock
from call24.kit.ids import PersonPictureId, new_id
from call24.people.model import Person
from call24.people.picture_model import PersonPicture
from call24.people.pictures import JPEG_MAX, UPLOAD_MIN

DRAWING_S = 120.0
"""Of one import, together; after kill -9 it begins again."""


class Drawing:
    """`room`: how many more pictures the organisation may have. `close` it."""

    def __init__(self, clock: Clock, room: int) -> None:
        self._clock = clock
        self._room = room
        self._left_s = DRAWING_S
        self._program = Portraits()

    async def of(self, wish: AddressBookImport, rows: Sequence[Checked]) -> dict[int, PersonPicture]:
        """By row."""
        made: dict[int, PersonPicture] = {}
        for row in rows:
            if row.photo is None or len(row.photo) < UPLOAD_MIN or self._room <= 0 or self._left_s <= 0:
                continue
            begun = time.monotonic()
            jpeg = await self._program.draw(row.photo)
            self._left_s -= time.monotonic() - begun
            if jpeg is not None and len(jpeg) <= JPEG_MAX:
                self._room -= 1
                made[row.row] = PersonPicture(
                    id=PersonPictureId(new_id("pic")),
                    tenant_id=wish.tenant_id,
                    private_to=wish.private_to,
                    jpeg=jpeg,
                    made_at=self._clock.now(),
                )
        return made

    async def close(self) -> None:
        await self._program.close()


def having(picture: PersonPicture, person: Person) -> PersonPicture:
    """As it is where this person is new, and has it."""
    its = (person.id,)
    return msgspec.structs.replace(picture, people=its, were=its, contact_ids=person.contact_ids)
