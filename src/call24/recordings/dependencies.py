"""What routes ask of this room: `service: PlaybacksDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.recordings.playbacks import Listenings
from call24.recordings.service import Recordings

PlaybacksDep = Annotated[Listenings, provided(Listenings)]
RecordingsDep = Annotated[Recordings, provided(Recordings)]
