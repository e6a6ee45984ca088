"""The build of the app in a checkout that has an earlier build: Node is stood in for."""

from __future__ import annotations

from pathlib import Path

import pytest

from call24.installer import web
from call24.installer.progress import ProgressBoard
from call24.installer.timing import Timing


def test_a_build_begins_without_what_the_build_before_wrote_into_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {"locales/.wuchale/page.js", "locales/data.js", "locales/en.po", "dist/.built"}
    for name in (*made, "locales/mn.po"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("earlier")
    there = list[str]()

    def node(*words: str) -> None:
        there.extend(str(one.relative_to(tmp_path)) for one in (tmp_path / "locales").rglob("*"))

    monkeypatch.setattr(web, "WEB", tmp_path)
    monkeypatch.setattr(web, "BUILT", tmp_path / "dist" / ".built")
    monkeypatch.setattr(web, "bring_packages", lambda *_: None)
    monkeypatch.setattr(web, "run_node", node)
    with ProgressBoard() as board, board.task("App") as task:
        web.build(task, Timing(), tmp_path)
    assert there == ["locales/mn.po"]
    assert web.BUILT.read_text() == web.digest() != "earlier"
