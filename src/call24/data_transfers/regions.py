"""Which countries are one region for personal data, from a dated file (`regions.toml`). It knows no adequacy."""

from __future__ import annotations

import tomllib
from pathlib import Path

_FILE = tomllib.loads((Path(__file__).parent / "regions.toml").read_text())
AS_OF: str = _FILE["as_of"].isoformat()
"""The day of the last change of the file's facts."""
_GROUP: dict[str, str] = {country: name for name, countries in _FILE["groups"].items() for country in countries}


def same_region(one: str, other: str) -> bool:
    """Of two ISO 3166 codes."""
    return region_of(one) == region_of(other)


def region_of(country: str) -> str:
    """The group's name, or the country itself."""
    return _GROUP.get(country, country)
