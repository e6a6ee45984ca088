"""Imports the product rewritten: every guard asks the seam first. Installed before anything of call24 is imported.

What guards a whole route (who is asking; each permission; the second factor it takes) is one function for all of them:
that one is replaced so that it is a guard for each operation.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests.guards import finding

ROOT = Path(__file__).resolve().parents[2] / "src" / "call24"
PLAIN = {"call24", "call24.kit", "call24.kit.errors"}
"""What the seam itself needs."""


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        source = Path(self.path).read_text()
        tree, _ = finding.rewritten(source, Path(self.path).relative_to(ROOT).as_posix())
        return compile(tree, self.path, "exec")

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if module.__name__ == "call24.http.access":
            _by_operation(module)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith("call24.") or fullname in PLAIN:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None or not isinstance(spec.loader, SourceFileLoader):
            return spec
        if not Path(spec.origin).relative_to(ROOT).as_posix().startswith(finding.ASIDE):
            spec.loader = _Loader(fullname, spec.origin)
        return spec


def install() -> None:
    assert not any(name.startswith("call24.") for name in sys.modules), "too late: the product is imported already"
    from tests.guards import seam

    builtins.__guards__ = seam  # type: ignore[attr-defined]
    sys.meta_path.insert(0, _Finder())


def _by_operation(access: ModuleType) -> None:
    """Before any router is made of them."""
    from fastapi import Request
    from tests.guards import seam

    require = access.require

    async def call(self: Any, principal: access.PrincipalDep, request: Request) -> Any:  # type: ignore[name-defined]
        for permission in self.permissions:
            try:
                require(principal, permission)
            except access.Refused as refused:
                kind = "second factor" if refused.code == "mfa_due" else "permission"
                if seam.lets(f"{kind}: {seam.action_of(request)} {permission}"):
                    raise
        if self.for_good:
            try:
                access.recently_proven(principal)
            except access.Refused:
                if seam.lets(f"second factor: {seam.action_of(request)} deleting"):
                    raise
        return principal

    call.__annotations__ = {"principal": access.PrincipalDep, "request": Request}
    access.Allowed.__call__ = call
