"""The data map's page says what the models say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from call24.data_map import Subject, WithDocument, WithInstallation, documents, structs_in
from call24.kit.ids import UserId
from call24.policy.freeze import current
from call24.policy.texts import versions
from call24.privacy.datamap_page import PAGE, load_models, page

CHECKOUT = Path(__file__).resolve().parents[3]


def test_the_page_is_up_to_date() -> None:
    assert page() == (CHECKOUT / PAGE).read_text(), "run: python -m call24.privacy.datamap_page"


def test_the_tables_of_the_privacy_policy_are_those_of_the_data_map() -> None:
    assert current() == versions()[-1].tables, "run: python -m call24.policy.freeze"


def test_everything_that_is_a_persons_says_when_it_goes() -> None:
    load_models()
    for document in documents():
        for path, fact in document.facts.items():
            kept = document.kept_of(path)
            assert str(kept) and str(fact.erase) and fact.purpose, f"{document.collection}.{path}"
            if fact.personal:
                assert fact.basis is not None, f"{document.collection}.{path}"
                assert not isinstance(kept, WithDocument | WithInstallation), f"{document.collection}.{path}"


def test_an_id_of_a_user_is_a_users_data_in_every_document() -> None:
    load_models()
    for document in documents():
        for path, hint in _hints(document.struct, ""):
            if UserId in _named(hint):
                assert document.facts[path].subject is Subject.USER, f"{document.collection}.{path}"


def _hints(struct: type[msgspec.Struct], prefix: str) -> Iterator[tuple[str, Any]]:
    """Stored fields by dotted path, with their types."""
    for name, hint in get_type_hints(struct, include_extras=True).items():
        path = prefix + ("_id" if name == "id" and not prefix else name)
        yield path, hint
        for nested in structs_in(hint):
            yield from _hints(nested, f"{path}.")


def _named(hint: Any) -> set[Any]:
    """All that a type is made of."""
    return {hint}.union(*(_named(part) for part in get_args(hint))) if get_args(hint) else {hint}
