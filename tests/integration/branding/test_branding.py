"""An organisation's branding over HTTP: colour, logos and help contact, and where they show."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from tests.integration.identity.test_pictures import PLACE, photograph
from tests.support.http.api import Api, Organisation

from call24.branding.events import BRANDING_CHANGED
from call24.branding.model import Branding, BrandLogos
from call24.branding.service import Brandings
from call24.changes.model import Change
from call24.identity.emails import Email
from call24.notifications.email.templates import Written
from call24.notifications.emails import Emails
from call24.policy.service import Policies

BRANDING = "/v1/branding"
GREEN = "#0a6b4a"


@pytest.fixture
async def acme(api: Api) -> Organisation:
    return await api.organisation()


def mark(size: tuple[int, int] = (600, 150), kind: str = "PNG", paint: Any = (200, 30, 40, 255)) -> bytes:
    """A logo, see-through but for its left half."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    picture.paste(paint, (0, 0, size[0] // 2, size[1]))
    made = io.BytesIO()
    (picture if kind != "JPEG" else picture.convert("RGB")).save(made, kind)
    return made.getvalue()


async def put(of: Organisation, body: Any, role: str = "owner", status: int = 200, **headers: str) -> Any:
    answer = await of.call(role, "PUT", BRANDING, json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


async def send(of: Organisation, data: bytes, which: str = "logo", status: int = 200) -> Any:
    files = {"file": ("logo.png", data, "image/png")}
    answer = await of.call("owner", "PUT", f"{BRANDING}/{which}", files=files)
    assert answer.status_code == status, answer.text
    return answer.json()


async def told(of: Organisation) -> list[int]:
    changes = await of.api.mongo.tenant(of.tenant.id).collection(Change).find({"type": BRANDING_CHANGED.name})
    return [BRANDING_CHANGED.of(one).version for one in sorted(changes, key=lambda one: one.seq)]


async def public_page(of: Organisation, path: str) -> Any:
    settings = await of.api.services.there.get(Policies).settings(of.tenant.id)
    return await of.api.call("GET", path.replace("ID", settings.public_id))


async def test_a_colour_is_set_seen_by_everybody_and_taken_back(acme: Organisation) -> None:
    default = (await acme.call("agent", "GET", BRANDING)).json()
    assert default == {
        "name": acme.tenant.name,
        "accent": None,
        "tones": None,
        "logo": None,
        "dark_logo": None,
        "help_contact": "",
        "version": 0,
    }
    made = await put(acme, {"accent": " #0A6B4A ", "help_contact": "help@acme.example"})
    assert (made["accent"], made["help_contact"], made["version"]) == (GREEN, "help@acme.example", 1)
    assert (made["tones"]["text_light"], made["tones"]["fill_light"]) == (GREEN, GREEN)
    assert made["tones"]["text_dark"] != GREEN, "too dark to be read there"
    assert (await acme.call("agent", "GET", BRANDING)).json() == made
    assert (await put(acme, {"accent": GREEN, "help_contact": "help@acme.example"}))["version"] == 1
    assert await told(acme) == [1], "the same again is no change"
    assert (await acme.call("owner", "DELETE", BRANDING)).status_code == 204
    after = (await acme.call("agent", "GET", BRANDING)).json()
    assert after == {**default, "version": 2} and await told(acme) == [1, 2]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"accent": "red"}, "accent"),
        ({"accent": "#12345"}, "accent"),
        ({"accent": "#123456;}body{display:none"}, "accent"),
        ({"help_contact": "call us"}, "help_contact"),
        ({"help_contact": "javascript:alert(1)"}, "help_contact"),
        ({"help_contact": f"https://{'a' * 300}.example"}, "help_contact"),
        ({"colour": GREEN}, "colour"),
    ],
)
async def test_what_cannot_be_used_is_refused_by_its_field(acme: Organisation, body: Any, field: str) -> None:
    refused = await put(acme, body, status=422)
    assert [one["field"] for one in refused["errors"]] == [field], refused
    assert (await acme.call("agent", "GET", BRANDING)).json()["version"] == 0


async def test_nobody_overwrites_what_another_changed_and_others_may_not_at_all(acme: Organisation) -> None:
    seen = (await acme.call("owner", "GET", BRANDING)).headers["etag"]
    await put(acme, {"accent": GREEN}, **{"If-Match": seen})
    refused = await put(acme, {"accent": "#112233"}, status=412, **{"If-Match": seen})
    assert refused["code"] == "changed_meanwhile"
    for role in ("agent", "supervisor"):
        assert (await put(acme, {"accent": "#112233"}, role, status=403))["permission"] == "organisation.write"
    assert (await acme.call("agent", "GET", BRANDING)).json()["accent"] == GREEN


async def test_the_tones_of_a_colour_are_told_before_it_is_set(acme: Organisation) -> None:
    answer = await acme.call("owner", "GET", f"{BRANDING}/tones?accent=%23ffd400")
    assert answer.status_code == 200 and answer.json()["text_dark"] == "#ffd400"
    assert answer.json()["fill_light"] != "#ffd400"
    for wrong in ("", "gold", "%23fff"):
        assert (await acme.call("owner", "GET", f"{BRANDING}/tones?accent={wrong}")).status_code == 422


async def test_a_logo_is_drawn_anew_keeps_what_is_see_through_and_nothing_else(acme: Organisation) -> None:
    made = await send(acme, mark())
    assert (made["logo"]["width"], made["logo"]["height"], made["dark_logo"]) == (480, 120, None)
    shown = await acme.call("agent", "GET", f"{BRANDING}/logo")
    assert (shown.headers["content-type"], shown.headers["etag"]) == ("image/webp", f'"{made["logo"]["tag"]}"')
    with Image.open(io.BytesIO(shown.content)) as picture:
        rgba = picture.convert("RGBA")
        assert (picture.format, picture.size) == ("WEBP", (480, 120))
        assert rgba.getpixel((20, 60)) == (200, 30, 40, 255)
        assert rgba.getpixel((460, 60))[3] == 0  # type: ignore[index]
    again = await acme.call("agent", "GET", f"{BRANDING}/logo", headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await send(acme, mark()))["version"] == 1, "the same logo again changes nothing"
    photographed = await send(acme, photograph(), "dark-logo")
    assert photographed["dark_logo"]["height"] <= 160 and photographed["logo"] == made["logo"]
    dark = (await acme.call("agent", "GET", f"{BRANDING}/dark-logo")).content
    assert PLACE.encode() not in dark and len(dark) <= 64 << 10
    assert (await acme.call("owner", "DELETE", f"{BRANDING}/logo")).status_code == 204
    assert (await acme.call("agent", "GET", f"{BRANDING}/logo")).status_code == 404
    assert (await acme.call("owner", "DELETE", f"{BRANDING}/logo")).status_code == 404
    assert (await acme.call("agent", "GET", f"{BRANDING}/dark-logo")).content == dark
    assert await told(acme) == [1, 2, 3]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><script>alert(1)</script></svg>', "read"),
        (mark()[:120], "It could not be read"),
        (b"GIF89a" + bytes(200), "It could not be read"),
        (b"", "A picture of at most 2 MB"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2 << 20), "A picture of at most 2 MB"),
        (mark((640, 20)), "It is too long"),
        (mark((12, 12)), "It is too small"),
        (mark((5_200, 5_000), "PNG"), "It has too many pixels"),
    ],
)
async def test_what_is_no_logo_is_refused_and_the_one_before_stays(acme: Organisation, data: bytes, why: str) -> None:
    refused = await send(acme, data, status=422)
    assert refused["code"] == "unusable_picture" and why in refused["detail"], refused
    assert await acme.api.mongo.tenant(acme.tenant.id).collection(BrandLogos).find() == []


async def test_another_organisation_sees_and_changes_its_own_alone(api: Api, acme: Organisation) -> None:
    other = await api.organisation("Other")
    await put(acme, {"accent": GREEN})
    await send(acme, mark())
    assert (await other.call("owner", "GET", BRANDING)).json()["accent"] is None
    assert (await other.call("owner", "GET", f"{BRANDING}/logo")).status_code == 404
    assert (await other.call("owner", "DELETE", BRANDING)).status_code == 204
    assert (await acme.call("agent", "GET", BRANDING)).json()["accent"] == GREEN
    page = await public_page(other, "/rights/ID")
    assert "/branding/" not in page.text and "<img" not in page.text
    assert (await public_page(other, "/branding/ID/logo.webp")).status_code == 404
    assert (await api.call("GET", f"/branding/{'0' * 32}/style.css")).status_code == 404


async def test_public_pages_show_it_without_a_script(acme: Organisation) -> None:
    await put(acme, {"accent": "#ffd400"})
    logo = await send(acme, mark())
    await send(acme, mark(paint=(250, 250, 250, 255)), "dark-logo")
    for path in ("/rights/ID", "/policy/ID"):
        page = await public_page(acme, path)
        assert page.status_code == 200 and "<script" not in page.text
        assert f'alt="{acme.tenant.name}"' in page.text and f"logo.webp?v={logo['logo']['tag']}" in page.text
        assert '<source media="(prefers-color-scheme:dark)" srcset="/branding/' in page.text
        assert '<link rel="stylesheet" href="/branding/' in page.text
    style = await public_page(acme, "/branding/ID/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "#ffd400" in style.text and "prefers-color-scheme:dark" in style.text
    policy = style.headers["content-security-policy"]
    assert "img-src 'self'" in policy and "style-src 'self'" in policy and "unsafe" not in policy
    shown = await public_page(acme, "/branding/ID/logo.webp")
    assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == ("image/webp", "nosniff")


async def test_e_mails_have_the_colour_and_the_name_of_the_organisation(acme: Organisation) -> None:
    emails = acme.api.services.there.get(Emails)

    def written() -> Written:
        now = acme.api.clock.now()
        return emails.written(
            Email(kind="reset", tenant_id=acme.tenant.id, to="a@b.example", name="Anna", link="reset/x", until=now),
            None,
            "en",
        )

    before = written()
    assert "#4353c4" in before.html
    await put(acme, {"accent": "#ffd400"})
    after = written()
    assert "#4353c4" not in after.html and "#ffd400!important" in after.html
    assert 'class="button" style="background:#8b7400' in after.html, "a darker yellow, behind white words"
    assert after.text == before.text
    await acme.call("owner", "DELETE", BRANDING)
    assert written() == before


async def test_what_is_in_memory_is_read_at_a_start_and_let_go_of_with_the_organisation(acme: Organisation) -> None:
    await put(acme, {"accent": GREEN})
    await send(acme, mark())
    api = acme.api
    restarted = Brandings(api.mongo, api.clock, None)  # type: ignore[arg-type]
    assert restarted.known(acme.tenant.id).accent == ""
    await restarted.refresh()
    assert restarted.known(acme.tenant.id).accent == GREEN
    restarted.forget_organisation(acme.tenant.id)
    assert restarted.known(acme.tenant.id).is_default
    scope = api.mongo.tenant(acme.tenant.id)
    assert await scope.collection(Branding).count() == 1 == await scope.collection(BrandLogos).count()
    assert (await acme.call("owner", "DELETE", BRANDING)).status_code == 204
    assert await scope.collection(BrandLogos).count() == 0, "a reset keeps no logo"
    await send(acme, mark())
    assert await scope.wipe() > 0
    assert await scope.collection(Branding).count() == 0 == await scope.collection(BrandLogos).count()
