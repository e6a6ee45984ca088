"""What a vCard says of a person, and a person as a vCard. Pure.

Nothing is lost silently: what a person of the address book has no place for is kept in own fields where it is a line of
text (job title, birthday, website), and named in `left_out` where it is not (keys, addresses of pictures).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from call24.address_book_files.names import order_of, split_name
from call24.address_book_files.photos import photo_bytes, photo_property
from call24.address_book_files.vcards import Card, Property, escaped, split, unescaped, written
from call24.kit.instants import iso
from call24.people.model import NameOrder, Person
from call24.people.rules import LINE_MAX, name_of


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A row as a person. `asked`: as `People.add` takes it; `left_out`: what of the row is in none of its fields.

    `photo`: the octets of its picture, whatever they are. `problems`: why it cannot be a person, as (what of it, what
    is wrong), without anything personal.
    """

    asked: dict[str, Any]
    photo: bytes | None = None
    left_out: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()


_FIELDS = {
    "TITLE": "Title",
    "ROLE": "Role",
    "NICKNAME": "Nickname",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "URL": "Website",
    "IMPP": "Chat",
    "X-SKYPE": "Skype",
    "X-SKYPE-USERNAME": "Skype",
    "X-SOCIALPROFILE": "Profile",
    "X-ABDATE": "Date",
    "X-ABRELATEDNAMES": "Related",
    "LANG": "Language",
    "TZ": "Time zone",
    "GENDER": "Gender",
    "X-GENDER": "Gender",
}
"""Properties of one line that a person has as an own field, by its name."""
_WRITTEN = {"Title": "TITLE", "Role": "ROLE", "Nickname": "NICKNAME", "Website": "URL"}
_PREFIX, _SUFFIX, _DEPARTMENT, _DISPLAY = "Prefix", "Suffix", "Department", "Display name"
_FIELD, _ORDER = "X-CALL24-FIELD", "X-CALL24-NAME-ORDER"
_TECHNICAL = frozenset(
    {"UID", "REV", "PRODID", "SOURCE", "KIND", "CLIENTPIDMAP", "SORT-STRING", "X-ABUID", "X-ABLABEL", "X-ABADR"}
    | {"X-ABSHOWAS", "X-ADDRESSBOOKSERVER-KIND", "PROFILE", "NAME", "CLASS", "X-ABORDER", "END", "BEGIN", "LABEL"}
    | {"MAILER", "X-ABCROP-RECTANGLE", "X-IMAGEHASH", "X-IMAGETYPE"}
)
"""They say something of the card and not of the person, or are read with another property."""
_WORDS = {"cell": "mobile", "iphone": "iPhone", "internet": "", "voice": "", "pref": "", "text": "", "x-voice": ""}
_TYPES = {
    "mobile": "cell",
    "home": "home",
    "work": "work",
    "fax": "fax",
    "pager": "pager",
    "car": "car",
    "isdn": "isdn",
}
"""A label's words that are types of a number."""
_ORDERS = ("given_first", "family_first", "patronymic_first")


def entry_of(card: Card, order: NameOrder) -> Entry:
    """`order`: of names that are written in one."""
    reading = _Reading(card, order)
    for one in card.properties:
        reading.take(one)
    return reading.entry()


class _Reading:
    def __init__(self, card: Card, order: NameOrder) -> None:
        self._card = card
        self._order = order
        self._labels = {one.group: _label_text(one.text) for one in card.all("X-ABLABEL") if one.group}
        self._made: dict[str, Any] = {"numbers": [], "emails": [], "addresses": [], "tags": [], "fields": []}
        self._notes: list[str] = []
        self._shown = ""
        self._phonetic: dict[str, str] = {}
        self._left_out: dict[str, None] = {}
        self._photo: bytes | None = None
        self._problems: list[tuple[str, str]] = []

    def take(self, one: Property) -> None:
        name = one.name
        if name in _TECHNICAL:
            self._kind(one)
            return
        if not one.whole and name not in ("PHOTO", "LOGO", "SOUND", "KEY"):
            self._problems.append((name, "it is longer than is read: shorten it"))
            return
        if not one.value.strip(" ;,"):
            return
        read = _READ.get(name)
        if read is not None:
            read(self, one)
        elif name in _FIELDS:
            self._field(self._labels.get(one.group) or _FIELDS[name], " ".join(one.text.split()))
        else:
            self._left_out[name] = None

    def _picture(self, one: Property) -> None:
        photo = photo_bytes(one) if one.whole and self._photo is None else None
        if photo is None:
            self._left_out[one.name] = None
        else:
            self._photo = photo

    def _shown_name(self, one: Property) -> None:
        self._shown = self._shown or one.text.strip()

    def _number(self, one: Property) -> None:
        self._made["numbers"].append({"number": _number(one), "label": self._label(one)})

    def _email(self, one: Property) -> None:
        address = one.text.strip()
        address = address[7:] if address.lower().startswith("mailto:") else address
        self._made["emails"].append({"address": address, "label": self._label(one)})

    def _note(self, one: Property) -> None:
        self._notes.append(one.text.strip())

    def _tags(self, one: Property) -> None:
        self._made["tags"] += [part.strip() for part in one.parts(",") if part.strip()]

    def _phonetic_name(self, one: Property) -> None:
        self._phonetic[one.name] = one.text.strip()

    def _name_order(self, one: Property) -> None:
        if one.value in _ORDERS:
            self._made["order"] = one.value

    def _own_field(self, one: Property) -> None:
        field, *value = one.parts()
        self._field(field, "; ".join(value))

    def _kind(self, one: Property) -> None:
        if one.name in ("KIND", "X-ADDRESSBOOKSERVER-KIND") and one.value.strip().lower() == "group":
            self._problems.append(("card", "it is a group, and not a person: give its people a tag instead"))

    def _names(self, one: Property) -> None:
        parts = [_spaced(part, one) for part in split(one.value, ";")] + [""] * 5
        family, given, additional, prefix, suffix = parts[:5]
        self._made.update(given=given, family=family, patronymic=additional)
        self._field(_PREFIX, prefix)
        self._field(_SUFFIX, suffix)

    def _company(self, one: Property) -> None:
        company, *units = [part.strip() for part in one.parts()]
        if self._made.get("company"):
            self._field("Company", company)
        else:
            self._made["company"] = company
        if units := [unit for unit in units if unit]:
            self._field(_DEPARTMENT, ", ".join(units))

    def _address(self, one: Property) -> None:
        box, extended, street, city, region, code, country = ([*one.parts(), *[""] * 7])[:7]
        place = " ".join(part.strip() for part in (code, city) if part.strip())
        lines = [part.strip() for part in (box, extended, street, place, region, country)]
        text = "\n".join(line for line in lines if line)
        self._made["addresses"].append({"text": text, "label": self._label(one)})

    def _field(self, name: str, value: str) -> None:
        if not value:
            return
        taken, free, count = {one["name"] for one in self._made["fields"]}, name, 2
        while free in taken:
            free, count = f"{name} {count}", count + 1
        if len(value) > LINE_MAX:
            self._problems.append((name, f"at most {LINE_MAX} characters"))
        else:
            self._made["fields"].append({"name": free, "value": value})

    def _label(self, one: Property) -> str:
        return self._labels.get(one.group) or label_of(one.types)

    def entry(self) -> Entry:
        made = self._made
        if self._shown:
            self._name_shown()
        if self._phonetic:
            names = ("X-PHONETIC-FIRST-NAME", "X-PHONETIC-MIDDLE-NAME", "X-PHONETIC-LAST-NAME")
            made["phonetic"] = " ".join(filter(None, map(self._phonetic.get, names)))
        if self._notes:
            made["notes"] = "\n\n".join(self._notes)
        if self._card.unread:
            self._left_out["lines that are no property"] = None
        if not self._card.ended:
            self._problems.append(("card", "it has no END:VCARD"))
        wanted = {field: value for field, value in made.items() if value}
        return Entry(asked=wanted, photo=self._photo, left_out=tuple(self._left_out), problems=tuple(self._problems))

    def _name_shown(self) -> None:
        """What is shown of names in parts is their order; a name of its own is kept beside them."""
        made, shown = self._made, " ".join(self._shown.split())
        if not any(made.get(part) for part in ("given", "family", "patronymic")):
            if shown != made.get("company"):
                made.update(split_name(shown, made.get("order", self._order)))
            return
        if "order" not in made:
            made["order"] = order_of(shown, made, self._order)
        around = {one["value"] for one in made["fields"] if one["name"] in (_PREFIX, _SUFFIX)}
        parts = [made.get(part, "") for part in ("given", "family", "patronymic", "company")]
        told = {word for text in (*parts, *around) for word in _words(text)}
        if not _words(shown) <= told:
            self._field(_DISPLAY, shown)


def _words(text: str) -> set[str]:
    return set(text.replace(",", " ").replace(";", " ").split())


_READ: dict[str, Callable[[_Reading, Property], None]] = {
    "FN": _Reading._shown_name,
    "N": _Reading._names,
    "ORG": _Reading._company,
    "TEL": _Reading._number,
    "EMAIL": _Reading._email,
    "ADR": _Reading._address,
    "NOTE": _Reading._note,
    "CATEGORIES": _Reading._tags,
    "PHOTO": _Reading._picture,
    "X-PHONETIC-FIRST-NAME": _Reading._phonetic_name,
    "X-PHONETIC-MIDDLE-NAME": _Reading._phonetic_name,
    "X-PHONETIC-LAST-NAME": _Reading._phonetic_name,
    _ORDER: _Reading._name_order,
    _FIELD: _Reading._own_field,
}


def label_of(types: Iterable[str]) -> str:
    """`work fax`, `mobile`; where and what are in this order, whatever order they came in."""
    words = dict.fromkeys(_WORDS.get(one, one) for one in types)
    first = [one for one in ("home", "work") if one in words]
    return " ".join([*first, *(one for one in words if one and one not in first)])


def types_of(label: str) -> tuple[str, ...] | None:
    """The types that say the same; None where no types do."""
    words = label.split()
    if not all(word in _TYPES for word in words):
        return None
    types = tuple(_TYPES[word] for word in words)
    return types if label_of(types) == label else None


def card_of(person: Person, version: str, jpeg: bytes | None = None) -> str:
    """A person as a vCard of version 3.0 or 4.0, with this picture. Numbers are written in E.164."""
    names = (person.family, person.given, person.patronymic, "", "")
    made = [Property("FN", escaped(name_of(person))), Property("N", ";".join(map(escaped, names)))]
    if person.company:
        made.append(Property("ORG", escaped(person.company)))
    grouped = _Grouped()
    for number in person.numbers:
        value = f"tel:{number.number}" if version == "4.0" else number.number
        uri = {"VALUE": ("uri",)} if version == "4.0" else {}
        made += grouped.labelled("TEL", value, number.label, uri)
    for email in person.emails:
        made += grouped.labelled("EMAIL", escaped(email.address), email.label, {})
    for address in person.addresses:
        made += grouped.labelled("ADR", f";;{escaped(address.text)};;;;", address.label, {})
    if person.tags:
        made.append(Property("CATEGORIES", ",".join(map(escaped, person.tags))))
    if person.notes:
        made.append(Property("NOTE", escaped(person.notes)))
    if person.phonetic:
        made.append(Property("X-PHONETIC-FIRST-NAME", escaped(person.phonetic)))
    for field in person.fields:
        plain = _WRITTEN.get(field.name)
        if plain is not None:
            made.append(Property(plain, escaped(field.value)))
        else:
            made.append(Property(_FIELD, f"{escaped(field.name)};{escaped(field.value)}"))
    if jpeg is not None:
        made.append(photo_property(jpeg, version))
    made.append(Property(_ORDER, person.order))
    made += [Property("UID", person.id), Property("REV", iso(person.updated_at))]
    return written(version, made)


class _Grouped:
    """Properties whose label is no type have it beside them, in one group, as Apple's and Google's cards do."""

    def __init__(self) -> None:
        self._count = 0

    def labelled(self, name: str, value: str, label: str, parameters: Mapping[str, tuple[str, ...]]) -> list[Property]:
        types = types_of(label)
        if not label:
            return [Property(name, value, parameters=parameters)]
        if types is not None:
            return [Property(name, value, parameters={**parameters, "TYPE": types})]
        self._count += 1
        group = f"item{self._count}"
        return [Property(name, value, group, parameters), Property("X-ABLabel", escaped(label), group)]


def _label_text(text: str) -> str:
    """Apple's own labels stand in marks: `_$!<Mobile>!$_`."""
    if text.startswith("_$!<") and text.endswith(">!$_"):
        return text[4:-4].lower()
    return " ".join(text.split())


def _number(one: Property) -> str:
    text = one.text.strip()
    if text.lower().startswith("tel:"):
        text = text[4:].partition(";")[0]
    return text


def _spaced(part: str, one: Property) -> str:
    """Several names in one component are separated by commas."""
    texts = (unescaped(name) if one.escaped else name for name in split(part, ","))
    return " ".join(" ".join(texts).split())
