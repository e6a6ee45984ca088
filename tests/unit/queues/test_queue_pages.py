"""The pages of routing and queues say what the code says: reasons, settings, bounds, ways out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec

from call24.call_records.journal_range import LINES_MAX
from call24.call_records.labels import REASONS, YOU
from call24.queues import rules
from call24.queues.model import ExitReason, Queue, Strategy, Way
from call24.routing.rules import AGAINST, FOR
from call24.what_if.api import Changes
from call24.what_if.what_if import CHANGEABLE

ROOMS = Path(__file__).resolve().parents[3] / "docs" / "rooms"


def rows(page: str) -> list[list[str]]:
    lines = (line for line in (ROOMS / page).read_text().splitlines() if line.startswith("| "))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def named(cell: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", cell)


def test_every_reason_is_on_the_page_and_no_other() -> None:
    told = {(code, row[1]) for row in rows("routing.md") if row[1] in ("for", "against") for code in named(row[0])}
    assert told == {(code, "for") for code in FOR} | {(code, "against") for code in AGAINST}


def test_every_reason_has_words_for_people() -> None:
    assert set(REASONS) == FOR | AGAINST
    assert set(YOU) == FOR


def test_every_strategy_is_on_the_page() -> None:
    strategies = {code for row in rows("routing.md") if len(row) == 2 for code in named(row[0])}
    assert strategies >= set(get_args(Strategy))


def test_every_setting_is_on_the_page_with_what_it_is_at_first_and_may_be() -> None:
    table = {name: row for row in rows("queues.md") if len(row) == 4 for name in named(row[0])}
    fields = {field.name: field for field in msgspec.structs.fields(Queue)}
    elsewhere = {"id", "tenant_id", "name", "name_key", "members", "exits", "created_at"}
    assert set(table) == set(fields) - elsewhere
    for name, (low, high) in {**rules.SECONDS, **rules.NUMBERS}.items():
        assert table[name][1:3] == [str(fields[name].default), f"{low} to {high}"], name
    for name, choices in rules.CHOICES.items():
        default = "never" if name == "record" else fields[name].default
        assert table[name][1:3] == [f"`{default}`", ", ".join(f"`{one}`" for one in choices)], name
    assert table["max_waiting"][2] == f"{rules.MAX_WAITING[0]} to {rules.MAX_WAITING[-1]}"
    for name, allowed in (("alert_wait_s", rules.ALERT_WAIT_S), ("alert_waiting", rules.ALERT_WAITING)):
        assert table[name][1:3] == ["none", f"{allowed[0]} to {allowed[-1]}"], name
    assert table["skills"][2] == f"at most {rules.SKILLS_MAX}"
    assert table["dispositions"][2] == f"at most {rules.DISPOSITIONS_MAX}"
    assert f"at most {rules.RING_ALL_MAX} members" in table["strategy"][3]


def test_every_way_out_is_on_the_page() -> None:
    told = {code for row in rows("queues.md") if len(row) == 2 for code in named(row[0])}
    ways = {str(way.__struct_config__.tag) for way in get_args(Way)}
    assert told >= ways | set(get_args(ExitReason))
    assert set(get_args(ExitReason)) == set(rules.EXIT_NAMES)


def test_what_if_says_what_may_be_changed() -> None:
    page = (ROOMS / "queues.md").read_text()
    assert set(Changes.model_fields) == set(CHANGEABLE)
    assert all(f"`{name}`" in page for name in CHANGEABLE)
    assert f"{LINES_MAX:,} journal events" in page
