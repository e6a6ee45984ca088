"""Prompts with real sound files, a real decoder and a real MongoDB: what becomes of them, and what is refused."""

from __future__ import annotations

import asyncio
import os
import time
import wave
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
from tests.support.clock import StillClock
from tests.support.for_each import for_each
from tests.support.product.closing import close_organisation
from tests.support.telephony.sounds import OPUS, Samples, encoded, speech_like

from call24.flows import sound as sound_room
from call24.flows.model import Prompt
from call24.flows.personal_data import HOLDS
from call24.flows.prompts import BYTES_MAX, PromptService
from call24.flows.sound import WAITING_MAX, Converter
from call24.flows.speech import Speaker
from call24.flows.store import INDEXES
from call24.kit.errors import Call24Error, Conflict, Invalid, NotFound, TooMany, Unavailable
from call24.kit.ids import PromptId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.settings import Settings

ACME, OTHER = TenantId("ten_acme"), TenantId("ten_other")


@pytest.fixture
async def prompts(mongo: Mongo, tmp_path: Path) -> PromptService:
    await mongo.ensure_indexes(INDEXES)
    return PromptService(mongo, StillClock(), Settings(data=tmp_path).prompts, built_in={"greeting"})


async def chunks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 65536):
        yield data[start : start + 65536]


def left(prompts: PromptService) -> list[str]:
    return sorted(path.name for path in prompts._folder.glob("**/*") if path.is_file())


def played(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def pitch(samples: Samples, rate: int = 8000) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * rate / len(samples))


@pytest.mark.parametrize(
    ("how", "rate", "channels"),
    [
        ({"format": "OGG", "subtype": "VORBIS"}, 22050, 1),
        *(
            pytest.param(
                *one,
                marks=pytest.mark.long(
                    "test_whatever_is_uploaded_is_played_at_8_khz_with_its_pitch_length_and_a_usual_loudness"
                ),
            )
            for one in (
                ({"format": "WAV", "subtype": "ULAW"}, 8000, 1),
                ({"format": "WAV"}, 44100, 2),
                ({"format": "WAV", "subtype": "FLOAT"}, 48000, 1),
                ({"format": "MP3"}, 44100, 2),
                ({"format": "OGG", "subtype": "OPUS"}, 48000, 1),
                ({"format": "FLAC"}, 96000, 2),
            )
        ),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else str(value),
)
async def test_whatever_is_uploaded_is_played_at_8_khz_with_its_pitch_length_and_a_usual_loudness(
    prompts: PromptService, how: dict[str, str], rate: int, channels: int
) -> None:
    data = encoded(speech_like(2.0, rate, channels=channels), rate, **how)
    prompt = await prompts.upload(ACME, "Welcome", chunks(data))
    samples = played(await prompts.sound_of(ACME, prompt.id))
    assert len(samples) / 8000 == pytest.approx(2.0, abs=0.1) and prompt.seconds == pytest.approx(2.0, abs=0.1)
    assert pitch(samples) == pytest.approx(300, abs=8)
    assert prompt.loudness == pytest.approx(-20, abs=1.5)
    assert 20 * np.log10(np.sqrt(np.mean(samples**2))) == pytest.approx(-20, abs=3)
    assert prompt.source == "uploaded" and prompt.text is None
    assert left(prompts) == [f"{prompt.id}.wav"]
    assert await prompts.get(ACME, prompt.id) == prompt


async def test_what_a_telephone_cannot_carry_is_filtered_and_not_folded_back(prompts: PromptService) -> None:
    at = np.arange(2 * 48000) / 48000
    both = 0.2 * np.sin(2 * np.pi * 500 * at) + 0.2 * np.sin(2 * np.pi * 7000 * at)
    prompt = await prompts.upload(ACME, "Welcome", chunks(encoded(both, 48000)))
    spectrum = np.abs(np.fft.rfft(played(await prompts.sound_of(ACME, prompt.id))))
    heard, folded = spectrum[int(500 * len(spectrum) / 4000)], spectrum[int(1000 * len(spectrum) / 4000) - 40 :]
    assert folded[:80].max() < heard / 100


async def test_what_is_too_quiet_is_made_louder_and_the_answer_says_by_how_much(prompts: PromptService) -> None:
    quiet = await prompts.upload(ACME, "Quiet", chunks(encoded(speech_like(peak=0.01))))
    loud = await prompts.upload(ACME, "Loud", chunks(encoded(speech_like(peak=0.9))))
    assert quiet.gain_db > 15 and loud.gain_db < -5
    assert quiet.loudness == pytest.approx(-20, abs=1) == pytest.approx(loud.loudness, abs=1)


def noise(count: int) -> bytes:
    return np.random.default_rng(1).bytes(count)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "could not be read"),
    "noise": (lambda: noise(50_000), "could not be read"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + noise(5000), "could not be read"),
    "a web page": (lambda: b"<!doctype html><title>x</title>" * 100, "could not be read"),
    "a WAV header alone": (lambda: encoded(speech_like())[:44], "hardly any audio"),
    "half of a WAV header": (lambda: encoded(speech_like())[:20], "could not be read"),
    "the start of an MP3": (lambda: encoded(speech_like(), format="MP3")[:300], ""),
    "the start of an Opus file": (lambda: encoded(speech_like(rate=48000), 48000, **OPUS)[:150], ""),
    "another format": (lambda: encoded(speech_like(), format="AIFF"), "not a supported format"),
    "silence": (lambda: encoded(np.zeros(44100)), "silent"),
    "hardly more than silence": (lambda: encoded(speech_like(peak=0.001)), "silent"),
    "no numbers": (lambda: encoded(np.full(44100, np.nan), subtype="FLOAT"), "silent"),
    "a click": (lambda: encoded(speech_like(0.05)), "hardly any audio"),
    "overdriven": (lambda: encoded(np.clip(speech_like(peak=4.0), -1, 1)), "overdriven"),
    "six minutes": (lambda: encoded(speech_like(360, 8000), 8000, subtype="ULAW"), "5 minutes"),
    "a day of silence": (lambda: encoded(np.zeros(8000 * 7200), 8000, format="FLAC"), "5 minutes"),
    "a strange rate": (lambda: encoded(speech_like(), 1000), "8 to 48 kHz"),
    "twelve channels": (lambda: encoded(speech_like(channels=12)), "one or two channels"),
}


SOME = (
    "nothing",
    "a WAV header alone",
    "another format",
    "silence",
    "overdriven",
    "six minutes",
    "a strange rate",
    "twelve channels",
)
"""One of each thing that is said."""


@pytest.mark.parametrize(
    "what",
    [
        *SOME,
        *(
            pytest.param(
                one, marks=pytest.mark.long("test_what_is_no_usable_sound_is_refused_in_words_and_leaves_nothing")
            )
            for one in REFUSED
            if one not in SOME
        ),
    ],
)
async def test_what_is_no_usable_sound_is_refused_in_words_and_leaves_nothing(
    prompts: PromptService, what: str
) -> None:
    make, said = REFUSED[what]
    with pytest.raises(Invalid) as caught:
        await prompts.upload(ACME, "Welcome", chunks(make()))
    assert caught.value.code == "unusable_sound" and said in caught.value.detail
    assert [field for field, _ in caught.value.errors] == ["file"]
    assert left(prompts) == [] and await prompts.all(ACME) == []


async def test_more_than_ten_megabytes_are_not_read_to_their_end(prompts: PromptService) -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += 1 << 20
            yield bytes(1 << 20)

    with pytest.raises(Invalid):
        await prompts.upload(ACME, "Welcome", endless())
    assert given <= BYTES_MAX + (1 << 20) and left(prompts) == []


@pytest.mark.parametrize(
    "seed",
    [
        *range(2),
        *(
            pytest.param(one, marks=pytest.mark.long("test_a_file_with_broken_bytes_makes_a_prompt_or_a_clear_refusal"))
            for one in range(2, 12)
        ),
    ],
)
async def test_a_file_with_broken_bytes_makes_a_prompt_or_a_clear_refusal(prompts: PromptService, seed: int) -> None:
    dice = np.random.default_rng(seed)
    how = [{"format": "MP3"}, OPUS, {"format": "FLAC"}, {"format": "WAV"}][seed % 4]
    data = np.frombuffer(encoded(speech_like(rate=48000), 48000, **how), np.uint8).copy()
    places = dice.integers(0, len(data), 40)
    data[places] = dice.integers(0, 256, len(places))
    try:
        prompt = await prompts.upload(ACME, "Welcome", chunks(data.tobytes()))
    except Invalid as refused:
        assert refused.code == "unusable_sound" and left(prompts) == []
    else:
        assert left(prompts) == [f"{prompt.id}.wav"]


async def test_an_upload_that_is_given_up_leaves_nothing(prompts: PromptService) -> None:
    data = encoded(speech_like())
    came = asyncio.Event()

    async def halting() -> AsyncIterator[bytes]:
        yield data[:1000]
        came.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(prompts.upload(ACME, "Welcome", halting()))
    await came.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert left(prompts) == [] and await prompts.all(ACME) == []


async def test_a_decoder_that_hangs_is_ended_and_the_sound_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_room, "MODULE", (str(_program(tmp_path, "exec sleep 600")),))
    with pytest.raises(Invalid) as caught:
        await Converter(timeout_s=0.2).convert(ACME, tmp_path / "in", tmp_path / "out", "file")
    assert caught.value.code == "unusable_sound"


async def test_a_decoder_that_crashes_is_a_refused_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_room, "MODULE", (str(_program(tmp_path, "kill -SEGV $$")),))
    with pytest.raises(Invalid) as caught:
        await Converter().convert(ACME, tmp_path / "in", tmp_path / "out", "file")
    assert caught.value.code == "unusable_sound"


async def test_many_sounds_at_once_wait_for_each_other_and_too_many_are_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = tmp_path / "running"
    alone = f'mkdir {running} || exit 1; echo "{{}}"; rmdir {running}'
    monkeypatch.setattr(sound_room, "MODULE", (str(_program(tmp_path, alone)),))
    converter = Converter()
    many = [converter.convert(ACME, tmp_path / "in", tmp_path / "out", "file") for _ in range(WAITING_MAX + 4)]
    outcomes = await asyncio.gather(*many, return_exceptions=True)
    assert sum(isinstance(one, TooMany) for one in outcomes) == 3
    assert sum(not isinstance(one, BaseException) for one in outcomes) == WAITING_MAX + 1


def _program(folder: Path, line: str) -> Path:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return path


async def test_many_texts_at_once_are_spoken_one_by_one_and_too_many_are_sent_away(
    mongo: Mongo, tmp_path: Path
) -> None:
    """Each is a program of its own: a hundred of them would take the processor from the calls."""
    running, most = tmp_path / "running", tmp_path / "most"
    for folder in (running, most):
        folder.mkdir()
    counted = f"mkdir {running}/$$; ls {running} | wc -l > {most}/$$; sleep 0.05; rmdir {running}/$$; exit 1"
    program = Speaker((str(_program(tmp_path, counted)),))
    prompts = PromptService(mongo, StillClock(), tmp_path / "prompts", speaker=lambda: program)
    wishes = (prompts.speak(ACME, f"Hello {n}", "Hello") for n in range(WAITING_MAX + 4))
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    assert sum(isinstance(answer, TooMany) for answer in answers) == 3
    assert {path.read_text().strip() for path in most.iterdir()} == {"1"}
    assert len(list(most.iterdir())) == WAITING_MAX + 1
    assert left(prompts) == []


async def test_names_are_unique_and_a_taken_one_leaves_no_file(prompts: PromptService) -> None:
    data = encoded(speech_like())
    both = [prompts.upload(ACME, "Welcome", chunks(data)), prompts.upload(ACME, " WELCOME", chunks(data))]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    [prompt] = [one for one in outcomes if isinstance(one, Prompt)]
    [refused] = [one for one in outcomes if isinstance(one, Call24Error)]
    assert isinstance(refused, Conflict) and refused.code == "prompt_name_taken"
    assert left(prompts) == [f"{prompt.id}.wav"]
    await prompts.upload(OTHER, "Welcome", chunks(data))


async def test_a_deleted_prompt_is_gone_with_its_sound_but_not_while_it_is_used(prompts: PromptService) -> None:
    prompt = await prompts.upload(ACME, "Welcome", chunks(encoded(speech_like())))
    assert prompts.known(ACME, prompt.id) and prompt.id in prompts.known_sounds(ACME)
    assert not prompts.known(OTHER, prompt.id)
    with pytest.raises(Conflict) as caught:
        await prompts.delete(ACME, prompt.id, lambda tenant_id, thing: ["flow Main"])
    assert caught.value.code == "prompt_in_use" and "flow Main" in caught.value.detail
    await prompts.delete(ACME, prompt.id, lambda tenant_id, thing: [])
    assert left(prompts) == [] and prompts.known_sounds(ACME) == {"greeting"}
    with pytest.raises(NotFound):
        await prompts.sound_of(ACME, prompt.id)


async def test_another_organisations_prompt_is_one_that_does_not_exist(prompts: PromptService) -> None:
    prompt = await prompts.upload(ACME, "Welcome", chunks(encoded(speech_like())))
    for tenant, prompt_id in ((OTHER, prompt.id), (ACME, PromptId("prm_none")), (ACME, PromptId("../x"))):
        for asked in (
            prompts.get(tenant, prompt_id),
            prompts.sound_of(tenant, prompt_id),
            prompts.delete(tenant, prompt_id, lambda tenant_id, thing: []),
        ):
            with pytest.raises(NotFound):
                await asked
    assert left(prompts) == [f"{prompt.id}.wav"]


async def test_an_erased_organisation_leaves_no_sound(prompts: PromptService, tmp_path: Path) -> None:
    data = encoded(speech_like())
    await prompts.upload(ACME, "Welcome", chunks(data))
    kept = await prompts.upload(OTHER, "Welcome", chunks(data))
    await close_organisation(tmp_path, ACME, HOLDS, prompts)
    assert left(prompts) == [f"{kept.id}.wav"] and prompts.known_sounds(ACME) == {"greeting"}


async def test_what_a_crash_left_behind_is_tidied_away_and_nothing_else(prompts: PromptService) -> None:
    prompt = await prompts.upload(ACME, "Welcome", chunks(encoded(speech_like())))
    long_ago = time.time() - 3600
    for name, old in (("prm_orphan.wav", True), ("prm_half.part", True), ("prm_young.wav", False)):
        path = prompts._folder / ACME / name
        path.write_bytes(b"x")
        if old:
            os.utime(path, (long_ago, long_ago))
    os.utime(prompts.file(prompt), (long_ago, long_ago))
    await prompts.refresh()
    assert left(prompts) == sorted([f"{prompt.id}.wav", "prm_young.wav"])
    assert prompts.known(ACME, prompt.id)


async def test_without_espeak_ng_a_spoken_prompt_says_what_to_do(mongo: Mongo, tmp_path: Path) -> None:
    await mongo.ensure_indexes(INDEXES)
    for speaker in (None, Speaker((str(tmp_path / "absent"),)), Speaker((str(_program(tmp_path, "exit 1")),))):
        prompts = PromptService(mongo, StillClock(), tmp_path / "prompts", speaker=lambda found=speaker: found)
        with pytest.raises(Unavailable) as caught:
            await prompts.speak(ACME, "Welcome", "Hello")
        assert caught.value.code == "speech_absent" and "--espeak" in caught.value.detail
        assert left(prompts) == []


@for_each(
    ("text", "voice", "field"),
    [
        ("", "en-gb", "text"),
        ("...", "en-gb", "text"),
        ("x" * 2001, "en-gb", "text"),
        ("a\x00b", "en-gb", "text"),
        ("Hello", "../../etc/passwd", "voice"),
        ("Hello", "-w", "voice"),
        ("Hello", "en; reboot", "voice"),
        ("Hello", "", "voice"),
    ],
)
async def test_what_cannot_be_spoken_is_refused(prompts: PromptService, text: str, voice: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        await prompts.speak(ACME, "Welcome", text, voice)
    assert [name for name, _ in caught.value.errors] == [field]
