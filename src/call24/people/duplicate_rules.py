"""Whether two entries of the address book look like one person, and why. Pure, and the same answer each time.

It only suspects: nobody is merged by it. What speaks for one person is weighed against what speaks for two, and a
number, an e-mail address or a home that two people share is never enough: where their given names differ, they stay two
unless something that is one person's alone is the same. `facts_of` makes of an entry what is compared, and the keys
by which others are found that may be the same.
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from call24.people.duplicate_model import Reason
from call24.people.model import Person
from call24.people.rules import words_of
from call24.people.similarity import aligned, alike, slip, sound

SUSPECT = 57
"""Points from which two entries are suspected to be one person."""
CROWD = 50
"""People who have one key: where more do, the key tells nobody apart, and is not searched by."""
KEYS_MAX = 40
_SAME, _SIMILAR, _APART = 0.999, 0.87, 0.8
"""Of the likeness of names, which is 0 to 1: from which they are the same, alike, and below which they are two."""
_IDENTITY_DIGITS = 5
"""Of an own field's value, from which it is one person's (a customer number), and not a size or a colour."""
_BIRTH = ("birth", "born", "рожд", "төрс", "geburt", "naissance", "nacimiento")
_DATE = re.compile(r"^(\d{4})[-./ ]?(\d{1,2})[-./ ]?(\d{1,2})$|^(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})$")
_ROLES = frozenset({
    "info", "office", "sales", "support", "contact", "mail", "hello", "admin", "team", "service", "help", "accounts",
    "billing", "booking", "enquiries",
})  # fmt: skip
"""Before the @ of addresses that a whole company reads."""


_ONES_OWN: frozenset[Reason] = frozenset({"same_field", "similar_field", "same_birth_date", "same_email"})
_AT_HOME: frozenset[Reason] = frozenset({"same_birth_date", "same_address", "similar_address"})


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is compared of an entry. `ids`: own fields that are one person's, by the folded name of the field."""

    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    birth: str = ""
    ids: dict[str, str] = {}
    addresses: tuple[tuple[str, ...], ...] = ()
    keys: tuple[str, ...] = ()


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """`score`: points; `why`: what speaks for one person, the weightiest first."""

    score: int
    why: tuple[Reason, ...] = ()


def facts_of(person: Person) -> Facts:
    birth, ids = "", {}
    for field in person.fields:
        name, value = " ".join(words_of(field.name)), field.value.strip()
        if any(word in field.name.casefold() for word in _BIRTH):
            birth = birth or _date(value)
        elif sum(char.isdigit() for char in value) >= _IDENTITY_DIGITS:
            ids[name] = "".join(words_of(value))
    facts = Facts(
        given=_names(person.given),
        family=_names(f"{person.family} {person.patronymic}"),
        company=tuple(words_of(person.company)),
        numbers=frozenset(one.contact_id for one in person.numbers),
        emails=frozenset(one.address.casefold() for one in person.emails),
        birth=birth,
        ids=ids,
        addresses=tuple(words for one in person.addresses if (words := tuple(words_of(one.text)))),
    )
    return msgspec.structs.replace(facts, keys=_keys(facts))


def _names(text: str) -> tuple[str, ...]:
    return tuple(word.replace("x", "ks") for word in words_of(text))  # as Cyrillic has it


def compared(one: Facts, other: Facts) -> Compared:
    """Symmetric. Below `SUSPECT` they stay two."""
    told: list[tuple[int, Reason | None]] = [
        *_of_fields(one, other),
        *_of_births(one, other),
        *_of_addresses(one, other),
    ]
    names = _of_names(one, other)
    told += [(names.points, names.reason)]
    mails = one.emails & other.emails
    if mails:
        own = any(mail.split("@")[0] not in _ROLES for mail in mails)
        told.append((35 if own else 10, "same_email"))
    if one.numbers & other.numbers:
        told.append((25, "same_number"))
    if one.company and one.company == other.company:
        told.append((20, "same_company"))
    score, reasons = sum(points for points, _ in told), {reason for _, reason in told}
    theirs_alone = "same_field" in reasons
    two = (
        (names.apart and not (theirs_alone and reasons & _AT_HOME))
        or (names.nameless and not reasons & _ONES_OWN)
        or (_other_birth(one, other) and not theirs_alone)
    )
    if two:
        score = min(score, SUSPECT - 1)
    ranked = sorted(((points, reason) for points, reason in told if reason is not None), reverse=True)
    return Compared(score=score, why=tuple(dict.fromkeys(reason for _, reason in ranked)))


class _Names(msgspec.Struct, frozen=True):
    """`apart`: the given names are two people's; `nameless`: of one there is none, or an initial alone."""

    points: int
    reason: Reason | None = None
    apart: bool = False
    nameless: bool = False


def _of_names(one: Facts, other: Facts) -> _Names:
    ours, theirs = (*one.given, *one.family), (*other.given, *other.family)
    if not ours or not theirs:
        if ours or theirs:
            return _Names(0, nameless=True)
        same = bool(one.company) and one.company == other.company
        return _Names(20 if same else -40, "same_name" if same else None, not same)
    nameless = not all(any(len(word) > 1 for word in who.given) for who in (one, other))
    given, family = _likeness(one.given, other.given), _likeness(one.family, other.family)
    turned = aligned(ours, theirs) if min(len(ours), len(theirs)) > 1 else 0.0
    pair = _pair(one.given, other.given)
    initial = _initial_of(one.given, other.given)
    least = _APART if _long(one.given, other.given) else _SIMILAR
    apart = pair or (given is not None and given < least and not initial)
    if turned >= _SAME:
        return _Names(45, "same_name", nameless=nameless)
    if turned >= 0.93 and not pair:
        return _Names(38, "similar_name", nameless=nameless)
    points = _points(0.0 if pair else _SIMILAR if initial else given, 22, 14, -15) + _points(family, 22, 16, -12)
    reason: Reason | None = None
    if (
        max(given or 0, family or 0) >= _SAME
        and not apart
        and (given is None or family is None or min(given, family) >= _SAME)
    ):
        reason = "same_name"
    elif points > 0:
        reason = "similar_name"
    return _Names(points, reason, apart, nameless)


def _likeness(ones: tuple[str, ...], others: tuple[str, ...]) -> float | None:
    """None where one of them has none."""
    if not ones or not others:
        return None
    one, other = "".join(ones), "".join(others)
    best = max(alike(one, other), aligned(ones, others))
    if 0.7 <= best < _SAME and sound(one) == sound(other) and len(sound(one)) > 2:
        best = max(best, 0.95)
    if best < _SAME and slip(one, other) and min(len(one), len(other)) > 3:
        best = max(best, 0.93)
    return best


def _pair(ones: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """A man's name and the woman's of the same root, as siblings have them: Daniel and Daniela, Anna and Anne."""
    if not ones or not others or sorted(ones[0]) == sorted(others[0]):
        return False
    one, other = ones[0], others[0]
    common = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one.endswith("a") != other.endswith("a") and common >= 3 and max(len(one), len(other)) - common <= 2


def _long(*names: tuple[str, ...]) -> bool:
    return min(len("".join(words)) for words in names) > 4


def _initial_of(ones: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """`A` and `Anna`; but `Bat` and `Batbayar` are two names."""
    pairs = ((ones[0], others[0]),) if ones and others else ()
    return any(min(len(a), len(b)) == 1 and a[0] == b[0] for a, b in pairs)


def _points(likeness: float | None, same: int, similar: int, other: int) -> int:
    if likeness is None:
        return 0
    if likeness >= _SAME:
        return same
    return similar if likeness >= _SIMILAR else other


def _of_fields(one: Facts, other: Facts) -> list[tuple[int, Reason | None]]:
    found: list[tuple[int, Reason | None]] = []
    for name in sorted(one.ids.keys() & other.ids.keys()):
        ours, theirs = one.ids[name], other.ids[name]
        if ours == theirs:
            found.append((50, "same_field"))
        elif slip(ours, theirs):
            found.append((30, "similar_field"))
        else:
            found.append((-10, None))
    return found


def _other_birth(one: Facts, other: Facts) -> bool:
    return bool(one.birth and other.birth) and one.birth != other.birth and not slip(one.birth, other.birth)


def _of_births(one: Facts, other: Facts) -> list[tuple[int, Reason | None]]:
    if not one.birth or not other.birth:
        return []
    if one.birth == other.birth:
        return [(40, "same_birth_date")]
    if slip(one.birth, other.birth):
        return [(25, "similar_birth_date")]
    return [(-15, None)]


def _of_addresses(one: Facts, other: Facts) -> list[tuple[int, Reason | None]]:
    if not one.addresses or not other.addresses:
        return []
    best = max(_same_home(ours, theirs) for ours in one.addresses for theirs in other.addresses)
    if best >= 0.97:
        return [(25, "same_address")]
    if best >= 0.9:
        return [(11, "similar_address")]
    return []


def _same_home(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """Words are compared with words and numbers with numbers: another house number is another home."""
    words = aligned([one for one in ours if not one.isdigit()], [one for one in theirs if not one.isdigit()])
    mine, other = ([one for one in words if one.isdigit()] for words in (ours, theirs))
    if not mine or not other:
        return min(words, 0.9)
    few, many = sorted((mine, other), key=len)
    shared = sum(max(1.0 if a == b else 0.7 if slip(a, b) else 0.0 for b in many) for a in few) / len(few)
    return words * (0.7 + 0.3 * shared)


def _keys(facts: Facts) -> tuple[str, ...]:
    """An entry that shares one with another is compared with it."""
    names = sorted(sound(word) or word for word in (*facts.given, *facts.family))
    keys = [f"n {one}" for one in sorted(facts.numbers)]
    keys += [f"e {one}" for one in sorted(facts.emails)]
    keys += [f"i {name} {value}" for name, value in sorted(facts.ids.items())]
    keys += [f"b {facts.birth}"] if facts.birth else []
    keys += [f"s {' '.join(names)}"] if len(names) > 1 else []
    if not names and facts.company:
        keys.append(f"c {' '.join(facts.company)}")
    for words in facts.addresses:
        numbers = sorted(one for one in words if one.isdigit())
        places = [sound(one) for one in words if not one.isdigit() and len(one) > 3]
        keys += [f"a {number} {place}" for number in numbers[:2] for place in places[:2] if place]
        keys += [f"a {name} {number}" for name in names[:3] for number in numbers[-1:]]
    return tuple(dict.fromkeys(keys))[:KEYS_MAX]


def _date(text: str) -> str:
    """Eight digits; empty for what is no date. Day before month, but where the year comes first."""
    found = _DATE.match(text)
    if found is None:
        return ""
    year, month, day = found[1] or found[6], found[2] or found[5], found[3] or found[4]
    try:
        return date(int(year), int(month), int(day)).strftime("%Y%m%d")
    except ValueError:
        return ""
