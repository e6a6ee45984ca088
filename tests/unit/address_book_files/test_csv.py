"""CSV files: whoever wrote them, what their columns have; and our own, which come back equal and hold no formula."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from call24.address_book_files.csv_files import Unreadable, encoding_of, rows, shape_of
from call24.address_book_files.csv_people import (
    Most,
    entry_of,
    guessed,
    headings_of,
    is_own,
    looks_like_heading,
    row_of,
)
from call24.address_book_files.headings import Column, proposed
from call24.exports.safe_cells import plain_of, safe_of
from call24.kit.ids import ContactId, PersonId, TenantId
from call24.people.model import CustomField, Person, PersonAddress, PersonEmail, PersonNumber

WHEN = datetime(2026, 11, 29, tzinfo=UTC)
GOOGLE = (
    "First Name,Middle Name,Last Name,Organization Name,Organization Title,Labels,E-mail 1 - Label,E-mail 1 - Value,"
    "Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,"
    "Address 1 - Street,Address 1 - City,Website 1 - Label,Website 1 - Value\r\n"
    "Anna,Ivanovna,Petrova,Acme,Boss,* myContacts ::: vip,* Work,anna@example.com,Mobile,+44 20 7946 0101 ::: "
    '+442079460102,,020 7946 0103,Home,"1 Road\nLondon",1 Road,London,Blog,https://example.com\r\n'
)


def file(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def entries(path: Path, **more: Any) -> list[dict[str, Any]]:
    heading, *rest = [row.cells for row in rows(path, shape_of(path))]
    return [entry_of(cells, proposed(heading), "given_first", **more).asked for cells in rest]


def test_googles_export_is_read_with_its_pairs_of_columns(tmp_path: Path) -> None:
    assert entries(file(tmp_path, GOOGLE)) == [
        {
            "given": "Anna",
            "family": "Petrova",
            "patronymic": "Ivanovna",
            "order": "given_first",
            "company": "Acme",
            "numbers": [
                {"number": "+44 20 7946 0101", "label": "Mobile"},
                {"number": "+442079460102", "label": "Mobile"},
                {"number": "020 7946 0103", "label": ""},
            ],
            "emails": [{"address": "anna@example.com", "label": "Work"}],
            "addresses": [{"text": "1 Road\nLondon", "label": "Home"}],
            "fields": [
                {"name": "Organization Title", "value": "Boss"},
                {"name": "Blog", "value": "https://example.com"},
            ],
            "tags": ["myContacts", "vip"],
        }
    ]


def test_outlooks_columns_are_one_address_of_each_kind(tmp_path: Path) -> None:
    text = (
        "First Name;Last Name;Company;Business Street;Business Street 2;Business City;Business Postal Code;"
        "Business Country/Region;Home City;Business Phone;Home Fax;Mobile Phone;Company Main Phone;E-mail Address;"
        "E-mail 2 Address;Categories;Notes;Priority\r\n"
        "Ann;Bee;Acme;1 Road;Floor 2;London;W1;UK;Leeds;1;2;3;4;a@b.example;c@d.example;x;Hi;Normal\r\n"
    )
    [found] = entries(file(tmp_path, text))
    assert found["addresses"] == [
        {"text": "1 Road\nFloor 2\nW1 London\nUK", "label": "work"},
        {"text": "Leeds", "label": "home"},
    ]
    assert [(one["number"], one["label"]) for one in found["numbers"]] == [
        ("1", "work"),
        ("2", "home fax"),
        ("3", "mobile"),
        ("4", "company main"),
    ]
    assert [one["address"] for one in found["emails"]] == ["a@b.example", "c@d.example"]
    assert (found["tags"], found["notes"], "fields" in found) == (["x"], "Hi", False)


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            "FirstName,LastName,Company,Mobile,Mobile2,Home,Business,BusinessFax,Email",
            "given family company number:mobile number:mobile number:home number:work number:work fax email",
        ),
        (
            "Имя,Отчество,Фамилия,Мобильный телефон,Рабочий телефон,Электронная почта,Компания,Заметки",
            "given patronymic family number:mobile number:work email company notes",
        ),
        (
            "Овог,Нэр,Утасны дугаар,Гэрийн утас,Имэйл,Байгууллага,Хаяг,Тайлбар",
            "patronymic given number number:home email company address notes",
        ),
        (
            "Vorname,Nachname,Firma,Mobiltelefon,Telefon geschäftlich,E-Mail-Adresse,PLZ,Ort,Notizen",
            "given family company number:mobile number:work email postal_code city notes",
        ),
        ("Name,Phone,Shoe size", "name number field:Shoe size"),
    ],
)
def test_headings_are_known_in_four_languages(headings: str, expected: str) -> None:
    found = proposed(headings.split(","))
    assert " ".join(f"{one.to}:{one.label}" if one.label else one.to for one in found) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [("Имя", "Фамилия", "Phone number"), *[("Анна", "Петрова, вдова", f"+97699{n:06}") for n in range(30)]]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(lines)
    path = file(tmp_path, out.getvalue().encode(encoding))
    found = [row.cells for row in rows(path, shape_of(path))]
    assert found == [list(line) for line in lines]


def test_western_letters_without_a_mark_are_windows_1252(tmp_path: Path) -> None:
    assert encoding_of(file(tmp_path, "Vorname;Ort\r\nJörg;Köln\r\n".encode("cp1252"))) == "cp1252"


def test_a_line_that_names_the_delimiter_is_heard(tmp_path: Path) -> None:
    path = file(tmp_path, "sep=;\r\nName;Phone\r\n\r\nA,B;1\r\n")
    assert [(row.number, row.cells) for row in rows(path, shape_of(path))] == [
        (2, ["Name", "Phone"]),
        (4, ["A,B", "1"]),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Name,Phone\r\n"Anna,1\r\n' + "Ben,2\r\n" * 20_000, "quotation mark"),
        ("x" * 300_000, "no CSV"),
        ("a," * 400 + "\r\n", "at most 300"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, text: str, said: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(Unreadable, match=said):
        list(rows(path, shape_of(path)))


def test_without_headings_columns_are_guessed_by_what_they_have() -> None:
    first = ["Anna Petrova", "+44 20 7946 0101", "anna@example.com", "vip"]
    assert (looks_like_heading(first), looks_like_heading(["Name", "Phone"])) == (False, True)
    assert guessed([first, ["Ben", "020 7946 0102", "", ""]]) == [
        Column(to="name"),
        Column(to="number"),
        Column(to="email"),
        Column(to="field", label="Column 4"),
    ]


def test_a_row_says_what_is_wrong_with_it_without_what_it_has() -> None:
    columns = [Column(to="name"), Column(to="order"), Column(to="field", label="Size")]
    found = entry_of(["An\ufffda", "upside_down", "x" * 201, "more"], columns, "given_first")
    assert [what for what, _ in found.problems] == ["order", "Size", "row", "row"]
    assert "x" * 201 not in str(found.problems)


FORMULA = re.compile(r"[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]")


@given(st.text())
@example("'=1+1")
@example("a;=1+1")
@example("''\t=cmd|' /C calc'!A0")
@example("+442079460101")
@example('x;" =1')
def test_no_cell_is_a_formula_wherever_a_spreadsheet_divides_it_and_it_comes_back(text: str) -> None:
    cell = safe_of(text)
    assert plain_of(cell) == text
    if re.fullmatch(r"\+[0-9]{1,15}", cell):
        return
    assert cell[:1] not in ("\t", "\r", "\n")
    for piece in re.split(r"[;,|\t\r\n]", cell):
        assert not FORMULA.match(piece.lstrip(' "\u00a0\u3000')), piece


NONE_OF = ["Cc", "Cs", "Zl", "Zp", "Zs", "Cf", "Co", "Cn"]
LETTERS = st.characters(codec="utf-8", exclude_categories=NONE_OF, exclude_characters="\ufffd")
TEXT = st.text(LETTERS, min_size=1, max_size=12)
RISKY = st.one_of(TEXT, st.builds("{}{}".format, st.sampled_from(["=", "+", "-", "@", "'=", "''", "a;=", ","]), TEXT))


@given(
    st.fixed_dictionaries(
        {
            "given": RISKY,
            "family": st.one_of(st.just(""), RISKY),
            "patronymic": st.one_of(st.just(""), RISKY),
            "order": st.sampled_from(["given_first", "family_first", "patronymic_first"]),
            "company": st.one_of(st.just(""), RISKY),
            "phonetic": st.one_of(st.just(""), RISKY),
            "notes": st.one_of(st.just(""), RISKY, st.builds("{}\n{}".format, RISKY, RISKY)),
            "tags": st.lists(RISKY, max_size=3).map(tuple),
            "emails": st.lists(st.builds(PersonEmail, address=RISKY, label=RISKY), max_size=2).map(tuple),
            "addresses": st.lists(st.builds(PersonAddress, text=RISKY, label=RISKY), max_size=2).map(tuple),
            "fields": st.lists(
                st.builds(CustomField, name=RISKY, value=RISKY), max_size=2, unique_by=lambda one: one.name
            ).map(tuple),
        }
    )
)
def test_a_person_comes_back_from_our_own_file_as_they_were(what: dict[str, Any]) -> None:
    number = PersonNumber(number="+442079460101", typed="020 7946 0101", label="=1", contact_id=ContactId("ctc_1"))
    before = Person(
        id=PersonId("per_1"), tenant_id=TenantId("ten_1"), created_at=WHEN, updated_at=WHEN, numbers=(number,), **what
    )
    most = Most(numbers=1, emails=1, addresses=2, fields=3).with_(before)
    out = io.StringIO(newline="")
    csv.writer(out).writerows([headings_of(most), row_of(before, most)])
    heading, cells = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert is_own(heading)
    found = entry_of(cells, proposed(heading), "given_first", own=True)
    assert found.problems == ()
    asked = found.asked
    for field in ("given", "family", "patronymic", "order", "company", "phonetic", "notes"):
        assert asked.get(field, "") == getattr(before, field), field
    assert asked["numbers"] == [{"number": one.number, "label": one.label} for one in before.numbers]
    assert asked.get("emails", []) == [{"address": one.address, "label": one.label} for one in before.emails]
    assert asked.get("addresses", []) == [{"text": one.text, "label": one.label} for one in before.addresses]
    assert tuple(asked.get("tags", [])) == before.tags
    assert asked.get("fields", []) == [{"name": one.name, "value": one.value} for one in before.fields]
