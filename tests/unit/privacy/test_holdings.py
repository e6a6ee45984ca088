"""What rooms declare that they hold: each promise has something that carries it, and all are asked to let go."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import pytest

import call24
from call24.data_map import (
    ID,
    TENANT,
    TIME,
    Category,
    ChangedByRoom,
    Document,
    Expires,
    Fact,
    OnItsDay,
    Retention,
    Trace,
    Unset,
    WithAccount,
    WithOrganisation,
    documents,
    of_caller,
    of_user,
)
from call24.identity.model import User
from call24.kit.holdings import Held, Holdings, Keeper, Person, Stage
from call24.kit.ids import CallId, TenantId
from call24.kit.mongo import Index
from call24.privacy.datamap_page import load_models
from call24.privacy.gaps import gaps
from call24.server.rooms import HOLDINGS, INDEXES

SOURCES = Path(call24.__file__).parent
ACME, DUE = TenantId("tnt_acme"), datetime(2026, 3, 1, tzinfo=UTC)


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A document that this test makes up."""

    id: Annotated[str, ID]
    tenant_id: Annotated[TenantId, TENANT]
    whose: str = ""
    delete_at: Annotated[datetime, TIME]


Made.__module__ = "call24.tasks.model"


def made(kept: Retention, whose: Fact) -> Document:
    facts = {"_id": ID, "tenant_id": TENANT, "whose": whose, "delete_at": TIME}
    return Document(Made, "made", tenant=True, kept=kept, facts=facts)


def of_tasks(*keepers: Keeper[Recorder], traces: tuple[Trace, ...] = ()) -> Holdings:
    return Holdings(room="tasks", keepers=keepers, traces=traces)


USER, CALLER = of_user(Category.NAME, "a test"), of_caller(Category.NAME, "a test")
A_DAY = OnItsDay(period="a day")
BY_DAY = Index(Made, ("delete_at",))


def test_every_promise_of_the_data_map_has_something_that_carries_it() -> None:
    load_models()
    real = [one for one in documents() if not one.collection.startswith("test_")]
    assert gaps(real, HOLDINGS, INDEXES) == []


_OF_TASKS = ("tasks.title", "tasks.text", "tasks.checklist.text", "tasks.words")
"""What users wrote into tasks."""


def test_callers_data_that_nothing_ends_before_the_organisation_is_closed_is_a_short_list() -> None:
    load_models()
    endless = [
        f"{one.collection}.{path}"
        for one in documents()
        for path in one.facts
        if isinstance(rule := one.kept_of(path), WithOrganisation) and rule.although
    ]
    assert endless == ["consent_entries.contact_id", "erased_callers._id", *_OF_TASKS]


def test_each_room_that_stores_something_declares_what_it_holds() -> None:
    storing = {
        file.relative_to(SOURCES).parts[0]
        for file in SOURCES.rglob("*.py")
        if re.search(r"^@document\(", file.read_text(), re.MULTILINE)
    }
    declaring = {file.parent.name: file for file in SOURCES.glob("*/personal_data.py")}
    assert storing <= declaring.keys(), "these rooms have no personal_data.py"
    composed = {room.room: room for room in HOLDINGS}
    for name in declaring:
        assert composed.get(name) is importlib.import_module(f"call24.{name}.personal_data").HOLDS, name


@pytest.mark.parametrize(
    ("document", "room", "said"),
    [
        (made(WithOrganisation(), USER), of_tasks(), "names a user"),
        (made(WithAccount(), USER), of_tasks(), "kept until the account is deleted, which does not delete it"),
        (made(WithOrganisation(), CALLER), of_tasks(), "is a caller's, and its rule never ends"),
        (made(OnItsDay(by="room"), CALLER), of_tasks(), "no keeper of tasks has erase_due"),
        (made(Expires("delete_at", timedelta(hours=1)), CALLER), of_tasks(), "TTL indexes"),
        (made(A_DAY, CALLER), Holdings(room="queues"), "its room has no personal_data.py"),
    ],
)
def test_a_document_with_a_person_in_it_and_nothing_that_erases_is_a_gap(
    document: Document, room: Holdings, said: str
) -> None:
    found = gaps([document], [room], [BY_DAY])
    assert any(said in gap for gap in found), found


def test_a_day_that_no_index_finds_and_a_person_whom_no_room_takes_out_are_gaps() -> None:
    assert gaps([made(A_DAY, CALLER)], [of_tasks()], [BY_DAY]) == []
    assert gaps([made(A_DAY, CALLER)], [of_tasks()], []) == ["made: no index finds what is due by delete_at"]
    trace = Trace(struct=User, fields=("id",), erase=ChangedByRoom("a test"), file="users")
    object.__setattr__(trace, "struct", Made)
    unset = of_user(Category.ID, "a test", erase=Unset())
    [gap] = gaps([made(WithOrganisation(), unset)], [of_tasks(traces=(trace,))], [])
    assert "no keeper of tasks has forget_person" in gap


class Recorder:
    """Keeps nothing, and says what it was asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def forget_tenant(self, tenant_id: TenantId) -> None:
        self.asked.append(tenant_id)

    async def forget_user(self, user: Person) -> None:
        self.asked.append(user)

    async def erase(self, tenant_id: TenantId, call_ids: Sequence[CallId]) -> int:
        self.asked.append((tenant_id, *call_ids))
        return len(call_ids)

    async def erase_due(self, now: datetime) -> int:
        self.asked.append(now)
        return 1


class Later(Recorder):
    async def close(self, tenant_id: TenantId) -> None:
        self.asked.append(tenant_id)


async def test_who_is_declared_as_a_keeper_is_asked_by_its_stage_and_counted_by_its_name() -> None:
    held = Held(
        [
            of_tasks(
                Keeper(
                    of=Recorder,
                    forget_person=Recorder.forget_user,
                    forget_organisation=Recorder.forget_tenant,
                    erase_calls=("calls_of_test", Recorder.erase),
                    erase_due=("due_of_test", Recorder.erase_due),
                ),
                Keeper(of=Later, forget_organisation=Later.close, stage=Stage.CALLS),
            )
        ]
    )
    first, last = Later(), Recorder()
    order: list[object] = []
    first.asked = last.asked = order
    held.keep(first, last)
    held.check()
    await held.forget_organisation(ACME)
    assert order == [ACME, ACME]
    order.clear()
    assert await held.erasers()["calls_of_test"](ACME, [CallId("call_1")]) == 1
    assert await held.due()["due_of_test"](DUE) == 1
    assert order == [(ACME, "call_1"), DUE]


def test_a_keeper_that_is_declared_and_not_given_or_given_and_not_declared_stops_the_start() -> None:
    held = Held([of_tasks(Keeper(of=Recorder))])
    with pytest.raises(TypeError, match="not given: Recorder"):
        held.check()
    with pytest.raises(TypeError, match="Later is no room's keeper"):
        held.keep(Later())
    held.keep(Recorder())
    held.check()


def test_two_rooms_cannot_count_what_goes_by_the_same_name_since_one_of_them_would_not_be_asked() -> None:
    class One:
        async def erase_due(self, _now: datetime) -> int:
            return 1

    class Other(One):
        pass

    held = Held(
        Holdings(room=room, keepers=(Keeper(of=of, erase_due=("files", of.erase_due)),))
        for room, of in (("one", One), ("other", Other))
    )
    held.keep(One(), Other())
    with pytest.raises(TypeError, match="two rooms count what goes as 'files'"):
        held.due()
