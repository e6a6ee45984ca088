"""Serves the built app: pages are asked for again each time, hashed assets are kept for good."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from call24.http.pages import page

API = frozenset({"v1", "health", "broadcasting", "openapi.json", "docs", "trust", "app", "apps"})
"""First parts of paths that belong to the API; everything else is a file of the app."""

_NOT_BUILT = page(
    "The app is not built yet",
    "<p>The API is running. <code>./call24 up</code> builds the app when it starts: look there for what is wrong.</p>",
)


class WebFiles:
    """Wraps the API: GET and HEAD outside its paths are answered from `root`, or with 404 by the API itself."""

    def __init__(self, app: ASGIApp, root: Path) -> None:
        self._app = app
        self._root = root.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._answer(scope) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        await (response or self._app)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        path = scope["path"].lstrip("/")
        if path.split("/", 1)[0] in API:
            return None
        name = path or "index.html"
        file = self._file(name)
        if file is None:
            return HTMLResponse(_NOT_BUILT, 503) if name == "index.html" else None
        kept = name.startswith("assets/")
        caching = "public, max-age=31536000, immutable" if kept else "no-cache"
        return FileResponse(file, headers={"Cache-Control": caching})

    def _file(self, name: str) -> Path | None:
        if "\x00" in name or len(name) > 255 or any(part.startswith(".") for part in name.split("/")):
            return None
        file = (self._root / name).resolve()
        return file if file.is_relative_to(self._root) and file.is_file() else None
