"""How soon the address book answers a search: parts of names in either script, numbers, and names that are mistyped.

People of organisations that have as many as one may have (100,000) are made here and stored as the product stores them;
searches go by the product's own store to a MongoDB of their own, with the cache that the product gives it here. How
many in all: CALL24_BENCH_PEOPLE; the promise is for a million.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pymongo

from bench.figure import Figure
from bench.history_stock import opened, shelf
from call24.installer.mongod import cache_mb
from call24.kit.ids import ContactId, PersonId, TenantId, UserId
from call24.kit.mongo import Mongo
from call24.kit.sent_numbers import read_sent
from call24.kit.settings import Settings
from call24.people.model import Person, PersonNumber
from call24.people.rules import completed
from call24.people.service import PEOPLE_MAX
from call24.people.store import INDEXES, PersonStore

READER = UserId("usr_bench")
P95_MS, MATCH_P95_MS = 50.0, 20.0
SEARCHES = 200
KNOWN = 500
"""People of each organisation who are searched for."""
PAGE = 26
BATCH = 2000
"""Divides what an organisation has, so that a batch is of one."""
_MAY_LACK = ("the first page", "a part of a name", "a name of nobody")
"""What need not find whom it was asked for."""
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_BEGIN = ("ba", "bo", "da", "ga", "en", "tu", "mo", "so", "na", "or", "al", "mi", "pe", "ka", "li", "re", "shi", "kha",
          "zhi", "chu", "бо", "га", "эн", "ту", "мо", "со", "на", "ор", "ха", "жа", "чу", "цэ")  # fmt: skip
_MIDDLE = ("t", "r", "n", "l", "m", "g", "v", "d", "s", "k")
_END = ("bayar", "bold", "erdene", "suren", "son", "ova", "ski", "man", "berg", "stein", "ini", "ez", "tuya", "gerel",
        "баяр", "болд", "эрдэнэ", "сүрэн", "ова", "ский", "туяа", "гэрэл")  # fmt: skip


def tenant_of(n: int) -> TenantId:
    return TenantId(f"ten_bench{n // PEOPLE_MAX}")


def people(count: int, seed: int = 7) -> Iterator[Person]:
    """Names that are many but not random letters, four fifths of them in Latin script; each with two numbers."""
    at = random.Random(seed)
    for n in range(count):
        given, family = (at.choice(_BEGIN) + at.choice(_MIDDLE) + at.choice(_END) for _ in range(2))
        numbers = tuple(
            PersonNumber(number=e164, typed=e164, contact_id=ContactId(f"ctc_{e164[1:]}"))
            for e164 in (f"+4420{n:08}", f"+976{at.randrange(80000000, 99999999)}")
        )
        yield completed(
            Person(
                id=PersonId(f"per_{n:08}"),
                tenant_id=tenant_of(n),
                given=given.title(),
                family=family.title(),
                company=f"{at.choice(_BEGIN)}{at.choice(_END)} ltd" if n % 5 == 0 else "",
                numbers=numbers,
                created_at=_WHEN,
                updated_at=_WHEN,
            )
        )


def mistyped(word: str, at: random.Random) -> str:
    n = at.randrange(len(word))
    return at.choice(
        [word[:n] + word[n + 1 :], word[:n] + at.choice("aeiou") + word[n + 1 :], word[:n] + "x" + word[n:]]
    )


def measure(*, quick: bool = False) -> tuple[list[Figure], dict[str, object]]:
    """`quick`: as many as CALL24_BENCH_PEOPLE says then; the same otherwise."""
    count = int(os.environ.get("CALL24_BENCH_PEOPLE", "1000000"))
    cache = cache_mb(Settings())
    with shelf() as folder, opened(folder / f"people-by-words-{count}", cache_mb=cache) as mongod:
        figures, raw = asyncio.run(_measured(mongod.uri, count))
        raw["cache_mb"] = cache
        with pymongo.MongoClient[dict[str, Any]](mongod.uri) as client:
            weight = client["call24"].command("collStats", "people")
        raw["bytes"] = {"documents": weight["storageSize"], "indexes": weight["indexSizes"]}
    return figures, raw


async def _measured(uri: str, count: int) -> tuple[list[Figure], dict[str, object]]:
    mongo = Mongo(uri, "call24")
    try:
        return await _searched(mongo, count, await filled(mongo, count))
    finally:
        await mongo.close()


async def _matched(store: PersonStore, known: list[Person], at: random.Random) -> list[float]:
    """From the number as a carrier sends it to the people who have it, sorted, in ms."""
    took = []
    for one in at.choices(known, k=SEARCHES):
        began = time.perf_counter()
        number = read_sent(one.numbers[1].number[1:], "MN", "+97670112233", "97670112233").number
        found = await store.having(one.tenant_id, ContactId(f"ctc_{(number or '')[1:]}"))
        took.append((time.perf_counter() - began) * 1000)
        assert number is None or any(other.id == one.id for other in found)
    return sorted(took)


async def filled(mongo: Mongo, count: int) -> float:
    """In seconds; 0: they were there."""
    began, last = time.perf_counter(), tenant_of(count - 1)
    if await mongo.tenant(last).collection(Person).count() == (count - 1) % PEOPLE_MAX + 1:
        return 0.0
    everybody = people(count)
    while batch := list(islice(everybody, BATCH)):
        await mongo.tenant(batch[0].tenant_id).collection(Person).insert_many(batch)
    await mongo.ensure_indexes(INDEXES)
    return time.perf_counter() - began


async def _searched(mongo: Mongo, count: int, filled_s: float) -> tuple[list[Figure], dict[str, object]]:
    store, at = PersonStore(mongo), random.Random(11)
    organisations = sorted({tenant_of(n) for n in range(0, count, BATCH)})
    known = [one for id in organisations for one in await mongo.tenant(id).collection(Person).find({}, limit=KNOWN)]
    kinds: dict[str, Callable[[Person], str]] = {
        "the first page": lambda one: "",
        "a whole name": lambda one: f"{one.given} {one.family}",
        "a part of a name": lambda one: one.family[2:7],
        "the last digits of a number": lambda one: one.numbers[0].number[-7:],
        "a mistyped name": lambda one: f"{mistyped(one.given.lower(), at)} {one.family}",
        "a name of nobody": lambda one: f"{one.given[::-1]}q {one.family[::-1]}q",
    }
    figures, raw = list[Figure](), dict[str, object]()
    for kind, words in kinds.items():
        took, found = [], 0
        for one in at.choices(known, k=SEARCHES):
            text, began = words(one), time.perf_counter()
            page = await store.page(one.tenant_id, READER, text=text, limit=PAGE)
            took.append((time.perf_counter() - began) * 1000)
            found += any(other.id == one.id for other in page) or kind in _MAY_LACK
        took.sort()
        p95 = took[int(SEARCHES * 0.95) - 1]
        figures.append(
            Figure(f"{kind}, of {count:,} people: p95", round(p95, 1), "ms", f"<= {P95_MS:g} ms", p95 <= P95_MS)
        )
        raw[kind] = {"ms": [round(one, 2) for one in took], "found": found}
    matched = await _matched(store, known, at)
    p95 = matched[int(SEARCHES * 0.95) - 1]
    figures.append(
        Figure(f"who has a caller's number, of {count:,} people: p95", round(p95, 1), "ms", f"<= {MATCH_P95_MS:g} ms",
               p95 <= MATCH_P95_MS)
    )  # fmt: skip
    raw["caller match"] = {"ms": [round(one, 2) for one in matched]}
    return figures, {**raw, "people": count, "filled_s": round(filled_s, 1), "load_average": os.getloadavg()}
