"""The organisation's own sign-in, and one's own name, address and picture: the app in a real browser, on a stage."""

from __future__ import annotations

from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.stage import ORIGIN, PIXEL, problem
from tests.support.photographs import heic, photograph


async def test_who_signs_in_with_the_organisation_goes_there_and_comes_back_signed_in(app: App) -> None:
    app.stage.fail["/v1/auth/provider/begin"] = (404, problem(404, "no_provider"))
    await app.open(signed_in=False)
    await app["organisation-sign-in"].click()
    await app["organisation-name"].fill(" northwind ")
    await app["organisation-go"].click()
    await app["organisation-problem"].get_by_text("No organisation with this name").wait_for()
    assert await barriers(app.page) == []
    del app.stage.fail["/v1/auth/provider/begin"]
    await app["organisation-go"].click()
    await app["tab-me"].wait_for()
    assert ("POST", "/v1/auth/provider/begin", {"organisation": "northwind"}) in app.stage.asked
    [body] = [body for _, path, body in app.stage.asked if path == "/v1/auth/provider/complete"]
    assert (body["state"], body["code"], body["iss"], body["browser"]) == ("s", "c", "https://id.example", "b")
    assert app.page.url == f"{ORIGIN}/#/"
    assert await app.page.evaluate("sessionStorage.length") == 0


async def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(app: App) -> None:
    await app.page.goto(f"{ORIGIN}/?state=s&code=stolen")
    await app["provider-problem"].wait_for()
    assert app.stage.was_asked("POST", "/v1/auth/provider/complete") == 0
    assert "stolen" not in app.page.url


async def test_an_administrator_sets_the_organisations_sign_in_and_tests_it(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("administrator")}
    await app.open("#/administration")
    await app["open-provider"].click()
    await app["provider-redirect"].get_by_text(f"{ORIGIN}/").wait_for()
    for field, text in (("issuer", "https://id.example"), ("client_id", "call24"), ("client_secret", "secret")):
        await app[f"provider-{field}"].fill(text)
    await app["provider-short_name"].fill("northwind")
    await app["provider-domains"].fill("northwind.example, northwind.test")
    await app["provider-save"].click()
    await app["provider-test"].click()
    await app["provider-tested"].get_by_text("does not accept this client id").wait_for()
    assert await barriers(app.page) == []
    [body] = [body for method, path, body in app.stage.asked if (method, path) == ("PUT", "/v1/organisation/provider")]
    assert body["domains"] == ["northwind.example", "northwind.test"] and body["required"] is False
    assert await app["provider-client_secret"].input_value() == ""


async def test_the_user_changes_name_and_picture_and_both_are_shown_and_saves_what_is_kept(app: App) -> None:
    await app.open("#/me")
    await app["profile-name"].fill("Saraa Other")
    await app["profile-save"].click()
    await app["profile-done"].wait_for()
    await app.page.get_by_role("heading", name="Saraa Other").wait_for()
    await app["picture-file"].set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": PIXEL})
    await app["picture-drop"].wait_for()
    await app.page.locator("header img").wait_for()
    assert await barriers(app.page) == []
    await app["picture-drop"].click()
    await app.page.locator("header img").wait_for(state="detached")


SENT = """
window.sent = [];
const asked = window.fetch;
window.fetch = async (to, more) => {
  const file = more?.body instanceof FormData ? more.body.get('file') : null;
  if (file) {
    const drawn = await createImageBitmap(file).catch(() => null);
    window.sent.push([file.type, file.size, drawn?.width ?? 0, drawn?.height ?? 0]);
  }
  return asked(to, more);
};
"""


async def test_a_photo_of_a_telephone_is_made_small_before_it_is_sent_and_what_cannot_be_read_is_not(app: App) -> None:
    large = photograph("JPEG", (1800, 1200), noise=True)
    assert len(large) > 1_100_000
    unread = heic() + bytes(1_100_000)
    await app.page.add_init_script(SENT)
    await app.open("#/me")
    for field, name, kind, data in (
        ("picture-camera", "photo.jpg", "image/jpeg", large),
        ("picture-file", "photo.heic", "image/heic", unread),
    ):
        async with app.page.expect_response("**/v1/me/picture"):
            await app[field].set_input_files({"name": name, "mimeType": kind, "buffer": data})
        await app["profile-done"].wait_for()
    [photo, whole] = await app.page.evaluate("window.sent")
    assert (photo[0], photo[2:]) == ("image/jpeg", [512, 768]) and photo[1] < 500_000, "upright, as it is to be seen"
    assert whole == ["image/heic", len(unread), 0, 0]


async def test_an_administrator_disconnects_an_account_from_the_organisations_sign_in(app: App) -> None:
    app.stage.me = {**scene.ME, **scene.allowed("owner")}
    app.stage.fail["/v1/me/provider"] = (200, {"offered": True, "bound": False})
    await app.open("#/people")
    await app["person-row"].nth(1).click()
    await app["person-unlink"].click()
    await app["person-sure"].click()
    await app["person-unlink"].wait_for()
    [path] = [path for method, path, _ in app.stage.asked if method == "DELETE"]
    assert path.startswith("/v1/users/usr_") and path.endswith("/provider")
