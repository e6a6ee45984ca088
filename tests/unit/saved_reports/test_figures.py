"""A report as an e-mail has it: the main figures in words, all of them as CSV, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from call24.identity.emails import Email
from call24.kit.ids import TenantId
from call24.kit.language import Language
from call24.notifications.email.figures import difference, value_of
from call24.notifications.email.templates import Written, written
from call24.notifications.email.texts import TEXTS
from call24.saved_reports.figures import csv_of, table_of
from call24.statistics.measures import MEASURES, Value
from call24.statistics.service import BY, Former, Report, ReportQuery

UTC_ZONE = ZoneInfo("UTC")
NAMES = {"que_b": "Sales", "que_a": "=Help <b>now</b> http://bad.example", "": "without a queue"}


def question(by: str = "queue") -> ReportQuery:
    return ReportQuery(by=by, first=date(2026, 11, 23), last=date(2026, 11, 29), zone=UTC_ZONE)


def values(offered: int, level: float | None) -> dict[str, Value]:
    found: dict[str, Value] = {measure.key: 0 for measure in question().measures}
    return found | {"offered": offered, "service_level": level, "average_speed_of_answer_s": 65.4}


def report() -> Report:
    return Report(
        question(), {"": values(1, None), "que_b": values(1204, 0.5), "que_a": values(3, 1)}, values(1208, 0.6)
    )


def before() -> Former:
    was = ReportQuery(by="queue", first=date(2026, 11, 16), last=date(2026, 11, 22), zone=UTC_ZONE)
    return Former(was, 7, {"que_b": values(1200, 0.6)}, values(1208, 0.6))


def letter(language: Language, former: Former | None) -> Written:
    email = Email(
        tenant_id=TenantId("org_1"),
        kind="report",
        to="a@b.example",
        name="Kim",
        link="reports/srp_1",
        about="Monday",
        table=table_of(report(), former, (), lambda key: NAMES[key]),
        csv=csv_of(report(), former, (), lambda key: NAMES[key]),
        until=datetime(2026, 12, 1, tzinfo=UTC),
    )
    return written(email, "Acme", "https://call.example/#/reports/srp_1", language=language)


def test_the_text_has_a_line_for_each_row_by_name_and_what_was_before() -> None:
    found = letter("en", before())
    assert found.subject == "Report: Monday"
    lines = found.text.split("\n")
    [sales] = [line for line in lines if line.startswith("Sales:")]
    assert sales.startswith("Sales: Offered 1,204 (+4), Answered 0 (±0), Abandoned 0 (±0), Service level 50 % (−10)")
    assert "Average speed of answer 1:05 (±0)" in sales
    assert [line.split(":")[0] for line in lines if ": Offered" in line] == [
        "Help b now b http bad. example",
        "Sales",
        "Without a queue",
        "Total",
    ], "names become no links, and no mark-up"
    assert "Compared with 2026-11-16 – 2026-11-22, the same weekdays before." in found.text
    assert "Monday of Acme, 2026-11-23 – 2026-11-29." in found.text
    assert "https://call.example/#/reports/srp_1" in found.text
    assert "<b>now" not in found.html and "bad.example" not in found.html + found.text


def test_it_is_in_the_readers_language_and_without_a_comparison_says_none() -> None:
    found = letter("mn", None)
    assert found.subject == "Тайлан: Monday"
    assert "Sales: Ирсэн 1,204, Хариулсан 0" in found.text and "Нийт: " in found.text and "Дараалалгүй: " in found.text
    assert "(" not in found.text.split("Sales:")[1].split("\n")[0]
    assert '<html lang="mn">' in found.html and ">Дараалал</th>" in found.html


def test_the_file_has_all_figures_and_no_formula() -> None:
    found = letter("en", before())
    assert found.csv_name == "call24-report-2026-11-29.csv"
    heading, *rows = found.csv.split("\r\n")
    assert heading.split(",")[:3] == ["queue", "calls", "calls_before"]
    assert len(heading.split(",")) == 1 + 2 * len(question().measures)
    assert rows[0].startswith("'=Help <b>now</b> http://bad.example,"), "no spreadsheet takes it for a formula"
    assert rows[3].startswith("total,")
    chosen = csv_of(report(), None, ("offered",), lambda key: NAMES[key])
    assert chosen.split("\r\n")[:2] == ["queue,offered", "'=Help <b>now</b> http://bad.example,3"]


def test_what_is_chosen_is_shown_up_to_six_and_rows_up_to_sixty() -> None:
    many = {f"que_{n:03}": values(n, None) for n in range(70)}
    chosen = tuple(measure.key for measure in question().measures)
    table = table_of(Report(question(), many, values(9, None)), None, chosen, lambda key: key)
    assert (len(table.columns), len(table.rows), table.left_out) == (6, 60, 10)
    few = table_of(report(), None, ("handled", "calls"), lambda key: NAMES[key])
    assert few.columns == (("handled", "count"), ("calls", "count"))


@pytest.mark.parametrize("by", sorted(BY))
def test_every_kind_of_report_has_main_figures_and_words_for_all(by: str) -> None:
    empty = Report(question(by), {}, {measure.key: None for measure in question(by).measures})
    assert table_of(empty, None, (), str).columns
    for texts in TEXTS.values():
        assert by in texts.figures.by
        assert {measure.key for measure in MEASURES} == texts.figures.measures.keys()


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (None, "s", "–"),
        (0, "s", "0:00"),
        (65.4, "s", "1:05"),
        (3725, "s", "1:02:05"),
        (0.916, "share", "92 %"),
        (12_345, "count", "12,345"),
    ],
)
def test_values_are_as_the_app_shows_them(value: float | None, unit: str, said: str) -> None:
    assert value_of(value, unit) == said


@pytest.mark.parametrize(
    ("value", "before", "unit", "said"),
    [
        (12, 9, "count", "+3"),
        (9, 12, "count", "−3"),
        (0.5, 0.6, "share", "−10"),
        (90, 30, "s", "+1:00"),
        (1, 1, "s", "±0"),
        (None, 1, "count", ""),
        (1, None, "count", ""),
    ],
)
def test_differences_have_a_sign(value: float | None, before: float | None, unit: str, said: str) -> None:
    assert difference(value, before, unit) == said
