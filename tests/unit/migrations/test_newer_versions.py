"""Which version is newer than the one that organisations were told of, however versions are named."""

from __future__ import annotations

import pytest

from call24.migrations.upgrades import newer


@pytest.mark.parametrize(
    ("version", "told", "is_told"),
    [
        ("0.2.0", "", "0.2.0"),
        ("0.2.0", "0.1.9", "0.2.0"),
        ("0.10.0", "0.9.0", "0.10.0"),
        ("0.2.0", "0.2.0", None),
        ("0.1.0", "0.10.0", None),
        ("0.2.0", "0.2.0-rc1", "0.2.0"),
        ("0.2.0", "0.2.0rc1", "0.2.0"),
        ("0.1.0", "0.2.0rc1", None),
        ("0.2.0+deb1", "0.1.0", "0.2.0"),
        ("0.2.0+deb2", "0.2.0+deb1", None),
        ("0.2.0+deb1", "0.2.0", None),
        *((version, "0.1.0", None) for version in ("0.2.0-rc1", "0.2.0rc1", "0.2", "nightly", "", "9" * 5000 + ".0.0")),
        ("0.2.0", "nightly", None),
    ],
)
def test_a_release_is_told_of_once_and_a_version_of_another_form_never(
    version: str, told: str, is_told: str | None
) -> None:
    assert newer(version, told) == is_told
