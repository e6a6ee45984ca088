"""Cards of clients: given back as they came, in both versions, with what was changed elsewhere and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from call24.carddav import card_people
from call24.carddav.card_lines import CardLines, parsed, read, text_of, unfolded
from call24.carddav.card_people import asked_of, kept_of
from call24.carddav.refusals import NotACard, OtherVersion
from call24.carddav.versions import as_version
from call24.kit.ids import ContactId, PersonId, TenantId
from call24.people.model import CustomField, Person, PersonAddress, PersonEmail, PersonNumber
from call24.people.rules import completed, tidy

AT = datetime(2026, 11, 29, tzinfo=UTC)
IOS = b"""BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 18.4//EN
N:Petrova;Anna;;Dr.;
FN:Dr. Anna Petrova
ORG:Northern Lights;Sales;
TITLE:Buyer
item1.EMAIL;type=INTERNET;type=pref:anna@example.mn
item1.X-ABLabel:_$!<Other>!$_
TEL;type=CELL;type=VOICE;type=pref:+976 9911 2233
item2.TEL:*123#
item2.X-ABLabel:Balance
item3.ADR;type=HOME:;;Peace Avenue 17;Ulaanbaatar;;14200;Mongolia
item3.X-ABADR:mn
BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15
NOTE:Likes tea\\, and
  quiet
X-SOCIALPROFILE;type=twitter:http://twitter.example/anna
X-ACME-LEVEL;X-SINCE=2019:gold
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
 /2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRof
UID:5D0C1B1E-9B0A-4C6F-9F57-0E6A4E7C1A11
REV:2026-11-01T10:00:00Z
END:VCARD
"""


def person_of(card: CardLines, **changes: Any) -> Person:
    """As it is stored after the card was written."""
    asked = {**asked_of(card, "MN"), **changes}
    fields = tidy({name: value for name, value in asked.items() if name != "numbers"})
    numbers = tuple(
        PersonNumber(number=one["number"], typed=one["number"], label=one["label"], contact_id=ContactId(one["number"]))
        for one in asked["numbers"]
    )
    return completed(
        Person(
            id=PersonId("per_1"), tenant_id=TenantId("ten_1"), created_at=AT, updated_at=AT, numbers=numbers, **fields
        )
    )


def shown(person: Person, card: CardLines | None, version: str = "3.0") -> list[str]:
    uid = card.text("UID") if card is not None else person.id
    return unfolded(text_of(card_people.shown(person, card, uid, version, "MN")).splitlines())


def own(lines: list[str]) -> list[str]:
    """Without what the server says itself."""
    return [one for one in lines if not one.startswith(("REV:", "UID:", "X-CALL24-NAME-ORDER:"))]


def test_what_nobody_changed_is_given_back_line_by_line() -> None:
    card = read(IOS)
    came = unfolded(IOS.decode().splitlines())
    assert sorted(own(shown(person_of(card), card))) == sorted(own(came))
    assert "UID:5D0C1B1E-9B0A-4C6F-9F57-0E6A4E7C1A11" in shown(person_of(card), card)


def test_a_card_is_a_person_with_all_that_the_address_book_has_a_place_for() -> None:
    asked = asked_of(read(IOS), "MN")
    assert (asked["given"], asked["family"], asked["company"]) == ("Anna", "Petrova", "Northern Lights")
    assert asked["numbers"] == [{"number": "+97699112233", "label": "mobile"}]  # *123# stays in the card alone
    assert asked["emails"] == [{"address": "anna@example.mn", "label": "other"}]
    assert asked["notes"] == "Likes tea, and quiet"
    assert {"name": "Title", "value": "Buyer"} in asked["fields"]


def test_what_was_changed_elsewhere_is_in_the_card_and_the_rest_stays() -> None:
    card = read(IOS)
    before = person_of(card)
    numbers = (
        PersonNumber(number="+97670001122", typed="70001122", label="front desk", contact_id=ContactId("ctc_2")),
        *before.numbers,
    )
    after = completed(msgspec.structs.replace(before, family="Bat", notes="Rings late", numbers=numbers))
    lines = shown(after, card)
    assert "N:Bat;Anna;;Dr.;" in lines
    assert "NOTE:Rings late" in lines
    assert "TEL;type=CELL;type=VOICE;type=pref:+976 9911 2233" in lines
    assert "item2.TEL:*123#" in lines
    assert "X-ACME-LEVEL;X-SINCE=2019:gold" in lines
    assert any(one.startswith("PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ") for one in lines)
    [desk] = [one for one in lines if one.endswith("TEL:+97670001122")]
    group = desk.partition(".")[0]
    assert f"{group}.X-ABLabel:front desk" in lines
    assert group not in ("item1", "item2", "item3")


def test_what_was_removed_elsewhere_leaves_the_card_with_its_label() -> None:
    card = read(IOS)
    before = person_of(card)
    after = completed(msgspec.structs.replace(before, emails=(), numbers=()))
    lines = shown(after, card)
    assert not any("EMAIL" in one or "_$!<Other>!$_" in one for one in lines)
    assert not any("9911" in one for one in lines)
    assert "item2.X-ABLabel:Balance" in lines


V4 = b"""BEGIN:VCARD
VERSION:4.0
PRODID:-//bitfire web engineering//DAVx5
FN:Anna Petrova
N:Petrova;Anna;;;
TEL;VALUE=uri;TYPE="cell,voice";PREF=1:tel:+97699112233
EMAIL;PREF=2:anna@example.mn
BDAY:--0415
PHOTO:data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ
RELATED;TYPE=friend:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6
KIND:individual
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
END:VCARD
"""


def test_a_card_of_version_4_is_given_as_3_and_back_without_loss() -> None:
    card = read(V4)
    older = as_version(card, "3.0")
    lines = {one.text for one in older.lines}
    assert "TEL;TYPE=cell,voice,pref:+97699112233" in lines
    assert "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15" in lines
    assert "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ" in lines
    assert "RELATED;TYPE=friend:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6" in lines
    again = as_version(older, "4.0")
    told = {(one.name, one.parsed.text) for one in again.lines}
    assert ("BDAY", "--0415") in told
    assert ("PHOTO", "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ") in told
    assert {one.name for one in again.lines} == {one.name for one in card.lines}


def test_the_stored_version_is_no_other_one_for_having_been_read_as_another() -> None:
    card = read(V4)
    person = person_of(card)
    assert shown(person, card, "3.0")[1] == "VERSION:3.0"
    assert shown(person, card, "4.0")[1] == "VERSION:4.0"
    assert sorted(own(shown(person, card, "4.0"))) == sorted(own(unfolded(V4.decode().splitlines())))


def test_a_group_of_one_version_is_a_group_of_the_other() -> None:
    group = read(
        b"BEGIN:VCARD\nVERSION:3.0\nN:Friends;;;;\nFN:Friends\nX-ADDRESSBOOKSERVER-KIND:group\n"
        b"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\nUID:g1\nEND:VCARD\n"
    )
    newer = as_version(group, "4.0")
    assert group.is_group
    assert newer.is_group
    assert {"KIND:group", "MEMBER:urn:uuid:1"} <= {one.text for one in newer.lines}
    assert sorted(one.text for one in as_version(newer, "3.0").lines) == sorted(one.text for one in group.lines)


def test_of_who_was_never_written_by_a_client_the_card_is_the_person() -> None:
    person = completed(
        Person(
            id=PersonId("per_1"), tenant_id=TenantId("ten_1"), created_at=AT, updated_at=AT,
            given="Хулан", family="Бат",
            emails=(PersonEmail(address="k@example.mn", label="work"),),
            addresses=(PersonAddress(text="Peace Avenue 17\nUlaanbaatar"),),
            fields=(CustomField(name="Customer number", value="77412"),),
        )
    )  # fmt: skip
    lines = shown(person, None)
    assert {"FN:Хулан Бат", "N:Бат;Хулан;;;", "EMAIL;TYPE=work:k@example.mn", "UID:per_1"} <= set(lines)
    assert asked_of(parsed(lines[1:-1]), "MN")["fields"] == [{"name": "Customer number", "value": "77412"}]


def test_a_client_that_drops_what_it_does_not_know_takes_nothing_away() -> None:
    earlier = read(IOS)
    before = person_of(
        earlier, fields=[*asked_of(earlier, "MN")["fields"], {"name": "Customer number", "value": "77412"}]
    )
    came = read(IOS.replace(b"X-ACME-LEVEL;X-SINCE=2019:gold\n", b"").replace(b"TITLE:Buyer\n", b""))
    whole, more = kept_of(came, before, earlier)
    assert "X-ACME-LEVEL;X-SINCE=2019:gold" in {one.text for one in whole.lines}
    assert more["fields"] == [{"name": "Customer number", "value": "77412"}]
    assert not whole.all("TITLE")  # it knows that one


def test_a_client_that_keeps_them_can_take_them_away() -> None:
    earlier = read(IOS)
    came = read(IOS.replace(b"X-ACME-LEVEL;X-SINCE=2019:gold\n", b"X-CALL24-NAME-ORDER:given_first\n"))
    whole, more = kept_of(came, person_of(earlier), earlier)
    assert not whole.all("X-ACME-LEVEL")
    assert more == {}


def test_who_has_no_name_is_called_by_what_there_is() -> None:
    card = read(b"BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nFN:\nTEL:+97699112233\nUID:1\nEND:VCARD\n")
    assert asked_of(card, None)["given"] == "+97699112233"
    assert own(shown(person_of(card), card)) == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:;;;;",
        "FN:",
        "TEL:+97699112233",
        "END:VCARD",
    ]


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"", NotACard),
        (b"BEGIN:VCARD\nVERSION:3.0\nFN:A\n", NotACard),
        (b"BEGIN:VCARD\nVERSION:3.0\nno property\nEND:VCARD\n", NotACard),
        (2 * b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n", NotACard),
        (b"BEGIN:VCARD\nVERSION:3.0\n" + 501 * b"NOTE:a\n" + b"END:VCARD\n", NotACard),
        (b"\xff\xfe", NotACard),
        (b"BEGIN:VCARD\nVERSION:2.1\nFN:A\nEND:VCARD\n", OtherVersion),
        (b"BEGIN:VCARD\nFN:A\nEND:VCARD\n", OtherVersion),
    ],
)
def test_what_is_no_card_is_refused(body: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read(body)
