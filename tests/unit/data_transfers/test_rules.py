"""Whether an organisation's data may go to an endpoint."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from call24.data_transfers.model import DataTransfer
from call24.data_transfers.rules import standing
from call24.kit.endpoints import Endpoint
from call24.kit.ids import DataTransferId, TenantId, UserId

ENTRY = DataTransfer(
    id=DataTransferId("dtr_1"),
    tenant_id=TenantId("ten_1"),
    kind="webhook",
    recipient="Crmly Inc",
    country="US",
    hosts=("crmly.example",),
    safeguard="standard_clauses",
    reference="2021/914",
    dated="2026-01-10",
    review_by="2027-01-10",
    created_by=UserId("usr_1"),
    created_at=datetime(2026, 1, 10, tzinfo=UTC),
)


def hook(country: str, *hosts: str) -> Endpoint:
    return Endpoint(kind="webhook", id="whk_1", country=country, hosts=hosts or ("crmly.example",))


@pytest.mark.parametrize(
    ("region", "endpoint", "today", "expected"),
    [
        ("", hook("US"), "2026-06-01", "no_region"),
        ("DE", hook(""), "2026-06-01", "no_country"),
        ("DE", hook("NO"), "2026-06-01", "same_region"),
        ("DE", hook("CH"), "2026-06-01", "not_registered"),
        ("DE", hook("GB"), "2026-06-01", "not_registered"),
        ("GB", hook("GB"), "2026-06-01", "same_region"),
        ("DE", hook("US"), "2026-06-01", "registered"),
        ("DE", hook("US", "IN.Crmly.example."), "2026-06-01", "registered"),
        ("DE", hook("US", "notcrmly.example"), "2026-06-01", "not_registered"),
        ("DE", hook("US", "crmly.example", "other.example"), "2026-06-01", "not_registered"),
        ("DE", hook("US"), "2027-01-10", "registered"),
        ("DE", hook("US"), "2027-01-11", "not_registered"),
        ("DE", Endpoint(kind="crm", country="US", hosts=("crmly.example",)), "2026-06-01", "not_registered"),
        ("DE", Endpoint(kind="webhook", country="US"), "2026-06-01", "not_registered"),
        ("DE", Endpoint(kind="database", country="US"), "2026-06-01", "not_registered"),
    ],
)
def test_data_goes_to_another_region_only_by_an_entry_of_its_kind_country_names_and_days(
    region: str, endpoint: Endpoint, today: str, expected: str
) -> None:
    assert standing(region, endpoint, [ENTRY], today) == expected
