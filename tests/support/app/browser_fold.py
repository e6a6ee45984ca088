"""The app's own fold of realtime events, run by Node, so that what is proven is the browser's code and not a copy."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from call24.installer import web
from call24.installer.paths import WEB

DRIVER = Path(__file__).with_suffix(".mjs")
BUNDLER = WEB / "node_modules" / "rolldown" / "bin" / "cli.mjs"
Json = dict[str, Any]
Step = Sequence[Any]


class BrowserFold:
    def __init__(self, node: subprocess.Popen[str]) -> None:
        self._node = node

    def play(self, script: Sequence[Step]) -> list[Json]:
        """What the screen shows at each ``look``, and each ``read`` snapshot as the app reads it; see the driver."""
        assert self._node.stdin is not None and self._node.stdout is not None
        self._node.stdin.write(json.dumps(script) + "\n")
        self._node.stdin.flush()
        answer = self._node.stdout.readline()
        assert answer, "the app's fold ended"
        seen: list[Json] = json.loads(answer)
        return seen


@contextlib.contextmanager
def browser_fold(folder: Path) -> Iterator[BrowserFold]:
    """``folder``: an empty one, for the bundle."""
    bundle = folder / "fold.mjs"
    web.run_node(str(BUNDLER), str(DRIVER), "--file", str(bundle), "--format", "esm", "--platform", "node")
    words = [str(web.node()), str(bundle)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        yield BrowserFold(node)
