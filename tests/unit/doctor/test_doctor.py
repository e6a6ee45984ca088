"""How the doctor reports and judges; the real installation is tests/telephony/test_doctor.py's."""

from __future__ import annotations

import asyncio
import io
import json
import wave
from array import array
from pathlib import Path

import pytest

from call24.doctor import checks as doctor_checks
from call24.doctor import run as doctor
from call24.doctor.report import CheckResult, DoctorReport, Failed
from call24.doctor.test_call import loud_share, wav_channels
from call24.kit.settings import Settings
from call24.testphones import tone


def stereo(left: array[int], right: array[int], rate: int = tone.RATE) -> bytes:
    both = array("h", [sample for pair in zip(left, right, strict=True) for sample in pair])
    raw = io.BytesIO()
    with wave.open(raw, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(both.tobytes())
    return raw.getvalue()


def test_each_channel_of_a_recording_is_judged_by_its_sound_and_not_by_its_silence() -> None:
    silence = array("h", bytes(2 * tone.RATE))
    left, right = wav_channels(stereo(silence + tone.tone_samples(1000, 1.0), silence + tone.tone_samples(440, 1.0)))
    assert loud_share(left, 1000) > 0.95
    assert loud_share(left, 440) == 0.0
    assert loud_share(right, 440) > 0.95
    assert loud_share(silence, 440) == 0.0


@pytest.mark.parametrize("raw", [b"", b"RIFF", stereo(array("h", [1]), array("h", [1]), rate=16000)])
def test_what_is_no_wav_of_ours_fails(raw: bytes) -> None:
    with pytest.raises(Failed, match="8 kHz"):
        wav_channels(raw)


@pytest.mark.parametrize(
    ("text", "version"),
    [("22.10.1~dfsg+~cs6.15.60671435-1", (22, 10, 1)), ("22.9", (22, 9)), ("GIT-master", ()), ("20.11.0", (20, 11, 0))],
)
def test_versions_are_read_up_to_what_is_no_number(text: str, version: tuple[int, ...]) -> None:
    assert doctor_checks.version_of(text) == version


def test_a_warning_passes_and_a_failure_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    report = DoctorReport(as_json=False)
    with report.step("good") as found:
        found.seen = "fine"
    with report.step("so-so"):
        raise Failed("nearly", "look at it", "warn")
    assert report.passed
    with report.step("bad", advice="what to do in general"):
        raise Failed("broken")
    assert not report.passed
    report.close()
    said = capsys.readouterr().out
    assert "ok    good" in said
    assert "-> look at it" in said
    assert "-> what to do in general" in said
    assert "3 checks: 1 failed, 1 to look at" in said


async def test_a_step_that_is_broken_off_did_not_pass() -> None:
    report = DoctorReport(as_json=True)
    with pytest.raises(asyncio.CancelledError), report.step("slow"):
        raise asyncio.CancelledError
    assert not report.passed


@pytest.mark.parametrize("call", [False, True])
def test_a_folder_that_nothing_runs_on_is_one_clear_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], call: bool
) -> None:
    assert doctor.run(tmp_path, call=call, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["passed"] is False
    [finding] = told["findings"]
    assert finding["name"] == "installation"
    assert "./call24 up" in finding["advice"]


class Database:
    """A MongoDB that is there, of a given version."""

    def __init__(self, version: str) -> None:
        self._version = version

    async def ping(self, timeout_s: float) -> bool:
        return True

    async def version(self) -> str:
        return self._version


EMBEDDED = {"data": Path("/nonexistent"), "public_address": "192.0.2.1", "http_host": "192.0.2.1"}
OWN = {**EMBEDDED, "mongodb": "mongodb://db.example.net/?tls=true"}


@pytest.mark.parametrize(
    ("settings", "version", "advice"),
    [
        (EMBEDDED, "6.0.27", "in production use Atlas, or your own MongoDB 7.0 or newer with TLS"),
        (OWN, "6.0.27", "update MongoDB to 7.0 or newer: this series gets no security fixes"),
        (OWN, "7.0.14", None),
        (OWN, "8.2.0", None),
    ],
)
async def test_a_mongodb_that_production_should_not_use_is_a_warning(
    settings: dict[str, object], version: str, advice: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_checks, "Mongo", lambda *_: Database(version))
    monkeypatch.setattr(Settings, "_embedded_uri", lambda *_: "mongodb://127.0.0.1/")
    checks = doctor_checks.Checks(Settings(**settings), DoctorReport(as_json=True))  # type: ignore[arg-type]
    found = CheckResult("database")
    if advice is None:
        await checks.database(found)
        assert found.seen == f"MongoDB {version}, authenticated, accepts writes"
        return
    with pytest.raises(Failed) as warned:
        await checks.database(found)
    assert (warned.value.state, warned.value.advice[: len(advice)]) == ("warn", advice)
