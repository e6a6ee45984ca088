"""A folder full of modules named as those that Python and Call24 import: who searches it runs one of them."""

from __future__ import annotations

import sys
from pathlib import Path


class StrayModules:
    """The folder, and the names of the modules in it that were run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._marker = folder / "ran"
        folder.mkdir()
        text = (
            f"with open({str(self._marker)!r}, 'a') as out: out.write(__name__ + '\\n')\nraise ImportError('stray')\n"
        )
        for name in {*sys.stdlib_module_names, "call24", "dns", "pymongo", "uvicorn", "pip", "_msgspec"}:
            (folder / f"{name}.py").write_text(text)

    def ran(self) -> list[str]:
        return self._marker.read_text().split() if self._marker.exists() else []
