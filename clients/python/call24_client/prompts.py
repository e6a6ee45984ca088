"""Prompts. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from call24_client.transport import Request, part


class Prompt(TypedDict):
    """A sound that callers hear."""

    id: str
    name: str
    seconds: float
    source: Literal["uploaded", "spoken"]
    text: str | None
    voice: str | None
    loudness_db: float
    gain_db: float
    note: str | None
    created_at: str


class PromptPage(TypedDict):
    """A page of the organisation's prompts, by name."""

    items: list[Prompt]
    next: str | None
    built_in: list[str]


class AddPromptBody(TypedDict):
    """A prompt that is generated from text. `voice`: a language of espeak-ng, such as en-gb or de, with a variant if
    you like: en-gb+f3.
    """

    name: str
    text: str
    voice: NotRequired[str]


def list_prompts(*, limit: int | None = None, cursor: str | None = None) -> Request[PromptPage]:
    """Lists the organisation's prompts by name, and the names of the built-in sounds."""
    return Request("GET", "/v1/prompts", query={"limit": limit, "cursor": cursor})


def add_prompt(body: AddPromptBody, *, idempotency_key: str | None = None) -> Request[Prompt]:
    """Creates a prompt, from a sound file or from text. Send a form with `name` and `file` (WAV, MP3, Ogg or FLAC;
    at most 10 MB and 5 minutes), or JSON with `name`, `text` and `voice`. It is converted to 8 kHz and brought to
    the usual volume. 422 for a file that is silent, clipped or unreadable; 409 `prompt_name_taken`, or
    `too_many_prompts` where the organisation has 500 already; 503 `speech_absent` where this installation has no
    espeak-ng.
    """
    return Request("POST", "/v1/prompts", body=body, headers={"Idempotency-Key": idempotency_key})


def read_prompt(prompt_id: str) -> Request[Prompt]:
    """Retrieves a prompt, without its sound."""
    return Request("GET", f"/v1/prompts/{part(prompt_id)}")


def delete_prompt(prompt_id: str, *, if_match: str | None = None) -> Request[None]:
    """Deletes a prompt. 409 `prompt_in_use` while a flow, a queue or a number plays it."""
    return Request("DELETE", f"/v1/prompts/{part(prompt_id)}", headers={"If-Match": if_match}, answer="nothing")


def read_audio(prompt_id: str) -> Request[bytes]:
    """Downloads a prompt as callers hear it: WAV, 8 kHz, mono."""
    return Request("GET", f"/v1/prompts/{part(prompt_id)}/audio", answer="bytes")
