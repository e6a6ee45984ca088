"""What routes ask of this room: `books: CardBooksDep`, `passwords: AppPasswordsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.carddav.passwords import AppPasswords
from call24.carddav.service import CardBooks
from call24.carddav.writing import CardWriter
from call24.http.provided import provided

CardWriterDep = Annotated[CardWriter, provided(CardWriter)]
CardBooksDep = Annotated[CardBooks, provided(CardBooks)]
AppPasswordsDep = Annotated[AppPasswords, provided(AppPasswords)]
