"""Who said no, as it is asked on the path of a call; and texts, which nobody changes once they were shown."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from call24.consents import known
from call24.consents.known import KnownRefusals
from call24.consents.model import Act, ConsentEntry, Purpose
from call24.consents.purposes import PURPOSES
from call24.kit.ids import ConsentEntryId, ContactId, TenantId

ACME, OTHER = TenantId("ten_acme"), TenantId("ten_other")
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)

SHOWN = {
    ("recording", 1): "5813dbb8ec7c",
    ("crm_sync", 1): "2f8a177962ad",
    ("crm_sync", 2): "19b85c56a924",
    ("monitoring", 1): "b4b5e2d1f8e3",
    ("individual_statistics", 1): "4d0e863021e0",
    ("telemetry", 1): "f4dcdd1cba62",
    ("notifications", 1): "c3bed54ad6e6",
}
"""Purpose and version -> the beginning of its text's hash. A line is added for a new version, and none is changed."""


def entry(act: Act, person: str = "ctc_jo", at_s: float = 0, tenant_id: TenantId = ACME) -> ConsentEntry:
    return ConsentEntry(
        id=ConsentEntryId("cns_1"),
        tenant_id=tenant_id,
        purpose=Purpose.RECORDING,
        act=act,
        contact_id=ContactId(person),
        version=1,
        hash="",
        channel="page",
        at=NOW + timedelta(seconds=at_s),
    )


def test_the_newest_entry_decides_in_whatever_order_they_are_learnt() -> None:
    refusals = KnownRefusals()
    refusals.learn(entry("object", at_s=2))
    refusals.learn(entry("grant", at_s=1))
    assert refusals.why_not(ACME, Purpose.RECORDING, "ctc_jo") == "objected"
    refusals.learn(entry("grant", at_s=3))
    assert refusals.why_not(ACME, Purpose.RECORDING, "ctc_jo") is None
    assert refusals.why_not(OTHER, Purpose.RECORDING, "ctc_jo") is None


def test_an_organisation_with_more_refusals_than_there_is_room_for_overlooks_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known, "REFUSALS_EACH", 2)
    refusals = KnownRefusals()
    for person in ("ctc_1", "ctc_2", "ctc_3"):
        refusals.learn(entry("withdraw", person))
    refusals.learn(entry("withdraw", "ctc_1", tenant_id=OTHER))
    asked = [refusals.why_not(ACME, Purpose.RECORDING, f"ctc_{n}") for n in (1, 2, 3, 4)]
    assert asked == ["withdrawn", "withdrawn", "unknown", "unknown"]
    assert refusals.why_not(ACME, Purpose.CRM_SYNC, "ctc_3") is None
    assert refusals.why_not(OTHER, Purpose.RECORDING, "ctc_3") is None


def test_a_closed_organisation_leaves_nothing_and_learns_nothing() -> None:
    refusals = KnownRefusals()
    refusals.learn(entry("object"))
    refusals.close(ACME)
    refusals.learn(entry("object"))
    assert refusals.why_not(ACME, Purpose.RECORDING, "ctc_jo") is None


def test_it_is_asked_in_microseconds() -> None:
    refusals = KnownRefusals()
    for n in range(20_000):
        refusals.learn(entry("object", f"ctc_{n}"))
    began = time.perf_counter()
    for n in range(10_000):
        refusals.why_not(ACME, Purpose.RECORDING, f"ctc_{n}")
    assert (time.perf_counter() - began) / 10_000 < 50e-6


def test_a_text_that_was_shown_is_never_another() -> None:
    texts = {(one.purpose.value, text.version): text.hash[:12] for one in PURPOSES.values() for text in one.texts}
    assert texts == SHOWN


def test_a_purpose_that_is_off_until_somebody_agrees_is_refused_to_whoever_is_not_known_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known, "REFUSALS_EACH", 1)
    refusals = KnownRefusals()

    def learn(act: Act, person: str, at_s: float) -> None:
        refusals.learn(msgspec.structs.replace(entry(act, person, at_s), purpose=Purpose.TELEMETRY))

    def ask(person: str) -> str | None:
        return refusals.why_not(ACME, Purpose.TELEMETRY, person)

    assert ask("usr_1") == "unknown"
    learn("grant", "usr_1", 1)
    learn("grant", "usr_2", 2)
    assert (ask("usr_1"), ask("usr_2")) == (None, "unknown"), "there is room for one"
    assert refusals.why_not(ACME, Purpose.MONITORING, "usr_2") is None, "what is allowed anyway stays allowed"
    learn("withdraw", "usr_1", 3)
    learn("grant", "usr_1", 2)
    assert ask("usr_1") == "withdrawn", "an older agreement that is learnt later changes nothing"
    refusals.forget(ACME, {"usr_1"})
    assert ask("usr_1") == "unknown"
