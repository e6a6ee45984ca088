"""Whose open tasks a talk would settle, as it is known in memory."""

from __future__ import annotations

from typing import Any

from call24.kit.ids import ContactId, TenantId
from call24.tasks.open_index import OpenIndex

TENANT, CALLER, OTHER = TenantId("ten_1"), ContactId("ctc_1"), ContactId("ctc_2")


class Store:
    """What MongoDB has of open tasks; `meanwhile` happens before it answers."""

    def __init__(self) -> None:
        self.meanwhile: Any = lambda: None

    async def contacts_with_open(self, *_: object) -> set[ContactId]:
        self.meanwhile()
        return {CALLER}


async def test_who_has_none_is_known_without_asking_again() -> None:
    index = OpenIndex(Store())  # type: ignore[arg-type]
    assert [await index.may_have(TENANT, one) for one in (CALLER, OTHER)] == [True, False]


async def test_an_organisation_that_is_erased_while_it_is_learnt_is_not_known_again() -> None:
    store = Store()
    index = OpenIndex(store)  # type: ignore[arg-type]
    store.meanwhile = lambda: index.forget_tenant(TENANT)
    assert [await index.may_have(TENANT, one) for one in (CALLER, CALLER)] == [False, False]
    assert vars(index)["_contacts"] == vars(index)["_learnt"] == {}
