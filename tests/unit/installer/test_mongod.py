"""What the embedded MongoDB is told before it starts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from call24.installer import mongod
from call24.kit.mongo import transaction
from call24.kit.settings import Settings


@pytest.mark.parametrize(
    ("memory_mb", "cache_mb"), [(512, 256), (2048, 256), (8192, 1024), (24_576, 3072), (262_144, 4096)]
)
def test_an_eighth_of_the_memory_is_for_the_cache(memory_mb: int, cache_mb: int) -> None:
    assert mongod.cache_mb(Settings(), memory_mb) == cache_mb


@pytest.mark.parametrize(("given", "cache_mb"), [(100, 256), (6000, 6000)])
def test_an_operator_says_how_much_it_is(tmp_path: Path, given: int, cache_mb: int) -> None:
    settings = Settings(data=tmp_path, mongodb_cache_mb=given)
    assert mongod.cache_mb(settings, 8192) == cache_mb
    assert f"cacheSizeGB: {cache_mb / 1024:.3f}" in mongod.configure(settings).read_text()


@pytest.mark.parametrize(("said", "cache_mb"), [("2147483648\n", 256), ("8589934592\n", 1024), ("max\n", None)])
def test_the_memory_of_a_container_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, cache_mb: int | None
) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text(said)
    monkeypatch.setattr(mongod, "CGROUP_MEMORY", tmp_path / "none")
    machine = mongod.cache_mb(Settings())
    monkeypatch.setattr(mongod, "CGROUP_MEMORY", limit)
    assert mongod.cache_mb(Settings()) == (machine if cache_mb is None else min(cache_mb, machine))


def test_a_write_is_tried_again_until_what_a_killed_server_left_locked_is_free(tmp_path: Path) -> None:
    """MongoDB looks for such transactions twice in the time that they have, but not more often than once a second and
    not less often than once a minute. Source: MongoDB manual, "transactionLifetimeLimitSeconds"; getPeriod() in
    MongoDB's src/mongo/db/periodic_runner_job_abort_expired_transactions.cpp."""
    written = mongod.configure(Settings(data=tmp_path)).read_text()
    [limit_s] = map(int, re.findall(r"^  transactionLifetimeLimitSeconds: (\d+)$", written, re.MULTILINE))
    looks_every_s = min(60.0, max(1.0, limit_s / 2))
    assert limit_s + looks_every_s < transaction.TRIED_FOR_S
