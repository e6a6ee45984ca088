"""What the API answers about files of people and tasks: none, unless a test puts some there."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
USAGE = {"bytes": 0, "files": 0, "quota": 10 << 30, "largest": 100 << 20}


class FileScene:
    def __init__(self) -> None:
        self.rows: list[Json] = []
        self.usage: Json = USAGE

    def answer(self, method: str, path: str, _body: Any) -> tuple[int, Any] | None:
        if (method, path) == ("GET", "/v1/files"):
            return 200, {"items": self.rows, "next": None}
        return (200, self.usage) if path == "/v1/files/usage" else None
