"""A file as rows of people: what is wrong with a row is told by place and without what stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from call24.address_book_files.csv_files import Unreadable
from call24.address_book_files.model import ImportColumn, Reading
from call24.address_book_files.reading import PROBLEMS_MAX, Source, format_of

AS_IT_LOOKS = Reading()


def source(tmp_path: Path, text: str, reading: Reading = AS_IT_LOOKS, *, region: str | None = "GB") -> Source:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8", newline="")
    return Source(path, format_of(path.read_bytes()), reading, region)


@pytest.mark.parametrize(
    ("head", "format"),
    [
        (b"BEGIN:VCARD\r\n", "vcard"),
        (b"\xef\xbb\xbfbegin:vcard\n", "vcard"),
        ("\ufeffBEGIN:VCARD\n".encode("utf-16-le"), "vcard"),
        (b"Name,Phone\r\n", "csv"),
        (b"", "csv"),
    ],
)
def test_a_file_is_known_by_its_beginning(head: bytes, format: str) -> None:
    assert format_of(head) == format


def test_national_numbers_are_read_by_the_organisations_country(tmp_path: Path) -> None:
    for region, number in (("GB", "+442079460101"), ("MN", "+9762079460101"), (None, None)):
        [row] = source(tmp_path, "Name,Phone\r\nAnna,020 7946 0101\r\n", region=region).rows()
        assert [one for one, _, _ in row.numbers] == ([number] if number else [])
        assert [problem.field for problem in row.problems] == ([] if number else ["number 1"])


def test_a_number_that_stands_twice_is_one(tmp_path: Path) -> None:
    [row] = source(tmp_path, "Name,Home,Work\r\nAnna,020 7946 0101,+442079460101\r\n").rows()
    assert row.numbers == (("+442079460101", "020 7946 0101", "home"),)


def test_problems_say_where_and_not_what(tmp_path: Path) -> None:
    numbers = ",".join(f"Phone {n}" for n in range(1, 13))
    cells = ",".join(f"+4420794601{n:02}" for n in range(12))
    text = f"Name,Email,{numbers},Size\r\nAnna,a@@b,{cells},{'x' * 300}\r\n{'y' * 61},,,,,,,,,,,,,,\r\n"
    first, second = source(tmp_path, text).rows()
    assert [(one.row, one.field) for one in first.problems] == [(2, "Size"), (2, "numbers"), (2, "e-mail address 1")]
    assert [(one.row, one.field) for one in second.problems] == [(3, "given")]
    said = str((first.problems, second.problems))
    assert "a@@b" not in said and "xxx" not in said and "yyy" not in said and "7946" not in said


def test_a_row_tells_few_of_many_problems(tmp_path: Path) -> None:
    fields = ",".join(f"F{n}" for n in range(15))
    [row] = source(tmp_path, f"Name,{fields}\r\nAnna,{','.join(['x' * 300] * 15)}\r\n").rows()
    assert len(row.problems) == PROBLEMS_MAX


def test_what_the_user_says_of_columns_counts(tmp_path: Path) -> None:
    columns = (ImportColumn(to="number"), ImportColumn(to="name"))
    read = source(tmp_path, "Name;Phone\r\n+442079460101;Anna\r\n", Reading(columns=columns, heading=True))
    [row] = read.rows()
    assert (row.fields["given"], row.numbers[0][0], read.reading.delimiter) == ("Anna", "+442079460101", ";")
    with pytest.raises(Unreadable, match="2 columns"):
        source(tmp_path, "Name;Phone\r\nA;1\r\n", Reading(columns=columns * 2))


def test_a_file_without_heading_loses_no_row(tmp_path: Path) -> None:
    read = source(tmp_path, "Anna Petrova,+442079460101\r\nBen,+442079460102\r\n")
    assert [row.fields["given"] for row in read.rows()] == ["Anna", "Ben"]
    assert (read.reading.heading, read.headings) == (False, [])


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no rows"):
        source(tmp_path, "\r\n\r\n")


def test_cards_name_the_line_where_they_begin(tmp_path: Path) -> None:
    text = "BEGIN:VCARD\nFN:A\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nORG:Acme\nEND:VCARD\nBEGIN:VCARD\nEND:VCARD\n"
    first, second, third = source(tmp_path, text).rows()
    assert [(one.row, one.field) for one in first.problems] == [(1, "number 1")]
    assert (second.problems, second.fields) == ((), {"company": "Acme"})
    assert [(one.row, one.field) for one in third.problems] == [(8, "name")]
