"""A card of vCard 3.0 as 4.0, and back. What means the same in both stays as it is. Pure.

Source: RFC 6350, appendix A.2; RFC 2426. What only one version has (`SORT-STRING`, `ANNIVERSARY`) is carried along: a
client ignores what it does not know, and gives it back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from call24.address_book_files.vcards import Property
from call24.carddav.card_lines import CardLines, Line, line_of

_BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?;base64,", re.IGNORECASE)
_MEDIA = {"PHOTO": "image", "LOGO": "image", "SOUND": "audio", "KEY": "application"}
_NO_YEAR = "1604"
"""Apple's cards of version 3.0 have this year where there is none."""
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})$")
_YEARLESS = re.compile(r"--(\d{2})-?(\d{2})$")
_GROUPS = {"X-ADDRESSBOOKSERVER-KIND": "KIND", "X-ADDRESSBOOKSERVER-MEMBER": "MEMBER"}
_GROUPS_BACK = {new: old for old, new in _GROUPS.items()}


def as_version(card: CardLines, version: str) -> CardLines:
    """`version`: `3.0` or `4.0`."""
    if card.version == version:
        return card
    turn = _newer if version == "4.0" else _older
    lines = [turn(one) for one in card.lines]
    names = {one.name for one in lines}
    if version == "3.0" and "N" not in names:  # version 3.0 asks for it
        shown = next((one.parsed.value for one in lines if one.name == "FN"), "")
        lines.append(line_of(Property("N", f"{shown.replace(';', ' ')};;;;")))
    return CardLines(version, tuple(lines))


def _newer(line: Line) -> Line:
    one = line.parsed
    if one.name in _GROUPS:
        return line_of(msgspec.structs.replace(one, name=_GROUPS[one.name]))
    parameters = dict(one.parameters)
    value = one.value
    if "pref" in one.types:
        parameters = _without_type(parameters, "pref") | {"PREF": ("1",)}
    encoding = next(iter(parameters.get("ENCODING", ())), "").lower()
    if one.name in _BINARY and encoding in ("b", "base64"):
        kind = next(iter(one.types), "").lower()
        parameters = {name: each for name, each in parameters.items() if name not in ("ENCODING", "TYPE", "VALUE")}
        value = f"data:{_MEDIA[one.name]}/{kind or 'octet-stream'};base64,{value}"
    elif "X-APPLE-OMIT-YEAR" in parameters and (day := _DAY.match(value)) is not None:
        parameters.pop("X-APPLE-OMIT-YEAR")
        parameters.pop("VALUE", None)
        value = f"--{day[2]}{day[3]}"
    return _changed(line, parameters, value)


def _older(line: Line) -> Line:
    one = line.parsed
    if one.name in _GROUPS_BACK and (one.name == "MEMBER" or one.value.strip().lower() == "group"):
        return line_of(msgspec.structs.replace(one, name=_GROUPS_BACK[one.name]))
    parameters = dict(one.parameters)
    value = one.value
    if parameters.get("PREF") == ("1",):
        parameters.pop("PREF")
        parameters["TYPE"] = (*parameters.get("TYPE", ()), "pref")
    if one.name == "TEL" and value.lower().startswith("tel:") and ";" not in value:
        value = value[4:]
        parameters.pop("VALUE", None)
    elif one.name in _BINARY and (data := _DATA.match(value)) is not None:
        kind = (data[1] or "").rpartition("/")[2].upper()
        parameters.pop("VALUE", None)
        parameters.pop("MEDIATYPE", None)
        parameters |= {"ENCODING": ("b",), **({"TYPE": (kind,)} if kind and kind != "OCTET-STREAM" else {})}
        value = value[data.end() :]
    elif one.name in ("BDAY", "ANNIVERSARY") and (day := _YEARLESS.match(value)) is not None:
        parameters["X-APPLE-OMIT-YEAR"] = (_NO_YEAR,)
        value = f"{_NO_YEAR}-{day[1]}-{day[2]}"
    return _changed(line, parameters, value)


def _changed(line: Line, parameters: Mapping[str, tuple[str, ...]], value: str) -> Line:
    one = line.parsed
    if parameters == one.parameters and value == one.value:
        return line
    return line_of(msgspec.structs.replace(one, parameters=parameters, value=value))


def _without_type(parameters: Mapping[str, tuple[str, ...]], word: str) -> dict[str, tuple[str, ...]]:
    left = tuple(one for one in parameters.get("TYPE", ()) if one != word)
    rest = {name: each for name, each in parameters.items() if name != "TYPE"}
    return rest | {"TYPE": left} if left else rest
