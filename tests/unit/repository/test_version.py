"""A release has one version, in every file that tells it, and a part of the changelog with its day."""

from __future__ import annotations

import re
from datetime import date

import pytest
from tests.pinned import release
from tests.support.product.stack import CHECKOUT

from call24.kit.version import VERSION
from call24.server.api.changelog import FILE, versions

CHANGELOG = """# Changelog

## Unreleased

### Added

* One.

## 0.1.0, 2026-11-30

* Zero.
"""


@pytest.mark.parametrize(("file", "pattern", "many"), release.PLACES, ids=lambda one: str(one).split("/")[-1])
def test_every_file_has_the_version_of_this_release(file: str, pattern: str, many: int) -> None:
    text = (CHECKOUT / file).read_text()
    assert list(release.found(text, pattern)) == [VERSION] * many
    after = release.written(text, pattern, "7.8.9")
    assert list(release.found(after, pattern)) == ["7.8.9"] * many and len(after) - len(text) == many * (
        len("7.8.9") - len(VERSION)
    )


def test_the_changelog_has_each_release_with_its_day_the_newest_first_below_what_is_unreleased() -> None:
    headings = re.findall(r"^## (.*)$", FILE.read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased"
    told = [heading.split(", ") for heading in headings[1:]]
    assert told[0][0] == VERSION and told[-1] == ["0.1.0", "2026-11-30"]
    numbers = [tuple(map(int, number.split("."))) for number, _ in told]
    days = [date.fromisoformat(day) for _, day in told]
    assert numbers == sorted(set(numbers), reverse=True) and days == sorted(days, reverse=True)
    assert list(versions(FILE)) == [number for number, _ in told], "what the app shows after an upgrade"


def test_what_is_unreleased_becomes_a_version_and_an_empty_heading_stays_above() -> None:
    done = release.released(CHANGELOG, "0.2.0", "2027-01-05")
    assert done == CHANGELOG.replace("## Unreleased\n", "## Unreleased\n\n## 0.2.0, 2027-01-05\n")
    for text, version in ((done, "0.3.0"), (CHANGELOG, "0.1.0"), ("# Changelog\n", "0.2.0")):
        with pytest.raises(ValueError, match=r"CHANGELOG\.md"):
            release.released(text, version, "2027-01-06")


@pytest.mark.parametrize("version", ["0.1.0", VERSION, "9.9", "v9.9.9", "9.9.9-rc1"])
def test_a_release_is_a_later_version_of_three_numbers(version: str) -> None:
    with pytest.raises(SystemExit, match="no version after"):
        release.main(version)
