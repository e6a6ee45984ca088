"""An organisation's branding as the stage tells it: its tones are the product's own, its logos are drawn here."""

from __future__ import annotations

import io
from typing import Any

import msgspec
from PIL import Image, ImageDraw

from call24.branding.tones import tones

Json = dict[str, Any]
WIDTH, HEIGHT = 480, 120


def drawn(ink: tuple[int, int, int]) -> bytes:
    """A compass and a bar in place of letters, see-through around them."""
    picture = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((8, 8, 112, 112), fill=(255, 176, 0, 255))
    draw.polygon(((60, 18), (78, 60), (60, 102), (42, 60)), fill=(*ink, 255))
    for at, wide in ((136, 88), (236, 60), (308, 140)):
        draw.rounded_rectangle((at, 40, at + wide, 80), 12, fill=(*ink, 255))
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


class BrandingScene:
    def __init__(self, name: str = "Northwind") -> None:
        self.query: Json = {}
        """Of the request that is being answered."""
        self.shown: Json = {}
        self.name = name
        self.refused: str | None = None
        """Why the next logo is not taken."""
        self.set(None)

    def set(self, accent: str | None, *, logo: bool = False, dark_logo: bool = False, help_contact: str = "") -> None:
        version = self.shown.get("version", 0)
        there = {"tag": f"t{version}", "width": WIDTH, "height": HEIGHT}
        self.shown = {
            "name": self.name,
            "accent": accent,
            "tones": msgspec.to_builtins(tones(accent)) if accent else None,
            "logo": there if logo else None,
            "dark_logo": there if dark_logo else None,
            "help_contact": help_contact,
            "version": version + 1,
        }

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any] | None:
        """None for what is not its own."""
        if path == "/v1/organisation" and method == "PATCH" and "name" in body:
            self.name = self.shown["name"] = body["name"]
            return 200, {}
        if not path.startswith("/v1/branding"):
            return None
        part = path.removeprefix("/v1/branding").lstrip("/")
        if part == "tones":
            return 200, msgspec.to_builtins(tones(self.query["accent"]))
        if part in ("logo", "dark-logo"):
            return self._logo(method, part.replace("-", "_"))
        if method == "PUT":
            there = {name: self.shown[name] is not None for name in ("logo", "dark_logo")}
            self.set(body["accent"], **there, help_contact=body["help_contact"])
        elif method == "DELETE":
            self.set(None)
        return 200, self.shown

    def _logo(self, method: str, which: str) -> tuple[int, Any]:
        if method == "GET":
            return 200, drawn((240, 242, 246) if which == "dark_logo" else (24, 32, 52))
        if method == "PUT" and self.refused is not None:
            why, self.refused = self.refused, None
            said = {"status": 422, "code": "unusable_picture", "title": "Invalid", "detail": why}
            return 422, {**said, "errors": [{"field": "file", "message": why}]}
        there = {name: self.shown[name] is not None for name in ("logo", "dark_logo")}
        self.set(self.shown["accent"], **{**there, which: method == "PUT"}, help_contact=self.shown["help_contact"])
        return 200, self.shown
