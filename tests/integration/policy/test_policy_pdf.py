"""The privacy policy as PDF: it says what the page says, in both languages, for every version; and it is made once."""

from __future__ import annotations

import asyncio
import io
import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pypdf import PdfReader
from pypdf.generic import BooleanObject
from tests.support.http.api import Api, Organisation
from tests.support.http.pdf import missing_in, outline, structure, texts_of

from call24.http.middleware import rate_limits
from call24.kit.pdf import typesetter
from call24.kit.pdf.typesetter import Typesetter
from call24.policy import service
from call24.policy.texts import Version, versions

SETTINGS = "/v1/organisation/policy"
NAVIGATION = {"Download as PDF", "Монголоор", "English"}
"""What the page has beside what it says."""
BOXES = "Boxes stand for characters that this file cannot draw and does not hold."


@pytest.fixture(autouse=True)
def two_versions(api: Api, monkeypatch: pytest.MonkeyPatch) -> tuple[Version, Version]:
    """One that applies, and one that takes effect in ten days."""
    first = replace(versions()[0], effective=api.clock.now().date() - timedelta(days=30), version="2026-01-01")
    second = replace(
        first,
        version="2027-01-01",
        effective=api.clock.now().date() + timedelta(days=10),
        text=first.text + "\nWe also count calls.\n",
        hash=secrets.token_hex(32),
    )
    monkeypatch.setattr(service, "versions", lambda: (first, second))
    return first, second


@pytest.fixture
def typeset(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The process ids of the programs that were started to make a PDF."""
    started: list[int] = []
    start = asyncio.create_subprocess_exec

    async def counted(*words: str, **more: Any) -> asyncio.subprocess.Process:
        process = await start(*words, **more)
        started.append(process.pid)
        return process

    monkeypatch.setattr(typesetter.asyncio, "create_subprocess_exec", counted)
    yield started


async def published(acme: Organisation, **stated: str) -> str:
    answer = await acme.call("owner", "PATCH", SETTINGS, json=stated)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["address"])


def read(answer: httpx.Response) -> PdfReader:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return PdfReader(io.BytesIO(answer.content))


@pytest.mark.parametrize("language", ["en", "mn"])
async def test_the_pdf_says_each_sentence_of_the_page_in_its_language(api: Api, language: str) -> None:
    acme = await api.organisation("Өнөр Үйлчилгээ ХХК")
    address = await published(acme, officer="Ө. Үүрийнтуяа #set [x] *y* $z$ @w", contact="privacy@acme.example")
    page = await api.call("GET", f"{address}?language={language}")
    link = re.search(r'href="([^"]*/pdf[^"]*)"', page.text)
    assert link is not None, "the page leads to it"
    answer = await api.call("GET", link[1])
    assert answer.headers["content-language"] == language
    assert answer.headers["content-disposition"] == (f'attachment; filename="privacy-policy-2026-01-01-{language}.pdf"')
    said = [text for text in texts_of(page.text) if text not in NAVIGATION]
    assert len(said) > 150 and any("Ө. Үүрийнтуяа #set [x] *y* $z$ @w" in text for text in said)
    assert missing_in(read(answer), said) == []
    own = {"en": "You may also complain to the supervisory authority.", "mn": "Өгөгдлийг хэнд өгдөг вэ"}[language]
    assert missing_in(read(answer), [own, "Өнөр Үйлчилгээ ХХК"]) == []


async def test_the_pdf_has_title_language_outline_tags_numbered_pages_and_links_to_the_installation(
    api: Api, two_versions: tuple[Version, Version], monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = await api.organisation("Acme")
    address = await published(acme, controller="Acme Holding AG")
    monkeypatch.setattr(api.services.there.get(service.Policies), "_origin", lambda: "https://call24.test")
    for language in ("en", "mn"):
        page = await api.call("GET", f"{address}?language={language}")
        pdf = read(await api.call("GET", f"{address}/pdf?language={language}"))
        title = re.search("<h1>(.*)</h1>", page.text)
        about = pdf.metadata
        assert title is not None and about is not None
        assert (about.title, about.author) == (title[1], "Acme Holding AG")
        assert (about.subject, str(about.creation_date)[:10]) == (
            f"Version of 2026-01-01, in effect from {two_versions[0].effective}",
            "2026-01-01",
        )
        root = pdf.root_object
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"] == BooleanObject(True)  # type: ignore[index]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"] == BooleanObject(True)  # type: ignore[index]
        assert b"pdfuaid:part" in pdf.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
        headings = re.findall("<h2>(.*?)</h2>", page.text)
        assert outline(pdf) == headings and len(headings) == 10
        tags = structure(pdf)
        assert (tags["/Table"], tags["/TH"] > 10, tags["/LI"] > 5) == (3, True, True)
        for number, one in enumerate(pdf.pages, 1):
            foot = " ".join(one.extract_text().split())
            assert f"Version of 2026-01-01. SHA-256: {two_versions[0].hash}" in foot
            assert f"{number} / {len(pdf.pages)}" in foot
        rights = address.replace("/policy/", "/rights/")
        assert {f"https://call24.test{path}" for path in (rights, f"{address}/2026-01-01")} <= targets(pdf)
        assert missing_in(pdf, [BOXES]) == [BOXES], "where the font has all characters"
        if language == "en":
            headed = [" ".join(page.extract_text().split()).count("Legal basis") for page in pdf.pages]
            assert sum(headed) > 2, "two tables have that column, and one that breaks has its header on each page"


def targets(pdf: PdfReader) -> set[str]:
    """Where its links lead to."""
    notes = [note.get_object() for page in pdf.pages for note in page.get("/Annots", ())]
    return {str(note["/A"]["/URI"]) for note in notes if note.get("/Subtype") == "/Link"}


async def test_an_older_version_stays_and_an_unknown_one_is_not_found(api: Api) -> None:
    acme = await api.organisation()
    address = await published(acme)
    old = await api.call("GET", f"{address}/2026-01-01/pdf")
    api.clock.advance(days=10)
    new, still = await api.call("GET", f"{address}/pdf"), await api.call("GET", f"{address}/2026-01-01/pdf")
    assert missing_in(read(new), ["We also count calls."]) == []
    assert missing_in(read(still), ["We also count calls."]) == ["We also count calls."]
    assert old.content == still.content, "the same content is the same bytes, also ten days later"
    wrong = [f"{address}/2020-01-01/pdf", f"{address}/pdf/pdf", f"/policy/{secrets.token_hex(16)}/pdf", "/policy/a/pdf"]
    answers = [await api.call("GET", path) for path in wrong]
    assert {(one.status_code, one.headers["cache-control"]) for one in answers} == {(404, "no-store")}


@pytest.mark.parametrize(
    "times", [4, pytest.param(20, marks=pytest.mark.long("test_however_many_ask_for_it_it_is_made_once"))]
)
async def test_however_many_ask_for_it_it_is_made_once(
    api: Api, typeset: list[int], monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(rate_limits, "PER_MINUTE", 2_000)
    acme = await api.organisation()
    address = await published(acme)
    answers = []
    for _ in range(times):
        answers += await asyncio.gather(*(api.call("GET", f"{address}/pdf?language=mn") for _ in range(50)))
    assert {one.status_code for one in answers} == {200} and len({one.content for one in answers}) == 1
    assert len(typeset) == 1
    api.clock.advance(minutes=2)
    tag = answers[0].headers["etag"]
    again = await api.call("GET", f"{address}/pdf?language=mn", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"], len(typeset)) == (304, b"", tag, 1)


async def test_a_change_of_the_statements_makes_another_pdf_and_forgets_the_one_before(
    api: Api, typeset: list[int]
) -> None:
    acme, other = await api.organisation(), await api.organisation("Other")
    address, theirs = await published(acme, officer="Ottilie Grau"), await published(other)
    first = await api.call("GET", f"{address}/pdf")
    await api.call("GET", f"{theirs}/pdf")
    await published(acme, officer="Konrad Weiss")
    kept = api.services.there.get(Typesetter)._kept
    assert {key[0] for key in kept} == {other.tenant.id}
    second = await api.call("GET", f"{address}/pdf")
    assert missing_in(read(second), ["Ottilie Grau", "Konrad Weiss"]) == ["Ottilie Grau"]
    assert first.headers["etag"] != second.headers["etag"] and len(typeset) == 3


async def test_a_character_that_the_font_lacks_is_a_box_and_the_pdf_says_so(api: Api) -> None:
    acme = await api.organisation()
    pdf = read(await api.call("GET", f"{await published(acme, controller='株式会社 Acme')}/pdf"))
    assert missing_in(pdf, [BOXES, "Acme uses Call24, software for telephone calls"]) == []
    assert structure(pdf)["/Table"] == 3
