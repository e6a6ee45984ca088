"""What a file is by its content, and what it may be called."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.support.photographs import heic

from call24.files.rules import HEAD, clean_name, name_of, type_of
from call24.kit.errors import Invalid

OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def zipped(*names: str, stored: tuple[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if stored is not None:
            archive.writestr(*stored)
        for name in names:
            archive.writestr(name, "x" * 40)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (b"%PDF-1.4 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0..", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic....", "image/heic"),
        (heic("sequence"), None),
        (b"\x00\x00\x00\x1cftypavif....", None),
        (b"\x00\x00\x00\x18ftypmp42....", "video/mp4"),
        ("Сайн байна уу\nname;number\n".encode(), "text/plain"),
        (zipped("[Content_Types].xml", "word/document.xml"), OFFICE),
        (
            zipped("content.xml", stored=("mimetype", b"application/vnd.oasis.opendocument.text")),
            "application/vnd.oasis.opendocument.text",
        ),
        (zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (zipped("a.exe"), None),
        (b"MZ\x90\x00program", None),
        (b"\x7fELF\x02\x01", None),
        (b"#!/bin/sh\nrm -rf /\n", None),
        (b"<html><script>alert(1)</script>", None),
        (b"\xef\xbb\xbf \n<svg onload=alert(1)>", None),
        (b"RIFF\x00\x00\x00\x00AVI LIST", None),
        (b"text and then\x00a zero", None),
        (b"\xff\xfe<\x00h\x00", None),
    ],
)
def test_a_file_is_what_its_content_shows(content: bytes, type: str | None) -> None:
    assert type_of(content[:HEAD], content[-HEAD:]) == type


def test_text_may_be_cut_within_a_character_and_must_be_text_to_its_end() -> None:
    long = ("ө" * HEAD).encode()
    assert type_of(long[: HEAD - 1], long[-HEAD + 1 :]) == "text/plain"
    assert type_of(long[:HEAD], b"\x00" * HEAD) is None


@pytest.mark.parametrize(
    ("name", "type", "shown"),
    [
        ("contract.pdf", "application/pdf", "contract.pdf"),
        ("picture.PNG", "image/jpeg", "picture.PNG.jpg"),
        ("run.bat", "text/plain", "run.bat.txt"),
        ("гэрээ", "application/pdf", "гэрээ.pdf"),
    ],
)
def test_a_name_ends_as_its_type_does(name: str, type: str, shown: str) -> None:
    assert name_of(clean_name(name), type) == shown


def test_a_name_has_no_folders_and_nothing_that_is_not_seen() -> None:
    assert clean_name("..\\..\\etc/pass\u202ewd\x00.txt ") == "passwd.txt"
    for nothing in ("", "///", "..", "x" * 201):
        with pytest.raises(Invalid):
            clean_name(nothing)
