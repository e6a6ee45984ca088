"""Systems for the cells: one for each group of victims, and one whose disks are small."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.matrix.faults import small_disks
from tests.matrix.model import Victim
from tests.support.product.stack import free_base_port
from tests.support.product.system import System, running_system

from call24.kit.settings import Settings


@pytest.fixture(scope="session")
def hit() -> Iterator[System]:
    """For cells without disks; each cell leaves it whole, or the next starts it anew."""
    with running_system() as running:
        yield running


@pytest.fixture(scope="session")
def cramped() -> Iterator[tuple[System, dict[Victim, Path]]]:
    """A system whose recordings, spool and database each have a small disk. Skips where none can be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="c24-"))
    settings = replace(Settings.on_ports(folder / "data", free_base_port()), recording_floor_mb=1).checked()
    system = System(settings)
    try:
        with small_disks(settings.data) as disks:
            try:
                system.start()
                yield system, disks
            finally:
                system.stop()
    except OSError as error:
        pytest.skip(str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
