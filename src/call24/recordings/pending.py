"""One small file for each recording that is not yet settled, so that a crash or an absent MongoDB loses none.

Written before the recorder starts, deleted after the document says how the recording ended. Blocking, but short.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from call24.kit.ids import RecordingId
from call24.recordings.encrypted_file import sync_folder
from call24.recordings.model import Recording


class Pending:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, recording: Recording) -> None:
        """On disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(recording.id)
        part = path.with_suffix(".part")
        with part.open("wb") as out:
            out.write(msgspec.json.encode(recording))
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
        sync_folder(self._folder)

    def get(self, recording_id: RecordingId) -> Recording | None:
        try:
            return msgspec.json.decode(self._path(recording_id).read_bytes(), type=Recording)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def drop(self, recording_id: RecordingId) -> None:
        self._path(recording_id).unlink(missing_ok=True)

    def all(self) -> list[Recording]:
        """Oldest first."""
        found = (self.get(RecordingId(path.stem)) for path in sorted(self._folder.glob("rec_*.json")))
        return [recording for recording in found if recording is not None]

    def _path(self, recording_id: RecordingId) -> Path:
        return self._folder / f"{recording_id}.json"
