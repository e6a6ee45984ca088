"""The versions of the privacy policy: a date for each text, and a new one for each change."""

from __future__ import annotations

import hashlib
import re
import shutil
from datetime import date
from pathlib import Path

import msgspec
import pytest

from call24.data_map import Category, Fact, Subject, documents
from call24.policy.document import blocks, differences
from call24.policy.freeze import InEffect, NotInEffect, current, freeze, new_version
from call24.policy.rules import chosen, is_due
from call24.policy.tables import WORDS
from call24.policy.texts import TEXTS, in_effect, texts_in, versions

FIRST = "2026-12-01"
FILLED = {
    **dict.fromkeys(("controller", "postal_address", "contact", "officer", "authority", "data_region"), "stated"),
    "transfers": "none",
    "record_days": "90",
    "backup_days": "30",
    "file_store": "",
    "recording": "Calls are not recorded.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The first version alone, to be changed: what is written later changes no test."""
    there = tmp_path / "texts"
    there.mkdir()
    for file in TEXTS.glob(f"{FIRST}.*"):
        shutil.copy(file, there)
    lines = (TEXTS / "hashes.txt").read_text().splitlines(keepends=True)
    (there / "hashes.txt").write_text("".join(line for line in lines if FIRST in line))
    return there


def add(folder: Path, day: str, *, effective: str = "", material: str = "yes", text: str = "") -> None:
    """A version as the newest there is, with another day; `text` is put at its end."""
    newest = sorted(folder.glob("*.en.md"))[-1].name.removesuffix(".en.md")
    head = f"updated: {day}\neffective: {effective or day}\nmaterial: {material}\n\n"
    for language in ("en", "mn"):
        old = re.sub(r"\A.*\n.*\n.*\n\n", "", (folder / f"{newest}.{language}.md").read_text())
        (folder / f"{day}.{language}.md").write_text(f"{head}{old}{text}")


def test_each_text_and_each_table_is_as_its_hash_says() -> None:
    lines = [line.split() for line in (TEXTS / "hashes.txt").read_text().splitlines()]
    there = {path.name for path in TEXTS.iterdir()} - {"hashes.txt"}
    assert {name for _, name in lines} == there
    for digest, name in lines:
        assert hashlib.sha256((TEXTS / name).read_bytes()).hexdigest() == digest, (
            f"{name} changed: write a new version, or run python -m call24.policy.freeze while it is not in effect"
        )


def test_a_version_in_effect_is_not_changed(folder: Path) -> None:
    text = folder / "2026-12-01.en.md"
    before = (folder / "hashes.txt").read_text()
    text.write_text(text.read_text() + "\nWe may do more.\n")
    with pytest.raises(InEffect):
        freeze(folder, versions()[0].tables, date(2026, 12, 1))
    assert (folder / "hashes.txt").read_text() == before
    freeze(folder, versions()[0].tables, date(2026, 11, 30))
    assert (folder / "hashes.txt").read_text() != before


def test_what_the_data_map_adds_asks_for_a_new_version(folder: Path) -> None:
    known = versions()[0].tables
    more = msgspec.structs.replace(known, callers=known.callers[1:])
    before = (folder / "2026-12-01.tables.json").read_bytes()
    with pytest.raises(InEffect):
        freeze(folder, more, date(2026, 12, 2))
    assert (folder / "2026-12-01.tables.json").read_bytes() == before
    add(folder, "2027-01-01")
    freeze(folder, more, date(2026, 12, 2))
    assert [one.tables for one in texts_in(folder)] == [known, more]


@pytest.mark.parametrize("today", [date(2026, 12, 1), date(2026, 12, 2), date(2028, 3, 1)])
def test_the_day_alone_asks_for_no_new_version(folder: Path, today: date) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    freeze(folder, versions()[0].tables, today)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_next_version_is_one_command_that_the_refusal_names(folder: Path) -> None:
    known, today = versions()[0].tables, date(2026, 12, 2)
    more = msgspec.structs.replace(known, callers=known.callers[1:])
    with pytest.raises(InEffect, match="freeze --new-version --material no"):
        freeze(folder, more, today)
    assert new_version(folder, more, today, date(2027, 1, 1), material=False) == "2026-12-02"
    first, second = texts_in(folder)
    assert (second.effective, second.material, second.text) == (date(2027, 1, 1), False, first.text)
    assert second.translated == first.translated
    assert (first.tables, second.tables) == (known, more)
    freeze(folder, known, date(2026, 12, 31))
    with pytest.raises(InEffect):
        freeze(folder, more, date(2027, 1, 1))


def test_a_version_of_the_same_day_is_dated_the_day_after(folder: Path) -> None:
    known, today = versions()[0].tables, date(2026, 12, 1)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "hashes.txt"}
    more = msgspec.structs.replace(known, callers=known.callers[1:])
    assert new_version(folder, more, today, date(2026, 12, 31), material=False) == "2026-12-02"
    assert {name: (folder / name).read_bytes() for name in before} == before, "the one in effect is as it was"
    assert [one.version for one in texts_in(folder)] == ["2026-12-01", "2026-12-02"]


def test_a_new_version_is_written_only_of_one_in_effect_and_takes_effect_later(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(NotInEffect, match="takes effect on 2026-12-01"):
        new_version(folder, versions()[0].tables, date(2026, 11, 30), date(2027, 1, 1), material=True)
    with pytest.raises(ValueError, match="takes effect after today"):
        new_version(folder, versions()[0].tables, date(2026, 12, 2), date(2026, 12, 2), material=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_text_whose_date_is_not_that_of_its_name_is_refused(folder: Path) -> None:
    for language in ("en", "mn"):
        text = folder / f"2026-12-01.{language}.md"
        text.write_text(text.read_text().replace("updated: 2026-12-01", "updated: 2026-11-01"))
    with pytest.raises(ValueError, match="updated"):
        texts_in(folder)
    before = (folder / "2026-12-01.tables.json").read_bytes()
    known = versions()[0].tables
    with pytest.raises(ValueError, match="updated"):
        freeze(folder, msgspec.structs.replace(known, callers=()), date(2026, 11, 30))
    assert (folder / "2026-12-01.tables.json").read_bytes() == before


def test_a_version_applies_from_its_day_on(folder: Path) -> None:
    add(folder, "2027-01-01", effective="2027-02-01")
    freeze(folder, versions()[0].tables, date(2026, 12, 2))
    known = texts_in(folder)
    days = (date(2026, 11, 28), date(2026, 12, 1), date(2027, 1, 31), date(2027, 2, 1))
    assert [in_effect(known, day).version for day in days] == ["2026-12-01"] * 3 + ["2027-01-01"]


def test_a_change_that_is_not_material_asks_nobody_again() -> None:
    first, second, third = ("2026-12-01", True), ("2027-01-01", False), ("2027-02-01", True)
    assert is_due([first], [])
    assert not is_due([first], ["2026-12-01"])
    assert not is_due([first, second], ["2026-12-01"])
    assert is_due([first, second, third], ["2026-12-01", "2027-01-01"])
    assert not is_due([first, second, third], ["2027-02-01"])


def test_every_kind_of_a_persons_data_is_in_the_tables() -> None:
    tables = current()
    facts = [fact for document in documents() for fact in document.facts.values()]
    for subject, rows in ((Subject.CALLER, tables.callers), (Subject.USER, tables.users)):
        kinds = {WORDS[fact.category] for fact in facts if fact.subject is subject}
        assert kinds <= {row.what for row in rows}
    assert {"Phone numbers", "Sound of calls"} <= {row.what for row in tables.callers}
    purposes = {purpose for row in (*tables.callers, *tables.users) for purpose in row.purposes}
    assert {fact.purpose for fact in facts if fact.personal} <= purposes
    for row in (*tables.callers, *tables.users):
        assert row.kept and row.basis and all("`" not in rule for rule in row.kept), row.what


def test_whoever_is_given_data_is_in_the_table_of_recipients() -> None:
    facts: list[Fact] = [fact for document in documents() for fact in document.facts.values() if fact.personal]
    told = dict(current().recipients)
    for fact in facts:
        for recipient in fact.recipients:
            assert WORDS[fact.category] in told[recipient]
    assert Category.VOICE in WORDS and "Sound of calls" in told["the organisation's carrier"]


def test_all_versions_can_be_filled_in() -> None:
    for version in versions():
        for language in ("en", "mn"):
            made = blocks(version, FILLED, language)
            assert made[0].kind == "title" and "stated" in made[0].cells[0]
            assert {"heading", "paragraph", "item", "header", "row"} < {block.kind for block in made}
            assert not [
                cell
                for block in made
                for cell in block.cells
                if "[[" in cell or "{" in cell or (cell == "" and block.kind != "row")
            ]


def test_each_version_has_the_same_parts_in_both_languages() -> None:
    for version in versions():
        english, mongolian = ((blocks(version, FILLED, language)) for language in ("en", "mn"))
        assert [block.kind for block in mongolian] == [block.kind for block in english]
        for one, other in zip(english, mongolian, strict=True):
            if one.kind == "row":
                assert one.cells == other.cells, "the data map's words"
            else:
                assert all(re.search("[А-Яа-яӨөҮү]", cell) for cell in other.cells), other
        marks = [sorted(set(re.findall(r"\{[a-z_]+\}", version.in_language(code)))) for code in ("en", "mn")]
        assert marks[0] == marks[1] and len(marks[0]) == 10


@pytest.mark.parametrize("wrong", ["missing", "other head"])
def test_a_version_without_its_translation_is_refused(folder: Path, wrong: str) -> None:
    text = folder / "2026-12-01.mn.md"
    if wrong == "missing":
        text.unlink()
    else:
        text.write_text(text.read_text().replace("material: yes", "material: no"))
    with pytest.raises(ValueError, match="a text in mn"):
        texts_in(folder)


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "", "en"),
        ("mn", "en", "mn"),
        ("en", "mn", "en"),
        ("xx", "mn-MN,mn;q=0.9,en;q=0.8", "mn"),
        ("", "en-GB,en;q=0.9,mn;q=0.8", "en"),
        ("", "de, mn;q=0.5, en;q=0.7", "en"),
        ("", "mn;q=0, de", "en"),
        ("", "mn;q=x,,;q=", "en"),
    ],
)
def test_the_language_is_that_of_the_link_or_what_the_browser_prefers(asked: str, accepted: str, language: str) -> None:
    assert chosen(asked, accepted) == language


def test_what_differs_between_two_versions_is_told_below_its_heading(folder: Path) -> None:
    add(folder, "2027-01-01", text="\nWe also count calls.\n")
    freeze(folder, versions()[0].tables, date(2026, 12, 2))
    before, after = (blocks(version, FILLED) for version in texts_in(folder))
    (found,) = differences(before, after)
    assert (found.heading, found.removed) == ("Changes of this policy", ())
    assert [block.cells for block in found.added] == [("We also count calls.",)]
    assert differences(before, before) == []


def test_the_store_for_files_is_named_with_its_region_where_one_is_set_and_not_where_none_is() -> None:
    version = versions()[-1]
    said = "the S3-compatible store for files s3.example.com, region eu-1, DE"
    with_one = [block.cells for block in blocks(version, {**FILLED, "file_store": said})]
    without = [block.cells for block in blocks(version, FILLED)]
    assert [cells for cells in with_one if cells[0] == said] == [(said, "What was written down")]
    assert any(said in cells[-1] for cells in with_one if cells[0] == "What was written down")
    assert not any("S3-compatible" in cell for cells in without for cell in cells)
