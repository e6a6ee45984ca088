"""The list of metrics: what each is named, and that the reference page is made from it."""

from __future__ import annotations

import re

import pytest
from tests.support.product.stack import CHECKOUT

from call24.metrics.families import FAMILIES, Family
from call24.metrics.metrics_page import PAGE, page

PERSONAL = {"user_id", "agent_id", "contact_id", "call_id", "number", "name", "email", "address", "caller", "queue_id"}


def test_the_page_is_up_to_date() -> None:
    assert (CHECKOUT / PAGE).read_text() == page(), "run: python -m call24.metrics.metrics_page"


def test_no_two_metrics_have_the_same_name() -> None:
    names = [family.name for family in FAMILIES]
    assert len(set(names)) == len(names) > 70


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_metric_is_named_as_prometheus_names_them_and_has_no_personal_label(family: Family) -> None:
    assert re.fullmatch(r"(call24|process)_[a-z0-9]+(_[a-z0-9]+)*", family.name)
    assert family.name.endswith("_total") == (family.kind == "counter")
    assert (family.kind == "histogram") == bool(family.buckets)
    assert family.external or family.help.strip()
    assert not PERSONAL & set(family.labels)
    assert 1 <= family.most <= 700 and (family.most > 1 or not family.labels or family.name == "call24_build_info")


def test_all_series_together_are_bounded() -> None:
    assert sum(family.most * (len(family.buckets) + 3 if family.buckets else 1) for family in FAMILIES) < 2_500
