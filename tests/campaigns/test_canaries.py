"""A word in each personal field and a tone on each leg: where the data map says, nowhere else, and gone after erasure.

`./call24 test --campaign canaries`; about ten minutes. Root, since it has a network of its own, in which every packet
is read. What it found is stored in docs/figures/canaries.json, for docs/canaries.md. A short form is
`tests/telephony/test_canary.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.privacy.canary_places import CLEAR
from tests.support.product import alone
from tests.support.product.stack import CHECKOUT

pytestmark = pytest.mark.skipif(not alone.possible(), reason="only root may make a network for itself")

FIGURES = CHECKOUT / "docs" / "figures" / "canaries.json"
KEPT_AS_PROOF = {
    "disclosures: history.note",
    "incidents: consequences",
    "incidents: history.note",
    "incidents: history.was.text",
    "incidents: measures",
    "incidents: notices.text",
    "incidents: title",
    "incidents: what_happened",
    "privacy_requests: extension",
    "privacy_requests: history.note",
}
"""Officers' own words about requests, breaches and disclosures, which the law asks to be kept."""
BROWSERS_OWN = ("Default/Web Data", "Default/Sessions/")
"""Where Chromium keeps what was typed into forms: its user's, to forget or to keep."""
OTHERS = {"contacts: display_name", "contacts: found_by", "contacts: number", "tasks: title", "tasks: words"}
"""What is kept of a caller whom nobody erased."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("canaries") / "found.json"
    words = alone.command("tests.support.privacy.canary_campaign", str(file))
    done = subprocess.run(words, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, timeout=1800, env=dict(os.environ))
    assert done.returncode == 0, done.stdout[-3000:]
    return dict(json.loads(file.read_text()))


def labels(found: dict[str, list[str]], of: tuple[str, ...] = ("caller.", "user.", "secret.")) -> dict[str, list[str]]:
    told = {place: [label for label in there if label.startswith(of)] for place, there in found.items()}
    return {place: there for place, there in told.items() if there}


def nowhere_beside(look: dict[str, Any]) -> None:
    """What no look may find at any time."""
    assert look["undeclared"] == [], "the data map calls it personal, and a file is a place of it"
    for where in ("beside", "disk", "processes", "browser", "public pages"):
        assert look.get(where, {}) == {}, where
    typed = {place: there for place, there in look["profile"].items() if place.startswith(BROWSERS_OWN)}
    assert look["profile"] == typed
    assert {label for there in typed.values() for label in there} <= {"user.email"}
    assert labels(look["mail"]).keys() <= {"the user"} and "an owner" not in labels(look["mail"], ("caller.",))


def test_each_personal_field_has_a_word_or_says_why_not(found: dict[str, Any]) -> None:
    fields = found["fields"]
    assert (fields["without"], fields["in_vain"], fields["unknown"]) == ([], [], [])
    assert len(fields["fields"]) >= 35


def test_before_an_erasure_words_are_where_the_data_map_says_and_nowhere_else(found: dict[str, Any]) -> None:
    before = found["looks"]["before"]
    nowhere_beside(before)
    assert {path.split("/")[0] for path in before["files"]} == {"exports"}
    assert {Path(path).suffix for path in before["sounding"]} == {".zip"}, "the caller's file has the sound"
    assert found["sealed before"] == {"opened": [[650, 1210], [650, 1730], [850, 1730]], "shut": 0}


@pytest.mark.parametrize("when", ["packets", "packets of the erasure"])
def test_nothing_passes_in_the_clear_but_where_that_was_chosen(found: dict[str, Any], when: str) -> None:
    passed = found[when]
    assert passed["lost"] == 0 and passed["packets"] > 100
    assert passed["words"].keys() <= CLEAR.keys()
    assert "secret.password" not in {label for there in passed["words"].values() for label in there}
    assert passed["tones"].keys() <= {"trunks in the clear"}


def test_the_looks_see_what_passes_where_it_may(found: dict[str, Any]) -> None:
    """The control of the test above."""
    assert found["packets"]["words"].keys() == CLEAR.keys()
    assert set(found["packets"]["tones"]["trunks in the clear"]) >= {650, 850, 1210, 1730}


def test_after_an_erasure_nothing_is_left_of_caller_and_user_but_proofs(found: dict[str, Any]) -> None:
    after = found["looks"]["after"]
    nowhere_beside(after)
    assert labels(after["documents"]).keys() <= KEPT_AS_PROOF
    assert after["files"] == {} and after["sounding"] == {}
    assert set(labels(after["documents"], ("other.",))) >= OTHERS, "and another is as they were"
    assert found["sealed after"] == {"opened": [[650, 1210]], "shut": 0}


def test_what_mongodb_freed_stays_only_in_the_files_of_where_it_was(found: dict[str, Any]) -> None:
    """Call24 cannot have it overwritten; the data map says so, and docs/canaries.md what was left."""
    raw, before = found["raw after"], labels(found["raw before"])
    assert raw["megabytes until the list of changes has none"] <= 600
    assert raw["after other changes"].keys() <= before.keys() - {"journal", "local.oplog.rs"}


def test_nobody_comes_back_with_an_old_copy_of_the_data_folder(found: dict[str, Any]) -> None:
    old, after = found["old copy"], found["looks"]["after the old copy"]
    assert old["files of the copy"], "the copy has them"
    assert labels(old["documents when the port opens"]).keys() <= KEPT_AS_PROOF
    nowhere_beside(after)
    assert labels(after["documents"]).keys() <= KEPT_AS_PROOF
    assert after["files"] == {} and after["sounding"] == {}
    assert found["sealed after the old copy"] == {"opened": [[650, 1210]], "shut": 0}


def test_after_the_closing_nothing_is_left_of_anybody(found: dict[str, Any]) -> None:
    closed = found["looks"]["after the closing"]
    nowhere_beside(closed)
    assert (closed["documents"], closed["files"], closed["sounding"]) == ({}, {}, {})
    assert found["old sealed files, while the organisation's key is there"]["shut"] == 0
    assert found["old sealed files, after the closing"] == {"opened": [], "shut": 3}, "the key is gone, also for copies"


def test_each_look_turns_red_where_something_is_planted(found: dict[str, Any]) -> None:
    seeds = found["seeds"]
    for seed, place in {
        "a document": "tasks: title",
        "a log": "log/server.log",
        "a log that was packed": "log/server.log.gz",
        "the profile": "Default/seed",
    }.items():
        assert place in seeds[seed], seed
    assert [Path(path).name for path in seeds["sound in the spool"]] == ["seed.sln"]
    assert [Path(path).name.partition("-")[0] for path in seeds["the disk"]] == ["seed"]
    assert seeds["packets"] == {"words": {"other: udp 514": ["caller.name"]}, "tones": {"phones (media)": [1730]}}


def test_what_was_found_is_stored(found: dict[str, Any]) -> None:
    """The last, so that all above were asked."""
    told = {**found, "on": datetime.now(UTC).date().isoformat(), "commit": _commit()}
    FIGURES.write_text(json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    subprocess.run([sys.executable, "docs/build_canaries.py"], check=True, cwd=CHECKOUT)


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short=8", "HEAD"], cwd=CHECKOUT, capture_output=True, text=True)
    return done.stdout.strip()
