"""What the app asks of the API is in the OpenAPI document, and what it takes the answers for is what they are.

The app's only file that fetches is web/src/links/api.ts; the files BESIDE it ask through it. Types that they
take from api-types.ts are compared by name, those written out on the spot by their fields; bodies are held to a type by
TypeScript (`satisfies`), and here to the operation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
from tests.unit.http.test_description import document

from call24.installer.paths import WEB

API = WEB / "src" / "links" / "api.ts"
BESIDE = ("administration", "details", "officer", "supervising")
"""Files with the same list of requests under their own name, which only some users load."""
KIT = WEB / "src" / "kit"
BY_HAND = {
    "PasskeyCreation": "PasskeyRegistration",
    "PasskeyRequest": "PasskeyRequest",
    "LiveState": "LiveSnapshot",
    "WebhookKind": "EventType",
    "Export": "ExportAnswer",
    "Compared": "ReconciliationAnswer",
}
"""Types of the app that are narrower than the document's -> the document's."""
CALL = re.compile(
    r"^  (?P<name>\w+)\b[^\n]*?Promise<(?P<answer>.+?)> (?:=>|\{)"
    r"(?P<body>.*?)(?=^  \w+(?::|\()|\Z)",
    re.MULTILINE | re.DOTALL,
)
SENT = re.compile(r"\b(json|send|every|byName)\(|'([A-Z]+)'|['`](/v1/[^'`]*)['`]")
"""How, with which method, what: in this order, and the last of each counts."""
HELD = re.compile(r"'([A-Z]+)', ['`](/v1/[^'`]*)['`], [^\n]*? satisfies Asked\.(\w+)")
EXPORTED = re.compile(r"^export type \{(.*?)\} from './api-types'", re.MULTILINE | re.DOTALL)
Json = dict[str, Any]


class Asked(NamedTuple):
    """One request of api.ts: what it is taken for is None where nothing is read."""

    name: str
    method: str
    path: str
    answer: str | None


def lists() -> list[str]:
    """The operations of each file."""
    texts = {name: (API.parent / f"{name}.ts").read_text() for name in ("api", *BESIDE)}
    return [text[text.index(f"export const {name} = {{") :] for name, text in texts.items()]


def asked() -> list[Asked]:
    return [one for text in lists() for call in CALL.finditer(text) for one in _sent(**call.groupdict())]


def _sent(name: str, answer: str, body: str) -> Iterator[Asked]:
    how, method = "", "GET"
    for sent in SENT.finditer(body):
        how, method = sent[1] or how, sent[2] or method
        for verb in verbs() if sent[3] and "${verb}" in sent[3] else ("",):
            if sent[3]:
                path = _template(sent[3].replace("${verb}", verb))
                yield Asked(name, method.lower(), path, answer if how != "send" else None)


def _template(path: str) -> str:
    return re.sub(r"\$\{part\(\w+\)\}", "{}", path).partition("?")[0]


def verbs() -> list[str]:
    """What an agent tells a call."""
    [told] = re.findall(r"^export type CallVerb =$(.*?)^(?=\w)", API.read_text(), re.MULTILINE | re.DOTALL)
    return re.findall(r"'([a-z/]+)'", told)


@cache
def operations() -> dict[tuple[str, str], Json]:
    return {
        (method, re.sub(r"\{\w+\}", "{}", path)): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


@cache
def names() -> dict[str, str]:
    """A type's name in the app -> its name in the document."""
    found = {}
    for file in KIT.glob("*.ts"):
        for names in re.findall(
            r"^export type \{(.*?)\} from './api-types'", file.read_text(), re.MULTILINE | re.DOTALL
        ):
            for one in filter(None, map(str.strip, names.split(","))):
                theirs, _, ours = one.partition(" as ")
                found[ours or theirs] = theirs
    return found | BY_HAND


def declared(operation: Json) -> Json:
    [answer] = [one for status, one in operation["responses"].items() if status.startswith("2")]
    return meant(answer["content"]["application/json"]["schema"])


def meant(schema: Json) -> Json:
    whole: Json = {}
    for one in schema.get("allOf", ()):
        whole |= meant(one)
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return meant(document()["components"]["schemas"][name])
    return {**schema, **whole}


def is_taken_for(schema: Json, answer: str) -> bool:
    """Whether an answer of this schema may be read as `answer`."""
    return all(_one(schema, each) for each in answer.split(" & "))


def _one(schema: Json, answer: str) -> bool:
    if listed := re.fullmatch(r"(?:Items|Page)<(.*)>", answer):
        return is_taken_for(meant(schema["properties"]["items"]["items"]), listed[1])
    if tagged := re.fullmatch(r"Tagged<(.*)>", answer):
        return is_taken_for(schema, tagged[1])
    if answer.startswith("{"):
        return set(re.findall(r"(\w+)\??:", answer)) <= schema["properties"].keys()
    if answer == "Named":
        return {"id", "name"} <= schema["properties"].keys()
    theirs = (
        document()["components"]["schemas"]
        .get(answer.removeprefix("Asked.") if answer.startswith("Asked.") else names().get(answer, ""), {})
        .get("properties")
    )
    return theirs is not None and _shapes(theirs).items() <= _shapes(schema["properties"]).items()


def _shapes(properties: Json) -> Json:
    return {name: {**one, "description": None} for name, one in properties.items()}


REQUESTS = asked()


def test_every_request_of_the_app_is_found() -> None:
    written = sum(len(re.findall(r"['`]/v1/", text)) for text in lists())
    assert len(REQUESTS) == written - 1 + len(verbs()) and written > 100 and len(verbs()) > 10


@pytest.mark.parametrize("one", REQUESTS, ids=lambda one: f"{one.name} {one.method} {one.path}")
def test_what_the_app_asks_is_in_the_document_and_answered_as_it_takes_it(one: Asked) -> None:
    operation = operations().get((one.method, one.path))
    assert operation is not None, "the document has no such operation"
    if one.answer not in (None, "void"):
        assert is_taken_for(declared(operation), one.answer), one.answer


def test_each_body_that_the_app_sends_is_held_to_the_type_of_its_operation() -> None:
    wrong, held = [], 0
    for method, path, named in HELD.findall("".join(lists())):
        body = operations()[method.lower(), _template(path)]["requestBody"]["content"]["application/json"]
        wrong += [f"{method} {path}: {named}"] if body["schema"]["$ref"].rpartition("/")[2] != named else []
        held += 1
    assert wrong == [] and held > 40


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("Items<Webhook>", True),
        ("Items<Role>", False),
        ("Items<Webhook> & { next: string }", False),
        ("Items<{ id: string; url: string }>", True),
        ("Items<{ id: string; colour: string }>", False),
        ("Webhook", False),
    ],
)
def test_what_is_taken_for_something_else_is_found(answer: str, right: bool) -> None:
    assert is_taken_for(declared(operations()["get", "/v1/webhooks"]), answer) is right
