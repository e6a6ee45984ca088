"""Recordings of calls and messages: taken in from Asterisk, checked, kept encrypted, served as WAV and erased.

When to record is the engine's, who may listen is http's and privacy's. Audio is never changed but for its container.
"""

from call24.recordings.audio import AudioFile
from call24.recordings.keys import RecordingKeys
from call24.recordings.model import Kind, Recording, State
from call24.recordings.service import Recordings

__all__ = ["AudioFile", "Kind", "Recording", "RecordingKeys", "Recordings", "State"]
