"""What the heading of a column says it has: in English, Mongolian, Russian and German, and in other programs' exports.

These are Google Contacts, Outlook, 3CX and Aircall. It is a proposal: whoever imports can say otherwise. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

Target = Literal[
    "skip", "name", "given", "family", "patronymic", "phonetic", "order", "company", "number", "email", "address",
    "street", "city", "region", "postal_code", "country", "label", "tags", "notes", "field",
]  # fmt: skip
"""`name`: a whole name. `street` to `country`: parts of one address. `label`: of the number, e-mail address, address or
own field of the same group. `field`: an own field, which is called as `label` says."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """`label`: what kind of number, e-mail address or address, or the name of an own field. `group`: columns of one
    address, or a value and the column with its label, have the same one; 0: it stands alone."""

    to: Target
    label: str = ""
    group: int = 0


OWN = {
    "given": "given", "family": "family", "patronymic": "patronymic", "phonetic": "phonetic", "order": "order",
    "company": "company", "tags": "tags", "notes": "notes",
}  # fmt: skip
"""Columns of Call24's own files that are there once."""

_EXACT: dict[str, Target] = {
    # whole names
    "name": "name", "full name": "name", "display name": "name", "contact": "name", "contact name": "name",
    "file as": "skip", "нэр овог": "name", "овог нэр": "name", "бүтэн нэр": "name", "фио": "name",
    "полное имя": "name", "контакт": "name", "имя фамилия": "name", "фамилия имя": "name",
    "vollständiger name": "name", "anzeigename": "name", "kontakt": "name", "kontaktname": "name",
    # parts of names
    "given": "given", "given name": "given", "first name": "given", "firstname": "given", "forename": "given",
    "нэр": "given", "өөрийн нэр": "given", "имя": "given", "vorname": "given", "rufname": "given",
    "family": "family", "family name": "family", "last name": "family", "lastname": "family", "surname": "family",
    "фамилия": "family", "ургийн овог": "family", "nachname": "family", "familienname": "family", "zuname": "family",
    "patronymic": "patronymic", "middle name": "patronymic", "additional name": "patronymic", "овог": "patronymic",
    "эцгийн нэр": "patronymic", "эцэг эхийн нэр": "patronymic", "отчество": "patronymic", "vatersname": "patronymic",
    "zweiter vorname": "patronymic", "weitere vornamen": "patronymic",
    "phonetic": "phonetic", "phonetic first name": "phonetic", "phonetic name": "phonetic", "yomi name": "phonetic",
    "given name yomi": "phonetic", "дуудлага": "phonetic", "lautschrift": "phonetic", "order": "order",
    # companies
    "company": "company", "company name": "company", "organization": "company", "organisation": "company",
    "organization name": "company", "organisation name": "company", "account name": "company", "компани": "company",
    "байгууллага": "company", "компания": "company", "организация": "company", "место работы": "company",
    "firma": "company", "unternehmen": "company", "firmenname": "company",
    # the rest
    "tags": "tags", "labels": "tags", "categories": "tags", "category": "tags", "group membership": "tags",
    "groups": "tags", "group": "tags", "шошго": "tags", "ангилал": "tags", "бүлэг": "tags", "метки": "tags",
    "теги": "tags", "категории": "tags", "группа": "tags", "группы": "tags", "kategorien": "tags",
    "kategorie": "tags", "gruppen": "tags", "gruppe": "tags", "schlagwörter": "tags",
    "notes": "notes", "note": "notes", "information": "notes", "comment": "notes", "comments": "notes",
    "description": "notes", "тэмдэглэл": "notes", "тайлбар": "notes", "заметки": "notes", "заметка": "notes",
    "примечание": "notes", "примечания": "notes", "комментарий": "notes", "notizen": "notes", "notiz": "notes",
    "bemerkung": "notes", "bemerkungen": "notes", "kommentar": "notes",
    # what programs write for themselves
    "priority": "skip", "private": "skip", "sensitivity": "skip", "initials": "skip", "priorität": "skip",
    "vertraulichkeit": "skip", "initialen": "skip", "важность": "skip", "инициалы": "skip", "privat": "skip",
}  # fmt: skip

_NOUNS: dict[str, Target] = {
    "phone": "number", "telephone": "number", "tel": "number", "number": "number", "phone number": "number",
    "telephone number": "number", "утас": "number", "утасны дугаар": "number", "дугаар": "number",
    "телефон": "number", "тел": "number", "номер": "number", "номер телефона": "number", "телефона": "number",
    "telefon": "number", "telefonnummer": "number", "rufnummer": "number", "nummer": "number", "telefonnr": "number",
    "e mail": "email", "email": "email", "mail": "email", "e mail address": "email", "email address": "email",
    "имэйл": "email", "и мэйл": "email", "цахим шуудан": "email", "и мэйл хаяг": "email", "имэйл хаяг": "email",
    "электронная почта": "email", "почта": "email", "эл почта": "email", "адрес эл почты": "email",
    "адрес электронной почты": "email", "e mail adresse": "email", "emailadresse": "email", "mailadresse": "email",
    "address": "address", "formatted": "address", "postal address": "address", "address formatted": "address",
    "хаяг": "address", "адрес": "address", "почтовый адрес": "address", "adresse": "address", "anschrift": "address",
    "street": "street", "address street": "street", "street address": "street", "address extended address": "street",
    "address po box": "street", "po box": "street", "street 2": "street", "гудамж": "street", "улица": "street",
    "straße": "street", "strasse": "street", "postfach": "street",
    "city": "city", "address city": "city", "town": "city", "хот": "city", "город": "city", "ort": "city",
    "stadt": "city",
    "region": "region", "address region": "region", "state": "region", "province": "region", "аймаг": "region",
    "область": "region", "регион": "region", "bundesland": "region", "bundesland kanton": "region",
    "postal code": "postal_code", "address postal code": "postal_code", "zip": "postal_code",
    "zip code": "postal_code", "postcode": "postal_code", "шуудангийн код": "postal_code",
    "индекс": "postal_code", "почтовый индекс": "postal_code", "почтовый код": "postal_code", "plz": "postal_code",
    "postleitzahl": "postal_code",
    "country": "country", "address country": "country", "country region": "country", "улс": "country",
    "страна": "country", "страна или регион": "country", "land": "country", "land region": "country",
}  # fmt: skip
_LABELS = {
    "mobile": "mobile", "cell": "mobile", "handy": "mobile", "mobil": "mobile", "mobiltelefon": "mobile number",
    "гар": "mobile", "мобильный": "mobile", "мобильного": "mobile", "сотовый": "mobile",
    "home": "home", "гэрийн": "home", "гэр": "home", "домашний": "home", "домашняя": "home", "дом": "home",
    "privat": "home", "zuhause": "home",
    "work": "work", "business": "work", "office": "work", "ажлын": "work", "ажил": "work", "рабочий": "work",
    "рабочая": "work", "служебный": "work", "geschäftlich": "work", "büro": "work", "arbeit": "work",
    "dienstlich": "work", "geschäft": "work",
    "fax": "fax", "факс": "fax", "telefax": "fax", "main": "main", "primary": "main", "company": "company",
    "other": "other", "бусад": "other", "другой": "other", "weitere": "other", "assistant's": "assistant",
    "assistant": "assistant", "car": "car", "pager": "pager", "radio": "radio", "isdn": "ISDN", "telex": "telex",
    "callback": "callback", "direct": "direct", "добавочный": "other",
}  # fmt: skip
_ALONE = frozenset({"mobile", "home", "work", "fax", "main", "other", "pager", "car"})
"""Labels that are a number's where they stand alone."""
_ADDRESS = frozenset({"address", "хаяг", "адрес", "adresse", "anschrift"})
_VALUE, _TYPE = {"value", "значение", "wert", "утга"}, {"type", "label", "тип", "ярлык", "typ", "төрөл"}
_KINDS = {"phone": "number", "e mail": "email", "address": "address", "website": "field", "relation": "field",
          "event": "field", "custom field": "field", "im": "field"}  # fmt: skip
"""Of Google's pairs of columns."""
_OWN_PAIR = re.compile(r"^(number|email|address|field) (\d{1,2})( label| name)?$")


def proposed(headings: Sequence[str]) -> list[Column]:
    """What each column has. One that says nothing known is an own field of its name, so that nothing is lost."""
    groups: dict[str, int] = {}
    return [_column(heading, groups) for heading in headings]


def known(headings: Sequence[str]) -> int:
    """How many of these are headings of columns that people have."""
    return sum(column.to not in ("field", "skip") for column in proposed(headings))


def _column(heading: str, groups: dict[str, int]) -> Column:
    def group(name: str) -> int:
        return groups.setdefault(name, len(groups) + 1)

    if own := _OWN_PAIR.match(heading.strip()):
        kind, place, label = own.groups()
        to: Target = "label" if label else kind  # type: ignore[assignment]
        return Column(to=to, group=group(f"{kind} {place}"))
    plain, count = _plain(heading)
    if not plain:
        return Column(to="skip")
    if (exact := _EXACT.get(plain)) is not None:
        return Column(to=exact)
    words = plain.split()
    if words[-1] in _VALUE | _TYPE and (pair := _KINDS.get(" ".join(words[:-1]))) is not None:
        kind = " ".join(words[:-1])
        name = f"{kind} {count}"
        return Column(to="label" if words[-1] in _TYPE else pair, group=group(name))  # type: ignore[arg-type]
    return _labelled(heading, words, count, group)


def _labelled(heading: str, words: list[str], count: str, group: Callable[[str], int]) -> Column:
    labels = [_LABELS[word] for word in words if word in _LABELS]
    rest = " ".join(word for word in words if word not in _LABELS)
    label = " ".join(" ".join(labels).replace("mobile number", "mobile").split())
    to = _NOUNS.get(" ".join(words)) or _NOUNS.get(rest)
    if to is None and not rest and labels and (labels[0] in _ALONE or "fax" in labels or "mobile number" in labels):
        to = "number"
    if to is None:
        return Column(to="field", label=" ".join(heading.split()))
    if to in ("number", "email"):
        return Column(to=to, label=label)
    which = count if any(word in _ADDRESS for word in words) else ""  # `Business Street 2` is the same address's
    return Column(to=to, label=label, group=group(f"address {label}{which}"))


def _plain(heading: str) -> tuple[str, str]:
    """Small words without what separates them, and the number among them."""
    text = re.sub(r"(?<=[a-zа-яөүё])(?=[A-ZА-ЯӨҮЁ])", " ", heading)
    words = re.sub(r"[\s_\-–:./()*,#|]+", " ", text.casefold()).split()
    found = [re.sub(r"\d+$", "", word) or word for word in words]
    count = next((word[len(part) :] or word for word, part in zip(words, found, strict=True) if word != part), "")
    numbers = [word for word in found if word.isdigit()]
    return " ".join(word for word in found if not word.isdigit()), count or next(iter(numbers), "")
