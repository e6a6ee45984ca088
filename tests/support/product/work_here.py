"""Exports and imports of callers' files, done in the test's own process: another takes two seconds to import the rooms.

What is done is the product's own. Not for a test that kills such a process, which asks for `apart`.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from call24.caller_files import import_runner
from call24.caller_files import room as caller_files
from call24.caller_files.import_model import CallerImport
from call24.exports import room as exports
from call24.exports import runner as export_runner
from call24.exports.exporter import unfinished_of
from call24.exports.model import Export
from call24.kit.errors import Unavailable
from call24.kit.settings import Settings
from call24.server.export_process import export_kept
from call24.server.import_process import import_kept


class WorkHere:
    """`is_on`: what begins now is done here."""

    def __init__(self) -> None:
        self.is_on = True

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """In processes of their own meanwhile, as always without this."""
        self.is_on = False
        try:
            yield
        finally:
            self.is_on = True

    def export_runner(self, settings: Settings) -> export_runner.Runner:
        apart = export_runner.runner(settings)

        async def run(export: Export, file: Path) -> None:
            if not self.is_on:
                await apart(export, file)
                return
            try:
                await export_kept(settings, export.tenant_id, export.id, file)
            except Exception as error:
                raise OSError("the export failed") from error
            finally:
                shutil.rmtree(unfinished_of(file), ignore_errors=True)

        return run

    def import_runner(self, settings: Settings) -> import_runner.Runner:
        apart = import_runner.runner(settings)

        async def run(wish: CallerImport, file: Path) -> None:
            if not self.is_on:
                await apart(wish, file)
                return
            try:
                ended = await import_kept(settings, wish.tenant_id, wish.id, file)
            except Exception as error:
                raise OSError("the import failed") from error
            if ended == import_runner.AWAY:
                raise Unavailable("MongoDB, or the PBX that keeps recordings, is away")

        return run


@contextlib.contextmanager
def work_here() -> Iterator[WorkHere]:
    """For servers that are composed meanwhile."""
    here = WorkHere()
    with patch.object(exports, "runner", here.export_runner), patch.object(caller_files, "runner", here.import_runner):
        yield here
