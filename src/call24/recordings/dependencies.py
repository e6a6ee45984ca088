"""What routes ask of this room: `service: PlaybacksDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.recordings.playbacks import Playbacks
from call24.recordings.service import Recordings

PlaybacksDep = Annotated[Playbacks, provided(Playbacks)]
RecordingsDep = Annotated[Recordings, provided(Recordings)]
