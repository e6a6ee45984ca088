"""The filter of an `addressbook-query`: which cards it finds. Pure. Source: RFC 6352, 10.5."""

from __future__ import annotations

from collections.abc import Callable

from call24.carddav.card_lines import CardLines, Line
from call24.carddav.refusals import UnknownFilter
from call24.carddav.xml_documents import Element, c

_MOST = 20
Test = Callable[[CardLines], bool]


def test_of(asked: Element | None) -> Test:
    """Raises: UnknownFilter."""
    if asked is None:
        return lambda card: True
    tests = [_property(one) for one in asked.all(c("prop-filter"))]
    if len(tests) > _MOST:
        raise UnknownFilter(f"A filter has at most {_MOST} properties")
    return _together(asked, tests) if tests else lambda card: True


def _property(asked: Element) -> Test:
    name = asked.attributes.get("name", "").upper()
    if any(True for _ in asked.all(c("param-filter"))):
        raise UnknownFilter("Parameters are not looked at: filter by properties")
    if asked.child(c("is-not-defined")) is not None:
        return lambda card: not card.all(name)
    texts = [_text(one) for one in asked.all(c("text-match"))][:_MOST]
    every = asked.attributes.get("test") == "allof"

    def found(card: CardLines) -> bool:
        lines = card.all(name)
        if not texts:
            return bool(lines)
        return (all if every else any)(matches(lines) for matches in texts)

    return found


def _text(asked: Element) -> Callable[[list[Line]], bool]:
    wanted, how = asked.text.casefold(), asked.attributes.get("match-type", "contains")
    negated = asked.attributes.get("negate-condition") == "yes"
    if how not in _WAYS:
        raise UnknownFilter("match-type is equals, contains, starts-with or ends-with")
    way = _WAYS[how]

    def matches(lines: list[Line]) -> bool:
        return any(way(one.parsed.text.casefold(), wanted) for one in lines) is not negated

    return matches


_WAYS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda value, wanted: value == wanted,
    "contains": lambda value, wanted: wanted in value,
    "starts-with": lambda value, wanted: value.startswith(wanted),
    "ends-with": lambda value, wanted: value.endswith(wanted),
}


def _together(asked: Element, tests: list[Test]) -> Test:
    every = asked.attributes.get("test") == "allof"
    return lambda card: (all if every else any)(test(card) for test in tests)
