"""The page of a newcomer's way is made from the figures that are kept; an operator's questions have their answers."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
GUIDES = CHECKOUT / "docs" / "guides"
ROW = re.compile(r"^\| (\d+) \| \*\*(.+?)\*\* \| (.+) \|$", re.MULTILINE)
WAY = ["first start", "a caller is answered", "backup", "restore", "start", "test call through every part"]


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_operate", CHECKOUT / "docs" / "build_operate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(builder: ModuleType) -> None:
    assert builder.PAGE.read_text() == builder.page(), "run .venv/bin/python docs/build_operate.py"


def test_its_figures_are_of_the_whole_way(builder: ModuleType) -> None:
    """In this order, with others in between."""
    taken = iter(step["what"] for step in json.loads(builder.FIGURES.read_text())["steps"])
    assert [name for name in WAY if name not in taken] == []


def test_an_operators_twenty_questions_have_an_answer_and_a_page() -> None:
    rows = ROW.findall((GUIDES / "operating.md").read_text())
    assert [int(number) for number, _, _ in rows] == list(range(1, 21))
    assert len({question for _, question, _ in rows}) == 20
    without = [question for _, question, answer in rows if not re.search(r"\]\([^)]+\)", answer)]
    assert without == [], "questions without a page that has the rest"


def test_the_places_in_pages_that_answers_name_are_headings() -> None:
    lost = []
    for target, place in re.findall(r"\]\(([^)#\s]*)#([^)]+)\)", (GUIDES / "operating.md").read_text()):
        page = (GUIDES / target).resolve() if target else GUIDES / "operating.md"
        headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
        lost += [f"{target}#{place}" for _ in [0] if place not in map(_anchor, headings)]
    assert lost == []


def test_each_guide_is_in_the_index_of_guides() -> None:
    index = (GUIDES / "README.md").read_text()
    guides = [file.name for file in GUIDES.glob("*.md") if file.name != "README.md"]
    assert [name for name in guides if f"]({name})" not in index] == []


def _anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
