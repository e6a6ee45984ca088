"""A server that seals anew goes on where its disk is full, or the ring was damaged."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from call24.kit.key_ring import KeyRing
from call24.kit.key_ring_file import change, replace_root
from call24.kit.secrets import AppKey
from call24.server import resealing
from call24.server.resealing import Resealing


async def test_a_full_disk_and_a_damaged_ring_do_not_end_the_server_and_it_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    AppKey.load(tmp_path)
    assert replace_root(tmp_path)
    troubles = [OSError(errno.ENOSPC, "No space left on device"), ValueError("secrets/app.keyring is damaged")]

    def changed(data: Path, new: Callable[[KeyRing], KeyRing]) -> KeyRing:
        if troubles:
            raise troubles.pop(0)
        return change(data, new)

    monkeypatch.setattr(resealing, "change", changed)
    monkeypatch.setattr(resealing, "AGAIN_S", 0.0)
    nothing: Any = SimpleNamespace(as_stored=lambda why: None)
    await Resealing(nothing, AppKey.load(tmp_path), tmp_path, ()).run()
    assert not troubles and KeyRing.load(tmp_path).earlier == ()
