"""Users' pictures: drawn anew, seen by the organisation alone, known again by their tag, deleted with it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any, cast

import httpx
import pytest
from PIL import Image
from tests.support.http.api import Api, Organisation
from tests.support.photographs import heic

from call24.identity.avatars import draw
from call24.identity.avatars import service as taking_in
from call24.identity.avatars.model import Picture
from call24.identity.avatars.service import WAITING_MAX, Avatars
from call24.kit.errors import TooMany
from call24.kit.ids import TenantId

ACME = TenantId("ten_acme")

PLACE = "51.5007 N, 0.1246 W"


def photograph(format: str = "JPEG", size: tuple[int, int] = (600, 400), mode: str = "RGB") -> bytes:
    """Red on the left, blue on the right, lying on its side, and saying where it was taken."""
    picture = Image.new(mode, size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    said = Image.Exif()
    said[0x0112], said[0x010E] = 6, PLACE
    made = io.BytesIO()
    picture.save(made, format, exif=said)
    assert PLACE.encode() in made.getvalue()
    return made.getvalue()


async def sent(acme: Organisation, data: bytes, role: str = "agent") -> httpx.Response:
    return await acme.call(role, "POST", "/v1/me/picture", files={"file": ("me.jpg", data, "image/jpeg")})


async def seen(acme: Organisation, of: str, role: str = "agent", **headers: str) -> httpx.Response:
    return await acme.call(role, "GET", f"/v1/users/{of}/picture", headers=headers)


async def test_a_picture_is_drawn_anew_and_shown_to_the_organisation_alone(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    anna = acme.users["agent"]
    answer = await sent(acme, photograph())
    assert answer.status_code == 200, answer.text
    shown = await seen(acme, anna, "supervisor")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (draw.SIDE, draw.SIDE))
        assert not picture.getexif() and PLACE.encode() not in shown.content
        red, _, blue = picture.convert("RGB").getpixel((128, 20))  # type: ignore[misc]
        assert red > 200 and blue < 60, "it stands upright: red is above"
    tag = f'"{answer.json()["tag"]}"'
    assert shown.headers["etag"] == tag and "private" in shown.headers["cache-control"]
    again = await seen(acme, anna, "supervisor", **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert (await seen(other, anna, "owner")).status_code == 404
    listed = {"items": [{"user_id": anna, "tag": answer.json()["tag"]}], "next": None}
    assert (await acme.call("owner", "GET", "/v1/pictures")).json() == listed
    assert (await other.call("owner", "GET", "/v1/pictures")).json() == {"items": [], "next": None}
    assert (await acme.call("agent", "DELETE", "/v1/me/picture")).status_code == 204
    assert (await seen(acme, anna)).status_code == 404
    assert (await acme.call("agent", "DELETE", "/v1/me/picture")).status_code == 404
    assert (await sent(acme, heic())).status_code == 200, "what telephones take"


async def test_it_goes_with_the_organisation_and_whoever_looks_after_users_may_remove_it(api: Api) -> None:
    acme = await api.organisation()
    place = f"/v1/users/{acme.users['agent']}/picture"
    assert (await sent(acme, photograph("PNG", mode="RGBA"))).status_code == 200
    assert (await acme.call("owner", "DELETE", place)).status_code == 204
    assert (await sent(acme, photograph("WEBP"))).status_code == 200
    await api.services.tenants.wipe(acme.tenant.id)
    assert await api.mongo.tenant(acme.tenant.id).collection(Picture).find() == []


def many_pixels() -> bytes:
    made = io.BytesIO()
    Image.new("1", (6400, 6300)).save(made, "PNG")
    return made.getvalue()


async def test_what_is_no_usable_picture_is_refused_and_the_one_before_stays(api: Api) -> None:
    acme = await api.organisation()
    assert (await sent(acme, photograph())).status_code == 200
    made: dict[str, Callable[[], bytes]] = {
        "text": lambda: b"<svg onload=alert(1)>",
        "cut off": lambda: photograph()[:900],
        "small": lambda: photograph(size=(31, 400)),
        "many pixels": many_pixels,
        "another format": lambda: photograph("TIFF"),
        "a sequence": lambda: heic("sequence"),
        "too long": lambda: photograph() + bytes(5 * 1024 * 1024),
        "nothing": lambda: b"",
    }
    for what, make in made.items():
        answer = await sent(acme, make())
        assert (answer.status_code, answer.json()["code"]) == (422, "unusable_picture"), (what, answer.text)
    assert (await seen(acme, acme.users["agent"])).status_code == 200


async def test_many_pictures_at_once_wait_for_each_other_and_too_many_are_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go, drawing = asyncio.Event(), 0

    async def slow(_data: bytes) -> tuple[int, bytes]:
        nonlocal drawing
        drawing += 1
        assert drawing == 1
        await go.wait()
        drawing -= 1
        return 0, b"RIFF"

    monkeypatch.setattr(taking_in, "_run", slow)
    pictures = Avatars(cast(Any, None), cast(Any, None))
    waiting = [asyncio.create_task(pictures._drawn(ACME, b"x")) for _ in range(WAITING_MAX + 1)]
    over = asyncio.create_task(pictures._drawn(ACME, b"x"))
    other = asyncio.create_task(pictures._drawn(TenantId("ten_other"), b"x"))
    await asyncio.sleep(0)  # each has begun
    assert over.done() and isinstance(over.exception(), TooMany)
    assert not other.done(), "another organisation's waits, behind one of theirs"
    go.set()
    assert await asyncio.gather(*waiting, other) == [b"RIFF"] * (WAITING_MAX + 2)
    assert await pictures._drawn(ACME, b"x") == b"RIFF"
