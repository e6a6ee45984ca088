"""What of a changed OpenAPI document breaks clients that were made from an older one.

Found are operations, parameters, media types and fields that are gone; requests that were taken and are refused now;
and answers that are not as they were declared. Not looked at: texts, examples, problems (their codes are pinned
elsewhere), and values that are added to an enumeration of an answer, since new states may come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

Json = dict[str, Any]

TEXTS = {"description", "example", "examples", "summary", "title", "x-former-operation-id", "x-permissions"}
LEAST = ("minLength", "minItems", "minimum", "exclusiveMinimum", "minProperties")
MOST = ("maxLength", "maxItems", "maximum", "exclusiveMaximum", "maxProperties")
KINDS = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def kept(document: Json) -> Json:
    """What of a document is compared: without texts, examples and problems."""
    paths = {
        path: {method: {**one, "responses": _good(one)} for method, one in methods.items()}
        for path, methods in document["paths"].items()
    }
    parts = {name: document["components"].get(name, {}) for name in ("schemas", "parameters")}
    bare: Json = _bare({"paths": paths, "webhooks": document.get("webhooks", {}), "components": parts})
    return bare


def _good(operation: Json) -> Json:
    return {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}


def _bare(value: Any, named: bool = False) -> Any:
    """`named`: the keys are names of ours, such as a field `title`."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if not isinstance(value, dict):
        return value
    ours = {"properties", "schemas", "parameters", "paths"}
    return {key: _bare(one, not named and key in ours) for key, one in value.items() if named or key not in TEXTS}


def breaking(before: Json, now: Json) -> list[str]:
    """A line for each change that breaks clients. Both as `kept` leaves them."""
    return sorted(set(_breaking(before, now)))


def _breaking(before: Json, now: Json) -> Iterator[str]:
    compare = _Compare(before, now)
    for path, methods in before["paths"].items():
        for method, old in methods.items():
            new = now["paths"].get(path, {}).get(method)
            if new is None:
                yield f"{method.upper()} {path} is gone"
            else:
                yield from compare.operation(f"{method.upper()} {path}", old, new)
    for kind, old in before["webhooks"].items():
        if kind not in now["webhooks"]:
            yield f"webhook {kind} is gone"
            continue
        bodies = [one["post"]["requestBody"]["content"]["application/json"] for one in (old, now["webhooks"][kind])]
        yield from compare.answer(f"webhook {kind}", *bodies)


class _Kind(NamedTuple):
    """One of the shapes that a value may have; `kind` is None where it may be anything."""

    kind: str | None
    schema: Json


class _Compare:
    def __init__(self, before: Json, now: Json) -> None:
        self._before, self._now = before, now

    def operation(self, name: str, old: Json, new: Json) -> Iterator[str]:
        if old["operationId"] != new["operationId"]:
            yield f"{name}: the operation id {old['operationId']} is gone"
        yield from self._parameters(name, old, new)
        bodies = [one.get("requestBody", {}) for one in (old, new)]
        if bodies[1].get("required") and not bodies[0].get("required"):
            yield f"{name}: a body is required now"
        contents = [one.get("content", {}) for one in bodies]
        for media, content in contents[0].items():
            if media not in contents[1]:
                yield f"{name}: a body of {media} is not taken any more"
            else:
                yield from self._taken(f"{name} body", content["schema"], contents[1][media]["schema"])
        for status, answer in old["responses"].items():
            found = new["responses"].get(status)
            if found is None:
                yield f"{name}: {status} is not answered any more"
                continue
            for media, content in answer.get("content", {}).items():
                if media not in found.get("content", {}):
                    yield f"{name}: {media} is not answered any more"
                else:
                    yield from self.answer(f"{name} answer", content, found["content"][media])

    def _parameters(self, name: str, old: Json, new: Json) -> Iterator[str]:
        before, now = self._listed(old, self._before), self._listed(new, self._now)
        for key, one in before.items():
            if key not in now:
                yield f"{name}: the parameter {key[1]} is not taken any more"
                continue
            if now[key].get("required") and not one.get("required"):
                yield f"{name}: the parameter {key[1]} is required now"
            yield from self._taken(f"{name} {key[1]}", one["schema"], now[key]["schema"])
        for key, one in now.items():
            if key not in before and one.get("required"):
                yield f"{name}: the parameter {key[1]} is required now"

    @staticmethod
    def _listed(operation: Json, document: Json) -> dict[tuple[str, str], Json]:
        told = [_meant(one, document) for one in operation.get("parameters", ())]
        return {(one["in"], one["name"]): one for one in told}

    def answer(self, place: str, old: Json, new: Json) -> Iterator[str]:
        yield from self._fits(place, new.get("schema", {}), old.get("schema", {}), answer=True, within=frozenset())

    def _taken(self, place: str, old: Json, new: Json) -> Iterator[str]:
        yield from self._fits(place, old, new, answer=False, within=frozenset())

    def _fits(
        self, place: str, narrow: Json, wide: Json, *, answer: bool, within: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        """Why a value of `narrow` may be none of `wide`: requests were taken, answers are given as they were."""
        pair = (str(narrow.get("$ref", "")), str(wide.get("$ref", "")))
        if all(pair) and pair in within:
            return  # a type within itself
        within = within | {pair}
        documents = (self._now, self._before) if answer else (self._before, self._now)
        allowed = list(_kinds(wide, documents[1]))
        for one in _kinds(narrow, documents[0]):
            like = [other for other in allowed if _alike(one, other)]
            if not like:
                yield f"{place}: {_told(one)} {'may come now' if answer else 'is not taken any more'}"
                continue
            why = [list(self._inner(place, one, other, answer=answer, within=within)) for other in like]
            yield from min(why, key=len)

    def _inner(
        self, place: str, one: _Kind, other: _Kind, *, answer: bool, within: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        a, b = one.schema, other.schema
        if "enum" in b and (
            "enum" not in a or (not answer and not set(map(repr, a["enum"])) <= set(map(repr, b["enum"])))
        ):
            yield f"{place}: {'other values may come now' if answer else 'values are not taken any more'}"
        if not answer:
            yield from _bounds(place, a, b)
        if one.kind == other.kind == "array":
            yield from self._fits(f"{place}.*", a.get("items", {}), b.get("items", {}), answer=answer, within=within)
        if one.kind == other.kind == "object":
            yield from _missing(place, a, b, answer=answer)
            shared = a.get("properties", {}).keys() & b.get("properties", {}).keys()
            for name in sorted(shared):
                inner = (a["properties"][name], b["properties"][name])
                yield from self._fits(f"{place}.{name}", *inner, answer=answer, within=within)
            entries = (a.get("additionalProperties"), b.get("additionalProperties"))
            if all(isinstance(each, dict) for each in entries):
                yield from self._fits(f"{place}.*", *entries, answer=answer, within=within)  # type: ignore[arg-type]


def _within(some: list[Any], all_: list[Any]) -> bool:
    return all(any(one == other and type(one) is type(other) for other in all_) for one in some)


def _missing(place: str, a: Json, b: Json, *, answer: bool) -> Iterator[str]:
    there, wanted = a.get("properties", {}), b.get("properties", {})
    required, needed = set(a.get("required", ())), set(b.get("required", ()))
    if answer:
        for name in wanted:
            if name not in there:
                yield f"{place}.{name} is gone"
            elif name in needed - required:
                yield f"{place}.{name} may be missing now"
        return
    for name in there:
        if name not in wanted and b.get("additionalProperties") is False:
            yield f"{place}.{name} is not taken any more"
    for name in sorted(needed - required):
        yield f"{place}.{name} is required now"


def _bounds(place: str, a: Json, b: Json) -> Iterator[str]:
    for words, tighter in ((MOST, lambda old, new: old > new), (LEAST, lambda old, new: old < new)):
        for word in words:
            if word in b and (word not in a or tighter(a[word], b[word])):
                yield f"{place}: {word} is {b[word]} now"
    for word in ("pattern", "format"):
        if word in b and a.get(word) != b[word]:
            yield f"{place}: {word} is {b[word]} now"


def _alike(one: _Kind, other: _Kind) -> bool:
    return other.kind in (None, one.kind) or (one.kind, other.kind) == ("integer", "number")


def _told(one: _Kind) -> str:
    return one.kind or "anything"


def _meant(schema: Json, document: Json) -> Json:
    while "$ref" in schema:
        _, _, part, name = schema["$ref"].split("/")
        schema = document["components"][part][name]
    return schema


def _kinds(schema: Json, document: Json) -> Iterator[_Kind]:
    schema = _meant(schema, document)
    if "allOf" in schema:
        whole: Json = {}
        for one in (*schema["allOf"], {key: value for key, value in schema.items() if key != "allOf"}):
            meant = _meant(one, document)
            inner = {**whole.get("properties", {})}
            for name, told in meant.get("properties", {}).items():
                inner[name] = {"allOf": [inner[name], told]} if name in inner else told
            required = [*whole.get("required", ()), *meant.get("required", ())]
            whole = {**whole, **meant, **({"properties": inner} if inner else {}), "required": required}
        schema = {key: value for key, value in whole.items() if key != "required" or value}
    for word in ("anyOf", "oneOf"):
        if word in schema:
            for one in schema[word]:
                yield from _kinds(one, document)
            return
    if "const" in schema:
        schema = {**schema, "enum": [schema["const"]]}
    kinds = schema.get("type") or sorted({KINDS[type(one)] for one in schema.get("enum", ())}) or [None]
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        yield _Kind(kind, schema)
