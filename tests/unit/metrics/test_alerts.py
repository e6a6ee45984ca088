"""Alert rules and the dashboard: they use metrics that there are, and each alert has a page that says what to do.

Prometheus' own tool checks and tries the rules where it can be had; the parser below holds them in any case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from tests.support.product.stack import CHECKOUT
from tests.support.promtool import promtool, told_by

from call24.metrics.families import FAMILIES

RULES = CHECKOUT / "ops" / "prometheus" / "alerts.yml"
TRIED = (RULES.with_name("alerts_test.yml"), RULES.with_name("alerts_days_test.yml"))
DASHBOARD = CHECKOUT / "ops" / "grafana" / "call24.json"
RUNBOOKS = CHECKOUT / "docs" / "runbooks"
NAME = re.compile(r"\b(?:call24|process)_[a-z0-9_]+")
SERIES = {
    name
    for family in FAMILIES
    for name in ([f"{family.name}_{part}" for part in ("bucket", "count", "sum")] if family.buckets else [family.name])
}


def alerts() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(RULES.read_text())["groups"]
    return list(group["rules"])


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_uses_metrics_that_there_are_and_has_a_runbook(alert: dict[str, Any]) -> None:
    used = NAME.findall(alert["expr"])
    assert set(used) <= SERIES and (used or alert["alert"] == "Call24Down")
    assert alert["labels"] in ({"severity": "critical"}, {"severity": "warning"})
    assert alert["annotations"].keys() == {"summary", "runbook"}
    page = (CHECKOUT / alert["annotations"]["runbook"]).read_text()
    assert page.startswith(f"# {alert['alert']}\n")
    assert f"`{alert['expr']}` for {alert['for']} ({alert['labels']['severity']})" in page
    assert "\n## Look at\n\n* " in page and "\n## Do\n\n* " in page


def test_there_is_no_runbook_without_an_alert_and_the_list_has_them_all() -> None:
    named = {(CHECKOUT / alert["annotations"]["runbook"]).name for alert in alerts()}
    assert {page.name for page in RUNBOOKS.glob("*.md")} == named | {"README.md"}
    assert set(re.findall(r"\(([a-z-]+\.md)\)", (RUNBOOKS / "README.md").read_text())) == named


def test_what_the_heartbeat_needs_is_alarmed() -> None:
    told = " ".join(alert["expr"] for alert in alerts())
    for name in ("sweeper_last_sweep_timestamp_seconds", "retention_overdue_documents", "retention_time_disputed"):
        assert f"call24_{name}" in told


def test_each_alert_is_tried_once_where_it_fires() -> None:
    tried = [test for file in TRIED for test in yaml.safe_load(file.read_text())["tests"]]
    fired = {one["alertname"] for test in tried for one in test.get("alert_rule_test", ()) if one.get("exp_alerts")}
    assert fired == {alert["alert"] for alert in alerts()}


def test_the_rules_hold_in_prometheus_own_tool() -> None:
    if promtool() is None:
        pytest.skip("promtool cannot be had here: the rules are read by a parser only")
    checked = told_by("check", "rules", "--lint=all", str(RULES))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert b"31 rules found" in checked.stdout


@pytest.mark.long("test_the_rules_hold_in_prometheus_own_tool")
def test_each_rule_fires_in_prometheus_own_tool_where_it_is_tried() -> None:
    if promtool() is None:
        pytest.skip("promtool cannot be had here")
    tried = told_by("test", "rules", *map(str, TRIED))
    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_the_example_of_a_configuration_holds_in_prometheus_own_tool() -> None:
    if promtool() is None:
        pytest.skip("promtool cannot be had here")
    checked = told_by("check", "config", "--syntax-only", str(RULES.with_name("prometheus.yml")))
    assert checked.returncode == 0, checked.stdout + checked.stderr


# --- the dashboard ---


def panels() -> list[dict[str, Any]]:
    return list(json.loads(DASHBOARD.read_text())["panels"])


def expressions() -> Iterator[str]:
    for panel in panels():
        for target in panel.get("targets", ()):
            yield target["expr"]


def test_the_dashboard_uses_metrics_that_there_are() -> None:
    used = {name for expression in expressions() for name in NAME.findall(expression)}
    assert used <= SERIES
    assert len(used) > 40


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    ids = [panel["id"] for panel in panels()]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken and place["x"] + place["w"] <= 24, panel["title"]
        taken |= cells


def test_expressions_of_the_dashboard_are_ones_for_prometheus_own_tool() -> None:
    if promtool() is None:
        pytest.skip("promtool cannot be had here")
    rules = [{"record": f"dashboard:{number}", "expr": one} for number, one in enumerate(expressions())]
    content = yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}).encode()
    checked = told_by("check", "rules", content=content)
    assert checked.returncode == 0, checked.stdout + checked.stderr
