"""What routes ask of this room: `people: PeopleDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.people.duplicates import Duplicates
from call24.people.history import PersonHistory
from call24.people.matches import Matches
from call24.people.pictures import PersonPictures
from call24.people.service import People
from call24.people.unsure import UnsureCallers

MatchesDep = Annotated[Matches, provided(Matches)]
PeopleDep = Annotated[People, provided(People)]
DuplicatesDep = Annotated[Duplicates, provided(Duplicates)]
UnsureCallersDep = Annotated[UnsureCallers, provided(UnsureCallers)]
PersonPicturesDep = Annotated[PersonPictures, provided(PersonPictures)]
PersonHistoryDep = Annotated[PersonHistory, provided(PersonHistory)]
