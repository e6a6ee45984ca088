"""Prompts. Generated from the OpenAPI document by generate.py: do not edit."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from call24_client.transport import Request, part


class ListPromptsAnswerItemsItem(TypedDict):
    id: NotRequired[str | None]
    name: NotRequired[str | None]
    seconds: NotRequired[float | None]
    source: NotRequired[str | None]
    text: NotRequired[Any]
    voice: NotRequired[Any]
    loudness_db: NotRequired[float | None]
    gain_db: NotRequired[float | None]
    note: NotRequired[str | None]
    created_at: NotRequired[str | None]


class ListPromptsAnswer(TypedDict):
    items: list[ListPromptsAnswerItemsItem | None]
    next: NotRequired[Any]
    built_in: NotRequired[list[str | None] | None]


class AddPromptAnswer(TypedDict):
    id: str
    name: NotRequired[str | None]
    seconds: NotRequired[float | None]
    source: NotRequired[str | None]
    text: NotRequired[str | None]
    voice: NotRequired[str | None]
    loudness_db: NotRequired[float | None]
    gain_db: NotRequired[float | None]
    note: NotRequired[Any]
    created_at: NotRequired[str | None]


class AddPromptBody(TypedDict):
    """`voice`: a language of espeak-ng, such as en-gb or de, with a variant if wanted: en-gb+f3."""

    name: str
    text: str
    voice: NotRequired[str]


def list_prompts(*, limit: int | None = None, cursor: str | None = None) -> Request[ListPromptsAnswer]:
    """By name. `built_in`: the names of those that every organisation has."""
    return Request("GET", "/v1/prompts", query={"limit": limit, "cursor": cursor})


def add_prompt(body: AddPromptBody, *, idempotency_key: str | None = None) -> Request[AddPromptAnswer]:
    """As a form with `name` and `file`, or as JSON with `name`, `text` and `voice`."""
    return Request("POST", "/v1/prompts", body=body, headers={"Idempotency-Key": idempotency_key})


def read_audio(prompt_id: str) -> Request[bytes]:
    """WAV, 8 kHz, as callers hear it."""
    return Request("GET", f"/v1/prompts/{part(prompt_id)}/audio", answer="bytes")


def delete_prompt(prompt_id: str) -> Request[None]:
    """Refused while a flow, a queue or a number plays it."""
    return Request("DELETE", f"/v1/prompts/{part(prompt_id)}", answer="nothing")
