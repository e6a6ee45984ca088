"""Ids, phone numbers, secrets and the data map."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from call24.data_map import (
    ID,
    STATE,
    TENANT,
    Category,
    Fact,
    OnItsDay,
    Subject,
    declared,
    document,
    of_caller,
    undeclared_paths,
)
from call24.kit.clock import SystemClock
from call24.kit.encryption import SecretBox
from call24.kit.ids import PREFIXES, new_id
from call24.kit.phone import home_of, is_country_code, kind_of, parse_e164, region_of
from call24.kit.secrets import AppKey, secret_file

PERSONAL = of_caller(Category.NAME, "a test")


def test_ids_carry_their_prefix_are_never_twice_the_same_and_sort_by_time() -> None:
    ids = [new_id("call_") for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert all(len(id) == 31 and id.startswith("call_") and id == id.lower() for id in ids)
    assert [id[:15] for id in ids] == sorted(id[:15] for id in ids)
    assert new_id("ten").startswith("ten_") and len(PREFIXES) == len(set(PREFIXES))
    with pytest.raises(ValueError, match="unknown id prefix"):
        new_id("user")


def test_the_clock_has_whole_milliseconds_of_utc() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC and now.microsecond % 1000 == 0
    assert abs((now - datetime.now(UTC)).total_seconds()) < 1


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 20 7946-0958", None, "+442079460958"),
        ("0044 20 79460958", "DE", "+442079460958"),
        ("(020) 7946.0958", "GB", "+442079460958"),
        ("+999123456789", None, "+999123456789"),
        ("020 7946 0958", None, None),
        ("1000", "GB", None),
        ("", "GB", None),
        ("+", "GB", None),
        ("+44", "GB", None),
        ("0800FLOWERS", "US", None),
        ("+442079460958&PJSIP/x", "GB", None),
        ("+442079460958;ext=1", "GB", None),
        ("1" * 100, "GB", None),
        ("+\u0664\u0664\u0662\u0660\u0667\u0669\u0664\u0666", None, None),
    ],
)
def test_numbers_become_e164_or_nothing(text: str, region: str | None, number: str | None) -> None:
    assert parse_e164(text, region) == number


def test_a_numbers_country_is_known_where_its_plan_tells() -> None:
    assert region_of("+442079460958") == "GB"
    assert region_of("+999123456789") is None and region_of("nonsense") is None


@pytest.mark.parametrize(
    ("number", "kind", "home"),
    [
        ("+442079460958", "fixed", "GB"),
        ("+447400123456", "mobile", "GB"),
        ("+447911123456", "mobile", "GG"),
        ("+12025550123", "fixed", "US"),
        ("+447700900123", "unknown", "GB"),
        ("+449098790123", "premium", "GB"),
        ("+448081570192", "toll_free", "GB"),
        ("+881612345678", "satellite", None),
        ("+979123456789", "premium", None),
        ("+18765550123", "mobile", "JM"),
        ("+13330000123", "unknown", None),
        ("+97699112233", "mobile", "MN"),
        ("+99912345678", "test", None),
        ("nonsense", "unknown", None),
    ],
)
def test_what_kind_of_number_it_is_and_whose_country(number: str, kind: str, home: str | None) -> None:
    assert (kind_of(number), home_of(number)) == (kind, home)


def test_a_countrys_whole_code_is_told_from_a_part_of_its_numbers() -> None:
    assert [is_country_code(prefix) for prefix in ("+44", "+1", "+4", "+35", "+353")] == [True] * 5
    assert [is_country_code(prefix) for prefix in ("+441", "+18", "+881", "+3531")] == [False] * 4


def test_what_is_sealed_opens_only_with_its_key_for_its_purpose_and_its_place() -> None:
    key, other = AppKey(b"k" * 32), AppKey(b"o" * 32)
    sealed = SecretBox(key, "trunks").seal("secret", "trk_1")
    assert b"secret" not in sealed
    assert sealed != SecretBox(key, "trunks").seal("secret", "trk_1")
    assert SecretBox(key, "trunks").open(sealed, "trk_1") == "secret"
    for box, place in (
        (SecretBox(other, "trunks"), "trk_1"),
        (SecretBox(key, "else"), "trk_1"),
        (SecretBox(key, "trunks"), "trk_2"),
    ):
        assert box.open(sealed, place) is None
    assert SecretBox(key, "trunks").open(sealed[:-1], "trk_1") is None
    assert SecretBox(key, "trunks").open(b"", "trk_1") is None
    assert "k" * 8 not in repr(SecretBox(key, "trunks"))


def test_one_key_for_each_purpose_the_same_after_a_restart(tmp_path: Path) -> None:
    key = AppKey.load(tmp_path)
    assert key.derive("sip") == AppKey.load(tmp_path).derive("sip") != key.derive("contact id")
    assert len(key.derive("sip")) == 32 and key.realtime().secret not in repr(key.realtime())
    file = tmp_path / "secrets" / "app.key"
    assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700
    assert file.read_text() not in repr(key)
    with pytest.raises(ValueError, match="32 bytes"):
        AppKey(b"short")


def test_two_who_make_a_secret_at_once_agree(tmp_path: Path) -> None:
    seen: list[str] = []

    def make(n: int) -> None:
        seen.append(secret_file(tmp_path / "s" / "x", lambda: f"secret {n}"))

    threads = [threading.Thread(target=make, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8 and len(set(seen)) == 1
    assert [file.name for file in (tmp_path / "s").iterdir()] == ["x"]


class Silent(msgspec.Struct):
    id: Annotated[str, ID]
    name: str


class Inner(msgspec.Struct):
    note: str


class Outer(msgspec.Struct):
    id: Annotated[str, ID]
    inner: Annotated[tuple[Inner, ...] | None, STATE]


class Homeless(msgspec.Struct):
    id: Annotated[str, ID]


class Line(msgspec.Struct):
    text: Annotated[str, PERSONAL]


class Known(msgspec.Struct):
    id: Annotated[str, ID]
    tenant_id: Annotated[str, TENANT]
    lines: Annotated[list[Line], STATE]
    body: Annotated[dict[str, int], STATE]


def test_a_field_that_says_nothing_is_refused_at_any_depth() -> None:
    with pytest.raises(TypeError, match=r"Silent\.name does not say whose data"):
        document("test_silent", tenant=False)(Silent)
    with pytest.raises(TypeError, match=r"Inner\.note does not say"):
        document("test_outer", tenant=False)(Outer)
    assert not {"test_silent", "test_outer"} & declared().keys()


def test_a_tenants_document_without_a_tenant_is_refused() -> None:
    with pytest.raises(TypeError, match="has no tenant_id"):
        document("test_homeless", tenant=True)(Homeless)


def test_a_rule_that_names_a_field_which_the_model_has_not_is_refused() -> None:
    with pytest.raises(TypeError, match="kept by its due_at and has no such field"):
        document("test_undated", tenant=True, kept=OnItsDay("due_at"))(Known)
    assert "test_undated" not in declared()


def test_a_persons_data_without_a_legal_basis_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a purpose and a legal basis"):
        Fact(Subject.CALLER, Category.NAME, "a test")


def test_stored_fields_that_nobody_declared_are_found_at_any_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("call24.data_map.models._by_struct", {})
    monkeypatch.setattr("call24.data_map.models._by_collection", {})
    document("test_known", tenant=True)(Known)
    assert set(declared()["test_known"]) == {"_id", "tenant_id", "lines", "lines.text", "body"}
    good = {"_id": "x", "tenant_id": "t", "lines": [{"text": "a"}], "body": {"anything": 1}}
    assert undeclared_paths("test_known", good) == []
    bad = {**good, "extra": 1, "lines": [{"text": "a"}, {"text": "b", "phone": "c"}]}
    assert undeclared_paths("test_known", bad) == ["extra", "lines.phone"]
    assert undeclared_paths("test_unknown", {"_id": "x"}) == ["_id"]
