"""docs/screens.md shows the pictures that there are, and the README one of them."""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType

from tests.support.app import pictures
from tests.support.product.stack import CHECKOUT


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_screens", CHECKOUT / "docs" / "build_screens.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_screens"] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


def test_the_page_shows_each_picture_that_there_is_and_no_other() -> None:
    build = builder()
    assert build.PAGE.read_text() == build.page(), "run docs/build_screens.py"
    shown = set(re.findall(r'(?:src|srcset)="(screens/[^"]+)"', build.page()))
    there = {f"screens/{file.name}" for file in build.FOLDER.iterdir()}
    assert shown == there
    assert {screen.name for _, screens in build.SECTIONS for screen in screens} <= pictures.SCREENS.keys()


def test_the_picture_of_the_readme_is_one_of_them() -> None:
    found = re.findall(r'(?:src|srcset)="docs/(screens/[^"]+)"', (CHECKOUT / "README.md").read_text())
    assert len(found) == 2 and all((CHECKOUT / "docs" / name).exists() for name in found)
