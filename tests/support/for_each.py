"""Rows of one test that share what it asks for: `parametrize` would make a database and an API for each of them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

Test = Callable[..., Any]


def for_each(names: str | tuple[str, ...], rows: Iterable[Any]) -> Callable[[Test], Test]:
    """The test, of coroutines, is done with each row, one after the other. A failure says with which.

    For what leaves nothing behind that the next row would see, such as input that is refused.
    """
    many = (names,) if isinstance(names, str) else names
    all_rows = [(one,) if isinstance(names, str) else tuple(one) for one in rows]

    def of(test: Test) -> Test:
        signature = inspect.signature(test)

        @functools.wraps(test)
        async def each(**asked: Any) -> None:
            for row in all_rows:
                values = dict(zip(many, row, strict=True))
                try:
                    await test(**asked, **values)
                except BaseException as failure:
                    failure.add_note(f"with {values}")
                    raise

        del each.__wrapped__  # type: ignore[attr-defined]  # else pytest would ask for the rows' names
        left = [one for name, one in signature.parameters.items() if name not in many]
        each.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        return each

    assert all_rows
    return of
