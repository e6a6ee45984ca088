"""kill -9 in the middle of an upload: it goes on from what was noted, and the file is whole and what was sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.files.test_files import documents
from tests.integration.people.test_people import OWN, added
from tests.support.database.database import NAME
from tests.support.database.mongod import RunningMongod
from tests.support.http.api import Organisation
from tests.support.http.files import UPLOADS, begun, content_of, offset_of, patched, pdf
from tests.support.product import upload_killed
from tests.support.product.change_killed import Point
from tests.support.product.killed_process import in_a_process
from tests.support.product.upload_killed import Job

from call24.files.inspection import FileInspection
from call24.files.sealed_file import FRAME
from call24.kit.ids import FileId, UserId

CONTENT = pdf(5 * FRAME + 1234)


@pytest.mark.parametrize(
    ("kill", "frame", "noted"),
    [
        (Point("update files", 1, after=False), None, 0),  # two frames are on disk, and nobody knows
        (None, 5, 140_000),  # the third frame is written, the fourth is not
        *(
            pytest.param(
                *one, marks=pytest.mark.long("test_what_was_noted_is_there_after_a_kill_and_the_rest_is_sent_again")
            )
            for one in (
                (Point("update files", 1, after=True), None, 140_000),
                (Point("update files", 3, after=True), None, len(CONTENT)),  # whole, and nobody has looked at it
            )
        ),
    ],
)
async def test_what_was_noted_is_there_after_a_kill_and_the_rest_is_sent_again(
    kill: Point | None, frame: int | None, noted: int, acme: Organisation, mongod: RunningMongod, tmp_path: Path
) -> None:
    person = await added(acme, "Anna", OWN)
    path = (await begun(acme, "a.pdf", len(CONTENT), person_id=person["id"])).headers["Location"]
    file, job_content = path.removeprefix(f"{UPLOADS}/"), tmp_path / "content"
    job_content.write_bytes(CONTENT)
    job = Job(
        uri=mongod.uri,
        database=NAME,
        data=str(acme.api.data),
        tenant_id=acme.tenant.id,
        user_id=UserId(acme.users["agent"]),
        file_id=FileId(file),
        offset=0,
        content=str(job_content),
        now=acme.api.clock.now(),
        kill=kill,
        frame=frame,
    )
    assert await in_a_process(upload_killed.run, job, within_s=60) == -9

    at = await offset_of(acme, path)
    assert at == noted
    if at < len(CONTENT):
        assert (await patched(acme, path, at, CONTENT[at:])).status_code == 204
    else:
        [waiting] = await documents(acme).find()
        assert waiting.state == "checking"
        await acme.api.services.there.get(FileInspection).look()
    assert (await content_of(acme, {"id": file})).content == CONTENT
