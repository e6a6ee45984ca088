"""Stacks that several test files have together, each from its first file to its last: a start takes two seconds.

A file says so by `pytestmark = pytest.mark.shares_stack("...")`; files that say the same run one after the other. Their
tests make ids of their own, and take back from Asterisk what the next one would meet. Where they move the clock by
weeks, or count all that there is, the group is "emptied": what one file has left is taken away before the next.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest
from tests.support.product.emptied import Emptied
from tests.support.product.stack import RunningStack, session_stack, wait_for

MARK, EMPTIED = "shares_stack", "emptied"


def group_of(node: pytest.Item | pytest.Collector) -> str | None:
    """Whose stack it is; None: a file's own."""
    mark = node.get_closest_marker(MARK)
    return None if mark is None else str(mark.args[0])


def put_together(items: list[pytest.Item]) -> None:
    """Those that share a stack come first, group by group, and all in the order that they had."""
    items.sort(key=lambda item: group_of(item) or "~")


class SharedStacks:
    """The stack of the group that is under way; `items`: of the whole run, put together."""

    def __init__(self, items: Sequence[pytest.Item]) -> None:
        self._files = {(group, item.path) for item in items if (group := group_of(item)) is not None}
        self._ends = contextlib.ExitStack()
        self._running: dict[str, RunningStack] = {}
        self._emptied: Emptied | None = None

    @contextlib.contextmanager
    def of(self, node: pytest.Module) -> Iterator[RunningStack]:
        """For one file, which leaves no call behind."""
        group = group_of(node)
        assert group is not None
        if group not in self._running:
            self.close()
            self._running[group] = self._ends.enter_context(session_stack())
            self._emptied = Emptied(self._running[group].settings) if group == EMPTIED else None
        running = self._running[group]
        yield running
        self._files.discard((group, node.path))
        with contextlib.ExitStack() as last:
            if all(of != group for of, _ in self._files):
                last.callback(self.close)

            def no_channel_is_left() -> bool:
                return channels(running) == []

            wait_for(no_channel_is_left)
            if self._emptied is not None and any(of == group for of, _ in self._files):
                self._emptied.again()

    def close(self) -> None:
        self._running.clear()
        self._ends.close()


def channels(stack: RunningStack) -> list[dict[str, Any]]:
    settings = stack.settings
    found: list[dict[str, Any]] = httpx.get(
        f"{settings.ari_url}/channels", auth=tuple(settings.ari_login()), verify=False
    ).json()
    return found
