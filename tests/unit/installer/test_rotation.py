"""When a secret cannot be rotated, the server still learns those that were changed before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from call24.installer import rotation
from call24.installer.errors import StartError
from call24.kit.settings import Settings


def test_the_server_starts_anew_also_when_one_of_them_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    begun: list[Settings] = []

    def fail(_settings: Settings) -> str:
        raise StartError("MongoDB is away")

    monkeypatch.setitem(rotation.ROTATABLE, "mongodb", fail)
    monkeypatch.setattr(rotation, "_start_server_anew", begun.append)
    settings = Settings(data=tmp_path)
    settings.secrets.mkdir(parents=True)
    with pytest.raises(StartError):
        rotation.rotate(settings, ["internal", "mongodb"])
    assert begun == [settings]


def test_the_certificate_alone_needs_no_new_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    begun: list[Settings] = []
    monkeypatch.setattr(rotation, "_start_server_anew", begun.append)
    settings = Settings(data=tmp_path)
    [said] = rotation.rotate(settings, ["tls"])
    assert "new key" in said and begun == []
    first = settings.certificate[0].read_bytes()
    rotation.rotate(settings, ["tls"])
    assert settings.certificate[0].read_bytes() != first
