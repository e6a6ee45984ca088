"""The conformance kit passes the connector for Tryton, and fails each seeded fault of one."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from call24.crm.conformance.fake_tryton import DATABASE, FakeTryton
from call24.crm.conformance.kit import KITS, real, results, tryton
from call24.crm.conformance.stand_in import TOKEN, serving
from call24.crm.connector import CrmTrouble, Deleted, LoggedCall, Missing, Place, RecordPage, RemoteRecord
from call24.crm.connectors.tryton import changes as tryton_changes
from call24.crm.connectors.tryton.client import TrytonClient
from call24.crm.connectors.tryton.records import made


class TimeAlone(TrytonClient):
    """Asks by time alone: of parties of one instant, the page's end loses the rest."""

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return await super().changed_since(None if place is None else Place(at=place.at), limit)


class OfTheParty(TrytonClient):
    """Knows the party's own time alone."""

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        lists, tryton_changes._LISTS = tryton_changes._LISTS, tryton_changes._LISTS[:2]
        try:
            return await super().changed_since(place, limit)
        finally:
            tryton_changes._LISTS = lists


class OnePiece(TrytonClient):
    """Takes a piece of whom nobody stands there for the end of the list."""

    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        most, tryton_changes.PIECES_MAX = tryton_changes.PIECES_MAX, 1
        try:
            return await super().changed_since(place, limit)
        except CrmTrouble as error:
            if "faster" not in error.said:
                raise
            return RecordPage(records=(), more=False)
        finally:
            tryton_changes.PIECES_MAX = most


class OwnClock(TrytonClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        return replace(await super().changed_since(place, limit), now=datetime.now(UTC))


class LeavesArchivedOut(TrytonClient):
    async def changed_since(self, place: Place | None, limit: int) -> RecordPage:
        page = await super().changed_since(place, limit)
        return replace(page, records=tuple(one for one in page.records if not one.deleted))


class MissingIsDeleted(TrytonClient):
    async def _party(self, id: str) -> Any:
        try:
            return await super()._party(id)
        except Missing:
            raise Deleted from None


class DeletedIsMissing(TrytonClient):
    async def _party(self, id: str) -> Any:
        try:
            return await super()._party(id)
        except Deleted:
            raise Missing from None


class WithoutLookingFirst(TrytonClient):
    """Makes a party without looking whether it is there."""

    async def create(self, fields: Mapping[str, Any], key: str) -> RemoteRecord:
        [id] = await self._writes("model.party.party.create", [made(fields, key)])
        return await self.get(str(id))

    async def find_call(self, key: str, remote_id: str) -> str | None:
        return None


class AnyKey(TrytonClient):
    """Takes whatever Tryton's search finds."""

    async def find_by_key(self, key: str) -> RemoteRecord | None:
        page = await self.changed_since(None, 1)
        return page.records[0] if page.records else None


class AsItWasTyped(TrytonClient):
    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        page = await super().find_by_number(number, limit)
        assert page is not None
        return replace(page, records=tuple(one for one in page.records if one.fields["number"] == number))


class WithoutStamps(TrytonClient):
    """Writes whatever the party is by then."""

    async def _write(self, id: str, values: Mapping[str, Any], context: Mapping[str, Any] = {}) -> None:
        await super()._write(id, values)


class PartyStampAlone(TrytonClient):
    async def _write(self, id: str, values: Mapping[str, Any], context: Mapping[str, Any] = {}) -> None:
        stamps = {name: one for name, one in context.get("_timestamp", {}).items() if name.startswith("party.party,")}
        await super()._write(id, values, {"_timestamp": stamps} if stamps else {})


class MakesAgain(TrytonClient):
    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        try:
            return await super().update(id, fields, version)
        except Deleted:
            return await self.create(fields, "crl_again")


class Archives(TrytonClient):
    """Takes an archived party for an erased one."""

    async def erase(self, id: str, key: str) -> str:
        with contextlib.suppress(Missing, Deleted):
            await self._write(id, {"active": False})
        return "archived"


class WizardAlone(TrytonClient):
    """Leaves what Tryton's wizard leaves of a party that stands in invoices."""

    async def _empty(self, id: str) -> None:
        return None


class LiveOnesAlone(TrytonClient):
    async def find_by_number(self, number: str, limit: int) -> RecordPage | None:
        page = await super().find_by_number(number, limit)
        assert page is not None
        live = [one for one in page.records if (await self._party(one.id))["active"]]
        return replace(page, records=tuple(live))


class Terse(TrytonClient):
    async def log_call(self, call: LoggedCall, key: str) -> str:
        return await super().log_call(replace(call, notes="", link=""), key)


class Overwrites(TrytonClient):
    """Reads anew before it writes: what was changed meanwhile is lost."""

    async def update(self, id: str, fields: Mapping[str, Any], version: str) -> RemoteRecord:
        await super().get(id)
        return await super().update(id, fields, (await super().get(id)).version)


SEEDED: list[tuple[str, type[TrytonClient]]] = [
    ("records of one instant are all read, page by page", TimeAlone),
    ("a list begins after (time, id)", TimeAlone),
    ("a contact mechanism or address that changed is a change of its party", OfTheParty),
    ("a list longer than what is read at once is whole", OnePiece),
    ("the CRM's clock is told", OwnClock),
    ("a deleted record is told as deleted", LeavesArchivedOut),
    ("missing is not deleted", MissingIsDeleted),
    ("missing is not deleted", DeletedIsMissing),
    ("a creation whose answer was lost is there once", WithoutLookingFirst),
    ("a call is logged once", WithoutLookingFirst),
    ("a record is found by our key", AnyKey),
    ("who has a number is found, however it is written", AsItWasTyped),
    ("what was changed meanwhile is not overwritten", WithoutStamps),
    ("what was changed meanwhile is not overwritten", Overwrites),
    ("a contact mechanism that was changed meanwhile is not overwritten", PartyStampAlone),
    ("what was deleted meanwhile stays deleted", MakesAgain),
    ("an erasure leaves nothing, though invoices keep the party", Archives),
    ("an erasure leaves nothing, though invoices keep the party", WizardAlone),
    ("an archived party is found by its number", LiveOnesAlone),
    ("a call is a note that says all that is known", Terse),
]


async def test_the_connector_for_tryton_passes_every_check() -> None:
    found = await results(KITS["tryton"])
    assert [one for one in found if one.why] == []
    assert len(found) == 37


@pytest.mark.long("integration/crm/test_conformance.py::test_a_seeded_fault_of_a_connector_is_found")
@pytest.mark.parametrize(("name", "faulty"), SEEDED, ids=lambda value: value if isinstance(value, str) else "")
async def test_a_seeded_fault_of_the_connector_is_found(name: str, faulty: type[TrytonClient]) -> None:
    kit = KITS["tryton"]
    [check] = [one for one in kit.checks if one.name == name]
    [found] = await results(kit, open_client=tryton(kind=faulty), checks=[check])
    assert found.why, f"{name} passed a connector with a fault"


async def test_a_real_tryton_is_checked_by_reading_alone() -> None:
    crm = FakeTryton()
    for n in range(5):
        crm.add(given=f"Name {n}")
    async with serving(crm, path=f"/{DATABASE}"):
        assert [one.why for one in await real(crm.url, TOKEN, tryton())] == ["", "", ""]
        assert {kind.rpartition(".")[2] for kind, _ in crm.asked} == {"search_read"}
        assert (await real(crm.url, TOKEN, tryton("nobody")))[0].why.startswith("CrmTrouble: unauthorised")
