"""What the app says of files that cannot be opened and of lists that do not come, and to whom it offers what."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect
from tests.support.app import scene
from tests.support.app.axe import barriers
from tests.support.app.driver import App
from tests.support.app.stage import problem
from tests.support.photographs import photograph

PLACE = "#/work/tsk_d"


def file(id: str, state: str, **more: Any) -> dict[str, Any]:
    whole = {
        "id": id,
        "about": "task",
        "person_id": None,
        "task_id": "tsk_d",
        "call_id": None,
        "name": f"{id}.pdf",
        "type": "application/pdf",
        "size": 2048,
        "state": state,
        "scanned": state == "ready",
        "found": None,
        "thumbnail": "none",
        "uploaded_by": "usr_nobody",
        "created_at": scene.ago(minutes=5),
        "deleted_at": None,
        "delete_at": None,
    }
    return whole | more


async def test_what_is_infected_or_still_checked_says_so_and_cannot_be_opened(app: App) -> None:
    app.stage.files.rows = [
        file("fil_a", "quarantined", found="Win.Test.EICAR"),
        file("fil_b", "scanning"),
        file("fil_c", "ready"),
    ]
    await app.open(PLACE)
    infected = app.page.locator("[data-testid=file][data-id=fil_a]")
    await infected.get_by_text("The malware scanner found Win.Test.EICAR").wait_for()
    assert await infected.get_by_test_id("file-save").count() == 0
    assert await infected.get_by_test_id("file-delete").count() == 1
    checked = app.page.locator("[data-testid=file][data-id=fil_b]")
    await checked.get_by_text("It can be opened in a moment").wait_for()
    assert await checked.get_by_test_id("file-save").count() == 0
    assert await app["file-save"].count() == 1
    assert await barriers(app.page) == []
    app.stage.files.rows = [file("fil_b", "ready", name="checked.pdf"), *app.stage.files.rows[::2]]
    await expect(app.page.locator("[data-testid=file][data-id=fil_b]")).to_have_attribute("data-state", "ready")
    await expect(app["file-save"]).to_have_count(2)


async def test_of_heic_the_thumbnail_is_shown_large_and_the_whole_is_downloaded(app: App) -> None:
    async def served(method: str, path: str, body: Any) -> tuple[int, Any]:
        return 200, photograph("PNG", (60, 40))

    app.stage.served, app.stage.served_at = served, ("/v1/files/fil_a/thumbnail?", "/v1/files/fil_b/thumbnail?")
    heic = {"name": "a.heic", "type": "image/heic"}
    app.stage.files.rows = [
        file("fil_a", "ready", thumbnail="made", **heic),
        file("fil_b", "ready", **heic),
        file("fil_c", "ready", name="c.mp4", type="video/mp4"),
    ]
    await app.open(PLACE)
    await app["file-thumb"].wait_for()
    assert await app["file-open"].count() == 1, "what has no thumbnail, and films, have an icon"
    await app["file-open"].click()
    await expect(app["file-picture"]).to_have_js_property("naturalWidth", 40)
    await app["file-view-small"].wait_for()
    assert await barriers(app.page) == []
    assert app.stage.was_asked("GET", "/v1/files/fil_a/content") == 0


async def test_a_list_that_does_not_come_is_asked_for_again(app: App) -> None:
    app.stage.fail["/v1/files"] = (503, problem(503, "unavailable"))
    await app.open(PLACE)
    await app["files-trouble"].get_by_text("The files could not be listed").wait_for()
    assert await barriers(app.page) == []
    del app.stage.fail["/v1/files"]
    await app["files-again"].click()
    await app["files-none"].wait_for()


async def test_what_the_server_would_refuse_is_refused_before_anything_is_sent(app: App) -> None:
    app.stage.files.usage = {"bytes": 900, "files": 1, "quota": 1000, "largest": 500}
    async with app.page.expect_response("**/v1/files/usage") as answered:
        await app.open(PLACE)
    await (await answered.value).finished()
    await app["files-none"].wait_for()
    big, over = ({"name": "a.pdf", "mimeType": "application/pdf", "buffer": bytes(size)} for size in (501, 200))
    await app["files-input"].set_input_files([big, over])  # type: ignore[list-item]
    await expect(app["upload-problem"]).to_have_count(2)
    await expect(app["upload-problem"].nth(0)).to_contain_text("It has 501 bytes, and a file may have 500 bytes")
    await expect(app["upload-problem"].nth(1)).to_contain_text("Delete files that nobody needs")
    assert await app["upload-resume"].count() == 0, "it would be refused again"
    assert await barriers(app.page) == []
    assert app.stage.was_asked("POST", "/v1/uploads") == 0


async def test_only_who_may_attach_files_is_offered_it_and_who_may_not_see_them_sees_nothing(app: App) -> None:
    allowed = app.stage.me["permissions"]
    app.stage.files.rows = [file("fil_c", "ready")]
    app.stage.me = {**app.stage.me, "permissions": [one for one in allowed if one != "files.write"]}
    await app.open(PLACE)
    await app["file-save"].wait_for()
    for button in ("files-add", "files-scan", "files-camera", "file-delete"):
        assert await app[button].count() == 0, button
    app.stage.me = {**app.stage.me, "permissions": [one for one in allowed if not one.startswith("files.")]}
    await app.page.reload()
    await app["comments"].wait_for()
    assert await app["files"].count() == 0
