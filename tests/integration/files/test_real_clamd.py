"""Files are looked at by Debian's clamd: what it finds is held back, also what is packed, and nothing passes it by."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from tests.integration.people.test_people import OWN, added
from tests.support.clamav import EICAR, MARK, running_clamd
from tests.support.http.api import Organisation
from tests.support.http.files import FILES, content_of, pdf, sent

from call24.files.clamd import Clamd
from call24.files.inspection import FileInspection


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose path leaves room for a socket's name."""
    return tmp_path_factory.mktemp("c")


def letter_with(content: bytes) -> bytes:
    """A word processor's file, compressed, with this inside."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        archive.writestr("word/embeddings/letter.bin", content)
    return whole.getvalue()


async def looked_at(inspection: FileInspection) -> None:
    while await inspection.look():
        pass


@pytest.mark.long(
    "integration/files/test_files.py::test_what_the_malware_scanner_has_not_let_through_cannot_be_downloaded"
)
async def test_what_clamd_finds_is_held_back_and_the_rest_can_be_downloaded(
    acme: Organisation, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspection = acme.api.services.there.get(FileInspection)
    person = (await added(acme, "Anna", OWN))["id"]
    async with running_clamd(short) as address:
        monkeypatch.setattr(inspection, "_scanner", Clamd(address))
        clean = await sent(acme, "clean.pdf", pdf(300_000), person_id=person)
        marked = await sent(acme, "marked.pdf", pdf(300_000) + MARK + pdf(100), person_id=person)
        eicar = await sent(acme, "eicar.txt", EICAR, person_id=person)
        letter = await sent(acme, "letter.docx", letter_with(EICAR), person_id=person)
        large = await sent(acme, "large.pdf", pdf(1_500_000), person_id=person)
        assert {one["state"] for one in (clean, marked, eicar, letter, large)} == {"scanning"}
        await looked_at(inspection)
    assert (await content_of(acme, clean)).content == pdf(300_000)
    found = {}
    for file in (marked, eicar, letter, large):
        held = await content_of(acme, file)
        assert (held.status_code, held.json()["code"]) == (409, "file_quarantined"), file["name"]
        found[file["name"]] = (await acme.call("agent", "GET", f"{FILES}/{file['id']}")).json()["found"]
    assert found["marked.pdf"] == "Call24.Mark.UNOFFICIAL"
    assert found["eicar.txt"] == found["letter.docx"] == "Call24.Eicar.UNOFFICIAL"


@pytest.mark.long(
    "integration/files/test_files.py::test_what_the_malware_scanner_has_not_let_through_cannot_be_downloaded"
)
async def test_files_wait_for_a_clamd_that_was_killed_and_are_looked_at_by_the_next(
    acme: Organisation, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspection = acme.api.services.there.get(FileInspection)
    person = (await added(acme, "Anna", OWN))["id"]
    async with running_clamd(short) as address:
        monkeypatch.setattr(inspection, "_scanner", Clamd(address))
    eicar = await sent(acme, "eicar.txt", EICAR, person_id=person)
    clean = await sent(acme, "clean.pdf", pdf(1000), person_id=person)
    assert not await inspection.look()
    assert [(await content_of(acme, one)).json()["code"] for one in (eicar, clean)] == ["file_not_ready"] * 2
    async with running_clamd(short):
        await looked_at(inspection)
    assert (await content_of(acme, eicar)).json()["code"] == "file_quarantined"
    assert (await content_of(acme, clean)).content == pdf(1000)
