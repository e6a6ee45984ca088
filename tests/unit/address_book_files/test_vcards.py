"""vCards: read whatever writes them, hostile ones too, and written so that a person comes back as they were."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call24.address_book_files.vcard_people import card_of, entry_of, label_of, types_of
from call24.address_book_files.vcards import LINE_MAX, Card, cards, escaped, folded, split, unescaped
from call24.kit.ids import ContactId, PersonId, TenantId
from call24.people.model import CustomField, Person, PersonAddress, PersonEmail, PersonNumber

WHEN = datetime(2026, 11, 29, tzinfo=UTC)
APPLE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 19.0//EN
N:Петрова;Анна;Ивановна;;
FN:Петрова Анна Ивановна
ORG:Acme\\, Ltd;Sales
item1.TEL;type=pref:+44 20 7946 0101
item1.X-ABLabel:reception desk
item2.TEL;type=CELL;type=VOICE:020 7946 0102
item2.X-ABLabel:_$!<Mobile>!$_
TEL;type=WORK;type=FAX:+442079460103
EMAIL;type=INTERNET;type=HOME;type=pref:anna@example.com
item3.ADR;type=HOME:;;Peace Avenue 1;Ulaanbaatar;;14200;Mongolia
item3.X-ABADR:mn
NOTE:Rings late\\nand often\\; be kind
BDAY:1980-05-01
URL;type=WORK:https://example.com/a\\,b
CATEGORIES:vip,friends
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ
 AAAQABAAD/2wBDAAg
X-SOMETHING;X-P="a:b;c":1
END:VCARD
"""


def read(text: str) -> list[Card]:
    return list(cards(text.splitlines(keepends=True)))


def entry(text: str) -> Any:
    [card] = read(text)
    return entry_of(card, "given_first")


def person(**what: Any) -> Person:
    return Person(id=PersonId("per_1"), tenant_id=TenantId("ten_1"), created_at=WHEN, updated_at=WHEN, **what)


def test_a_phones_card_is_read_and_what_has_no_place_is_named() -> None:
    found = entry(APPLE)
    assert found.problems == ()
    assert found.left_out == ("PHOTO", "X-SOMETHING")
    assert found.asked == {
        "given": "Анна",
        "family": "Петрова",
        "patronymic": "Ивановна",
        "order": "family_first",
        "company": "Acme, Ltd",
        "numbers": [
            {"number": "+44 20 7946 0101", "label": "reception desk"},
            {"number": "020 7946 0102", "label": "mobile"},
            {"number": "+442079460103", "label": "work fax"},
        ],
        "emails": [{"address": "anna@example.com", "label": "home"}],
        "addresses": [{"text": "Peace Avenue 1\n14200 Ulaanbaatar\nMongolia", "label": "home"}],
        "tags": ["vip", "friends"],
        "notes": "Rings late\nand often; be kind",
        "fields": [
            {"name": "Department", "value": "Sales"},
            {"name": "Birthday", "value": "1980-05-01"},
            {"name": "Website", "value": "https://example.com/a,b"},
        ],
    }


def test_version_4_with_uris_and_quoted_lists_of_types() -> None:
    found = entry(
        'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Dorj\r\nTEL;VALUE=uri;TYPE="voice,cell":tel:+976-9911-2233;ext=1\r\n'
        "EMAIL:mailto:dorj@example.mn\r\nN:;;;;\r\nEND:VCARD\r\n"
    )
    assert found.asked == {
        "given": "Dorj",
        "order": "given_first",
        "numbers": [{"number": "+976-9911-2233", "label": "mobile"}],
        "emails": [{"address": "dorj@example.mn", "label": ""}],
    }


def test_version_21_in_quoted_printable_with_soft_line_ends_and_folds_at_spaces() -> None:
    found = entry(
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=91=D0=B0=D1=82;=D0=94=D0=BE=\n"
        "=D1=80=D0=B6\nTEL;CELL;PREF:99112233\nNOTE:one\n two\nTITLE;CHARSET=windows-1251;QUOTED-PRINTABLE:=C4=E0\n"
        "FN;CHARSET=rot13;ENCODING=QUOTED-PRINTABLE:=D0=94=D0=BE=D1=80=D0=B6\nEND:VCARD\n"
    )
    assert (found.asked["given"], found.asked["family"], found.asked["notes"]) == ("Дорж", "Бат", "one two")
    assert found.asked["numbers"] == [{"number": "99112233", "label": "mobile"}]
    assert found.asked["fields"] == [{"name": "Title", "value": "Да"}]


def test_a_broken_card_says_so_and_does_not_end_the_file() -> None:
    found = read(
        "rubbish\nBEGIN:VCARD\nFN:A\nno property\nBEGIN:VCARD\nFN:B\nPHOTO;ENCODING=b:!!!\nEND:VCARD\nEND:VCARD\n"
        "begin:vcard\nFN:C\nend:vcard\n"
    )
    assert [(one.line, one.ended, one.unread) for one in found] == [(2, False, 1), (5, True, 0), (10, True, 0)]
    first = entry_of(found[0], "given_first")
    assert (first.left_out, first.problems) == (("lines that are no property",), (("card", "it has no END:VCARD"),))
    assert entry_of(found[1], "given_first").asked == {"given": "B", "order": "given_first"}


def test_a_card_in_a_card_is_left_out() -> None:
    found = read("BEGIN:VCARD\nVERSION:2.1\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:Agent\nEND:VCARD\nTEL:1\nEND:VCARD\n")
    assert [[one.name for one in card.properties] for card in found] == [["FN", "TEL"]]
    assert found[0].unread == 1


def test_a_group_is_no_person() -> None:
    found = entry("BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Friends\nMEMBER:urn:uuid:1\nEND:VCARD\n")
    assert [what for what, _ in found.problems] == ["card"]


def test_a_name_that_no_order_gives_is_kept_as_a_field() -> None:
    found = entry("BEGIN:VCARD\nFN:Annie\nN:Petrova;Anna;;Dr.;\nEND:VCARD\n")
    assert found.asked["fields"] == [{"name": "Prefix", "value": "Dr."}, {"name": "Display name", "value": "Annie"}]


def test_a_line_of_ten_million_characters_takes_little_memory_and_time() -> None:
    def lines() -> Iterator[str]:
        yield from ("BEGIN:VCARD\r\n", "FN:A\r\n", "PHOTO;ENCODING=b:")
        for _ in range(1000):
            yield "x" * 10_000
        yield from ("\r\n", "NOTE:")
        for _ in range(1000):
            yield "y" * 10_000 + "\r\n "
        yield from ("\r\n", "TEL:+442079460101\r\n", "END:VCARD\r\n")

    tracemalloc.start()
    [card] = cards(lines())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
    found = entry_of(card, "given_first")
    assert (found.left_out, found.problems) == (("PHOTO",), (("NOTE", "it is longer than is read: shorten it"),))
    assert found.asked["numbers"] == [{"number": "+442079460101", "label": ""}]
    assert max(len(one.value) for one in card.properties if one.name != "PHOTO") <= LINE_MAX


def test_a_photo_is_read_as_octets_and_an_address_is_left_out() -> None:
    for line in ("PHOTO;ENCODING=b;TYPE=JPEG:AQID", "PHOTO:data:image/jpeg;base64,AQID", "PHOTO;JPEG;BASE64:AQID"):
        found = entry(f"BEGIN:VCARD\nFN:A\n{line}\nEND:VCARD\n")
        assert (found.photo, found.left_out) == (b"\x01\x02\x03", ()), line
    for line in ("PHOTO;VALUE=uri:http://127.0.0.1/a.jpg", "PHOTO;ENCODING=b:!!!"):
        found = entry(f"BEGIN:VCARD\nFN:A\n{line}\nEND:VCARD\n")
        assert (found.photo, found.left_out) == (None, ("PHOTO",)), line


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_a_picture_comes_back_from_our_own_card(version: str) -> None:
    [card] = read(card_of(person(given="Anna"), version, bytes(range(256)) * 90))
    assert entry_of(card, "given_first").photo == bytes(range(256)) * 90


def test_a_card_of_a_million_lines_is_bounded() -> None:
    [card] = cards(["BEGIN:VCARD\n", *["NOTE:x\n"] * 5000, "END:VCARD\n"])
    assert (len(card.properties), card.unread) == (500, 4500)


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    for card in read("BEGIN:VCARD\n" + text + "\nEND:VCARD\n"):
        entry_of(card, "family_first")


@given(
    st.lists(
        st.sampled_from(
            [
                "BEGIN:VCARD",
                "END:VCARD",
                "AGENT:",
                " ",
                "FN:A=",
                "N;ENCODING=QUOTED-PRINTABLE:=",
                'TEL;TYPE="',
                "\t:;,\\",
            ]
        )
    )
)
def test_any_order_of_lines_is_read_without_an_error(lines: list[str]) -> None:
    for card in read("\n".join(lines)):
        entry_of(card, "patronymic_first")


@given(st.text(), st.text())
def test_what_is_escaped_comes_back(one: str, two: str) -> None:
    plain = [text.replace("\r\n", "\n").replace("\r", "\n") for text in (one, two)]
    assert [unescaped(part) for part in split(f"{escaped(one)};{escaped(two)}", ";")] == plain


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")))
def test_a_folded_line_has_75_octets_at_most_and_unfolds_to_itself(text: str) -> None:
    lines = folded(text).split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert lines[0] + "".join(line[1:] for line in lines[1:]) == text


@pytest.mark.parametrize("label", ["mobile", "home", "work fax", "home mobile", "car"])
def test_usual_labels_are_types(label: str) -> None:
    assert label_of(types_of(label) or ()) == label


@pytest.mark.parametrize("label", ["reception desk", "iPhone", "fax work", "Mobile"])
def test_other_labels_are_not(label: str) -> None:
    assert types_of(label) is None


LINES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs", "Cf", "Co", "Cn"]),
    min_size=1,
    max_size=20,
)
LABELS = st.one_of(st.sampled_from(["", "mobile", "work fax", "home", "main"]), LINES)


@given(
    st.fixed_dictionaries(
        {
            "given": LINES,
            "family": st.one_of(st.just(""), LINES),
            "patronymic": st.one_of(st.just(""), LINES),
            "order": st.sampled_from(["given_first", "family_first", "patronymic_first"]),
            "company": st.one_of(st.just(""), LINES),
            "phonetic": st.one_of(st.just(""), LINES),
            "notes": st.one_of(st.just(""), LINES, st.builds("{}\n{}".format, LINES, LINES)),
            "tags": st.lists(LINES, max_size=3, unique=True).map(tuple),
            "emails": st.lists(st.builds(PersonEmail, address=st.just("a@example.com"), label=LABELS), max_size=3).map(
                tuple
            ),
            "addresses": st.lists(st.builds(PersonAddress, text=LINES, label=LABELS), max_size=3).map(tuple),
            "fields": st.lists(
                st.builds(CustomField, name=st.one_of(LINES, st.sampled_from(["Title", "Birthday"])), value=LINES),
                max_size=3,
                unique_by=lambda one: one.name,
            ).map(tuple),
            "label": LABELS,
        }
    ),
    st.sampled_from(["3.0", "4.0"]),
)
def test_a_person_comes_back_from_a_card_as_they_were(what: dict[str, Any], version: str) -> None:
    number = PersonNumber(
        number="+442079460101", typed="+442079460101", label=what.pop("label"), contact_id=ContactId("ctc_1")
    )
    before = person(numbers=(number,), **what)
    [card] = read(card_of(before, version))
    found = entry_of(card, "given_first")
    assert (found.problems, found.left_out) == ((), ())
    asked = found.asked
    for field in ("given", "family", "patronymic", "order", "company", "phonetic", "notes"):
        assert asked.get(field, "") == getattr(before, field), field
    assert asked["numbers"] == [{"number": one.number, "label": one.label} for one in before.numbers]
    assert asked.get("emails", []) == [{"address": one.address, "label": one.label} for one in before.emails]
    assert asked.get("addresses", []) == [{"text": one.text, "label": one.label} for one in before.addresses]
    assert tuple(asked.get("tags", [])) == before.tags
    assert asked.get("fields", []) == [{"name": one.name, "value": one.value} for one in before.fields]
