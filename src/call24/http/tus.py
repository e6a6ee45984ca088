"""What OPTIONS says of tus 1.0.0 (tus.io) at the address of uploads, and its headers, for pages of other hosts."""

from __future__ import annotations

VERSION = "1.0.0"
UPLOADS = "/v1/uploads"
DISCOVERY = {
    "Tus-Resumable": VERSION,
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,termination,expiration",
}
SENT = ("Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset")
TOLD = ("Tus-Extension", "Tus-Resumable", "Tus-Version", "Upload-Expires", "Upload-Length", "Upload-Offset")
