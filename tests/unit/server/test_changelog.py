"""The changelog as pages: each version's part alone, as HTML that leads nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

from call24.kit.version import VERSION
from call24.server.api.changelog import FILE, versions

TEXT = """# Changelog

What users notice ([format](https://a.example)).

## 0.2.0, 2027-01-05

### Added

* **Calls**: `GET /v1/x?a=<b>` lists them ([guide](docs/guides/x.md)). See [the page](docs/y.md),
  which goes on here.
* Another.

Words.

## 0.1.0

### Fixed

* One.
"""


def test_each_version_has_its_part_without_links_and_as_text(tmp_path: Path) -> None:
    file = tmp_path / "CHANGELOG.md"
    file.write_text(TEXT)
    found = versions(file)
    assert list(found) == ["0.2.0", "0.1.0"]
    assert found["0.2.0"].split("\n") == [
        "<h2>Added</h2>",
        "<ul><li>Calls: <code>GET /v1/x?a=&lt;b&gt;</code> lists them. See the page, which goes on here.</li>"
        "<li>Another.</li></ul>",
        "<p>Words.</p>",
    ]
    assert found["0.1.0"] == "<h2>Fixed</h2>\n<ul><li>One.</li></ul>"


def test_the_changelog_of_this_version_is_there_and_leads_nowhere(tmp_path: Path) -> None:
    page = versions(FILE)[VERSION]
    assert "<h2>Added</h2>" in page and page.count("<li>") > 50
    assert not re.search(r"<a |<script|\]\(|\*\*|`", page)
    assert set(re.findall(r"<(\w+)", page)) == {"h2", "ul", "li", "code"}
    assert not versions(tmp_path / "CHANGELOG.md")


def test_a_version_that_is_named_with_more_than_numbers_has_a_part_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "CHANGELOG.md"
    named = {"0.2.0+deb1, 2027-01-06": "Two.", "0.2.0": "One.", "0.2.0-rc1": "Zero.", "0.2.0rc1": "No."}
    file.write_text("\n\n".join(f"## {title}\n\n{text}" for title, text in named.items()))
    assert versions(file) == {
        "0.2.0+deb1": "<p>Two.</p>",
        "0.2.0": "<p>One.</p>",
        "0.2.0-rc1": "<p>Zero.</p>",
        "0.2.0rc1": "<p>No.</p>",
    }
