"""What routes ask of this room: `files: FilesDep`."""

from __future__ import annotations

from typing import Annotated

from call24.files.service import Files
from call24.files.thumbnails import Thumbnails
from call24.files.uploads import Uploads
from call24.http.provided import provided

FilesDep = Annotated[Files, provided(Files)]
ThumbnailsDep = Annotated[Thumbnails, provided(Thumbnails)]
UploadsDep = Annotated[Uploads, provided(Uploads)]
