"""Prompts over HTTP, with real sound files and a real espeak-ng: uploaded, spoken, heard and deleted."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.support.for_each import for_each
from tests.support.http.api import DOCTOR, Api, Organisation
from tests.support.telephony.sounds import OPUS, encoded, real_speaker, speech_like, upload

from call24.flows.model import Flow, HangUp
from call24.flows.speech import Speaker
from call24.http.middleware.body_limits import UPLOAD_MAX
from call24.kit.ids import UserId, new_id

PROMPTS = "/v1/prompts"


@pytest.fixture(scope="module")
def espeak(tmp_path_factory: pytest.TempPathFactory) -> Speaker:
    return real_speaker(tmp_path_factory.mktemp("espeak"))


def files(api: Api) -> list[str]:
    return sorted(path.name for path in api.settings.prompts.glob("**/*") if path.is_file())


@pytest.mark.parametrize(
    ("how", "rate"),
    [
        (OPUS, 48000),
        *(
            pytest.param(*one, marks=pytest.mark.long("test_an_uploaded_prompt_is_listed_and_heard_as_callers_hear_it"))
            for one in (({"format": "MP3"}, 44100), ({"format": "WAV"}, 44100), ({"format": "FLAC"}, 48000))
        ),
    ],
    ids=["opus", "mp3", "wav", "flac"],
)
async def test_an_uploaded_prompt_is_listed_and_heard_as_callers_hear_it(
    api: Api, how: dict[str, str], rate: int
) -> None:
    acme = await api.organisation()
    made = await acme.call("owner", "POST", PROMPTS, **upload(encoded(speech_like(2.0, rate), rate, **how)))
    assert made.status_code == 201, made.text
    prompt = made.json()
    assert prompt["id"].startswith("prm_") and prompt["source"] == "uploaded" and prompt["text"] is None
    assert prompt["seconds"] == pytest.approx(2.0, abs=0.1) and prompt["loudness_db"] == pytest.approx(-20, abs=1.5)
    assert (await acme.call("supervisor", "GET", PROMPTS)).json()["items"] == [prompt]
    heard = await acme.call("supervisor", "GET", f"{PROMPTS}/{prompt['id']}/audio")
    assert heard.status_code == 200 and heard.headers["content-type"] == "audio/wav"
    assert heard.headers["cache-control"] == "private, no-store"
    samples, heard_rate = soundfile.read(io.BytesIO(heard.content))
    assert heard_rate == 8000 and len(samples) / 8000 == pytest.approx(2.0, abs=0.1) and np.abs(samples).max() > 0.1


async def test_a_quiet_upload_is_made_louder_with_a_note(api: Api) -> None:
    acme = await api.organisation()
    quiet = await acme.call("owner", "POST", PROMPTS, **upload(encoded(speech_like(peak=0.01)), "Quiet"))
    assert quiet.json()["note"].startswith("It was made louder by")
    usual = await acme.call("owner", "POST", PROMPTS, **upload(encoded(speech_like(peak=0.2)), "Usual"))
    assert usual.json()["note"] is None


@pytest.mark.parametrize(
    ("voice", "text"),
    [
        pytest.param("en-gb", "You have reached Acme.", marks=pytest.mark.long("test_a_written_prompt_is_spoken")),
        ("de", "Grüß Gott, Sie sprechen …"),
    ],
)
async def test_a_written_prompt_is_spoken(api: Api, espeak: Speaker, voice: str, text: str) -> None:
    api.speaker = espeak
    acme = await api.organisation()
    made = await acme.call("owner", "POST", PROMPTS, json={"name": "Hello", "text": text, "voice": voice})
    assert made.status_code == 201, made.text
    assert made.json() | {"source": "spoken", "text": text, "voice": voice} == made.json()
    assert 0.8 < made.json()["seconds"] < 6 and made.json()["loudness_db"] == pytest.approx(-20, abs=1.5)
    heard = await acme.call("owner", "GET", f"{PROMPTS}/{made.json()['id']}/audio")
    samples, rate = soundfile.read(io.BytesIO(heard.content))
    assert rate == 8000 and np.abs(samples).max() > 0.2
    assert files(api) == [f"{made.json()['id']}.wav"]


async def test_a_text_is_only_ever_spoken(api: Api, espeak: Speaker, tmp_path: Path) -> None:
    """Whatever looks like a command, a flag or markup is words to espeak-ng."""
    api.speaker = espeak
    acme = await api.organisation()
    seconds = []
    mark = tmp_path / "mark"
    for number, text in enumerate((f"$(touch {mark}) `touch {mark}`; touch {mark}", "--help", "<break time='60s'/>")):
        made = await acme.call("owner", "POST", PROMPTS, json={"name": f"Prompt {number}", "text": text})
        assert made.status_code == 201, made.text
        seconds.append(made.json()["seconds"])
    assert not mark.exists() and min(seconds) > 0.3 and seconds[2] < 10


async def test_a_voice_that_does_not_exist_is_named(api: Api, espeak: Speaker) -> None:
    api.speaker = espeak
    acme = await api.organisation()
    for voice in ("xx", "../../etc/passwd", "--path=/", "en-gb/../x"):
        answer = await acme.call("owner", "POST", PROMPTS, json={"name": "Hello", "text": "Hello", "voice": voice})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "voice", voice
    assert files(api) == []


async def test_without_espeak_ng_the_answer_says_what_to_do(api: Api) -> None:
    acme = await api.organisation()
    answer = await acme.call("owner", "POST", PROMPTS, json={"name": "Hello", "text": "Hello"})
    assert answer.status_code == 503 and answer.json()["code"] == "speech_absent"
    assert "--espeak" in answer.json()["detail"] and "uploading" in answer.json()["detail"]


@for_each(
    ("what", "field", "said"),
    [
        (upload(b"no sound at all" * 1000), "file", "could not be read"),
        (upload(encoded(np.zeros(44100))), "file", "silent"),
        (upload(encoded(speech_like()), name=""), "name", "1 to 100"),
        ({"data": {"name": "Welcome"}, "files": {"other": ("x", b"x")}}, "file", "a sound file"),
        ({"files": {"file": ("x", encoded(speech_like()))}}, "name", "1 to 100"),
        ({"json": {"name": "Hello"}}, "text", "required"),
        ({"json": {"name": "Hello", "text": "..."}}, "text", "to speak"),
        ({"json": {"name": "Hello", "text": "Hello", "file": "/etc/passwd"}}, "file", "no such field"),
    ],
)
async def test_what_is_wrong_is_named_and_leaves_nothing(api: Api, what: Any, field: str, said: str) -> None:
    acme = await api.organisation()
    answer = await acme.call("owner", "POST", PROMPTS, **what)
    assert answer.status_code == 422, answer.text
    assert any(one["field"] == field and said in one["message"] for one in answer.json()["errors"]), answer.text
    assert files(api) == [] and (await acme.call("owner", "GET", PROMPTS)).json()["items"] == []


async def test_a_form_or_json_that_cannot_be_read_is_refused(api: Api) -> None:
    acme = await api.organisation()
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    for content, headers in ((b"--y\r\nnonsense", form), (b"", {"Content-Type": "multipart/form-data"})):
        answer = await acme.call("owner", "POST", PROMPTS, content=content, headers=headers)
        assert answer.status_code in (400, 422) and answer.headers["content-type"] == "application/problem+json"
    answer = await acme.call("owner", "POST", PROMPTS, content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400 and answer.json()["code"] == "malformed_json"
    assert files(api) == []


class Counted:
    """A body that tells how much of it was asked for."""

    def __init__(self, size: int) -> None:
        self.size, self.given = size, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
        yield head
        while self.given < self.size:
            self.given += 65536
            yield bytes(65536)
        yield b"\r\n--x--\r\n"


MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


async def test_too_much_is_refused_without_being_kept(api: Api) -> None:
    acme = await api.organisation()
    answer = await acme.call("owner", "POST", PROMPTS, content=Counted(3 * UPLOAD_MAX), headers=MULTIPART)
    assert answer.status_code == 413 and answer.json()["code"] == "too_large"
    assert answer.headers["connection"] == "close" and files(api) == []


async def test_more_than_a_prompt_may_be_sent_only_as_a_prompt(api: Api) -> None:
    acme = await api.organisation()
    large = {"name": "x", "text": "y" * 300_000}
    answer = await acme.call("owner", "POST", PROMPTS, json=large)
    assert answer.status_code == 413
    answer = await acme.call("owner", "POST", "/v1/flows", content=Counted(300_000), headers=MULTIPART)
    assert answer.status_code == 413


async def test_nobody_elses_upload_is_read(api: Api) -> None:
    """Who it is is asked before the body: a stranger cannot fill disk or memory."""
    acme = await api.organisation()
    for bearer, status in (
        (None, 401),
        ("nonsense", 401),
        (acme.bearers["agent"], 403),
        (acme.bearers["supervisor"], 403),
    ):
        answer = await api.call("POST", PROMPTS, bearer, content=b"not even a form", headers=MULTIPART)
        assert answer.status_code == status, answer.text
    assert files(api) == []


async def test_owners_write_supervisors_hear_agents_neither(api: Api) -> None:
    acme = await api.organisation()
    prompt = (await acme.call("owner", "POST", PROMPTS, **upload(encoded(speech_like())))).json()
    place = f"{PROMPTS}/{prompt['id']}"
    for path in (PROMPTS, f"{place}/audio"):
        assert (await acme.call("supervisor", "GET", path)).status_code == 200
        assert (await acme.call("agent", "GET", path)).status_code == 403
    for role in ("supervisor", "agent"):
        assert (await acme.call(role, "DELETE", place)).status_code == 403
    assert files(api) == [f"{prompt['id']}.wav"]


async def test_another_organisations_prompt_answers_exactly_like_a_random_one(api: Api) -> None:
    acme, other = await api.organisation("Acme"), await api.organisation("Other")
    prompt = (await other.call("owner", "POST", PROMPTS, **upload(encoded(speech_like())))).json()
    for method, ending in (("GET", "/audio"), ("DELETE", "")):
        answers = [
            await acme.call("owner", method, f"{PROMPTS}/{one}{ending}")
            for one in (prompt["id"], new_id("prm"), "..", "%2e%2e%2fx", "a" * 300)
        ]
        assert {answer.status_code for answer in answers[:2]} == {404}
        assert answers[0].content == answers[1].content and all(answer.status_code < 500 for answer in answers)
    assert files(api) == [f"{prompt['id']}.wav"]


async def test_a_prompt_goes_with_its_sound_but_not_while_a_flow_plays_it(api: Api) -> None:
    acme = await api.organisation()
    prompt = (await acme.call("owner", "POST", PROMPTS, **upload(encoded(speech_like())))).json()
    nodes = {"bye": {"type": "hang_up", "prompt": prompt["id"]}}
    flow = (await acme.call("owner", "POST", "/v1/flows", json={"name": "Main", "start": "bye", "nodes": nodes})).json()
    kept = await acme.call("owner", "DELETE", f"{PROMPTS}/{prompt['id']}")
    assert kept.status_code == 409 and kept.json()["code"] == "prompt_in_use" and "Main" in kept.json()["detail"]
    assert (await acme.call("owner", "DELETE", f"/v1/flows/{flow['id']}")).status_code == 204
    assert (await acme.call("owner", "DELETE", f"{PROMPTS}/{prompt['id']}")).status_code == 204
    assert files(api) == []
    assert (await acme.call("owner", "GET", f"{PROMPTS}/{prompt['id']}/audio")).status_code == 404


async def test_an_erased_organisation_leaves_neither_sound_nor_document(api: Api) -> None:
    bystander = await api.organisation()
    kept = (await bystander.call("owner", "POST", PROMPTS, **upload(encoded(speech_like())))).json()
    header = {"X-Call24-Doctor": DOCTOR}
    tenant_id = (await api.call("POST", "/v1/internal/doctor", headers=header)).json()["tenant_id"]
    temporary = Organisation(api, await api.services.tenants.get(tenant_id))
    await temporary.join("owner")
    assert (await temporary.call("owner", "POST", PROMPTS, **upload(encoded(speech_like())))).status_code == 201
    flow = await api.services.flows.create(tenant_id, "Main", start="bye", nodes={"bye": HangUp()})
    await api.services.flows.publish(tenant_id, flow.id, UserId(temporary.users["owner"]))
    assert len(files(api)) == 2 and api.services.flows.known(tenant_id, flow.id) is not None
    assert (await api.call("DELETE", f"/v1/internal/doctor/{tenant_id}", headers=header)).status_code == 204
    assert files(api) == [f"{kept['id']}.wav"]
    assert (
        await api.services.prompts.all(tenant_id) == []
        and await api.mongo.tenant(tenant_id).collection(Flow).count() == 0
    )
    assert api.services.flows.known(tenant_id, flow.id) is None


async def test_the_built_in_sounds_are_listed(api: Api) -> None:
    acme = await api.organisation()
    built_in = (await acme.call("owner", "GET", PROMPTS)).json()["built_in"]
    assert {"greeting", "goodbye", "recorded", "callback-offer", "position-1"} <= set(built_in)
    assert json.dumps(built_in) == json.dumps(sorted(built_in))


async def test_what_is_wrong_with_a_spoken_prompt_is_said_as_for_every_other_body(api: Api) -> None:
    acme = await api.organisation()
    wrong = {"name": "n" * 201, "text": 1, "voice": "en", "speed": 2}
    answer = await acme.call("owner", "POST", PROMPTS, json=wrong)
    assert answer.status_code == 422, answer.text
    told = {one["field"]: one["message"] for one in answer.json()["errors"]}
    assert told == {
        "name": "must have at most 200 characters",
        "text": "must be text",
        "speed": "There is no such field",
    }
