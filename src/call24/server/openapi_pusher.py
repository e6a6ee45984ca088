"""Pusher's HTTP API in the OpenAPI document: its operations, their signed query, what they take and answer.

It is not ours to design and is served beside the routes (realtime/api.py), so it is written here and not read from
them. Errors are a line of text, as in Pusher's own. Source: Pusher Channels, "HTTP API Reference".
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from call24.identity.channel_auth import SOCKET_ID
from call24.realtime import api_answers, names
from call24.realtime.protocol import DATA_MAX
from call24.realtime.request_signature import FRESH_S
from call24.realtime.requests import BATCH_MAX, CHANNELS_MAX, Batch, Event

Json = dict[str, Any]

TAG = "pusher"
PATHS = "/apps/"
SECURITY: Json = {
    "pusherSignature": {
        "type": "apiKey",
        "in": "query",
        "name": "auth_signature",
        "description": (
            "HMAC-SHA256 in hex, by the application's secret, of method, path and the other parameters in the order of "
            "their names, as Pusher documents. Pusher's server libraries make it."
        ),
    }
}
_TEXT: Json = {"schema": {"type": "string"}}
_NAMED: Json = {"X-Request-Id": {"$ref": "#/components/headers/XRequestId"}}
_REFUSED = {
    "400": "The request is not as it should be, or the event cannot be published. Nothing was published",
    "401": "No application has this id, this key and a secret that signs this; or the request is too old",
    "403": "The application is switched off",
    "413": "The body or an event's data is too large",
    "429": "Too many requests: wait for `Retry-After`",
}
_EVENT: Json = {"name": "order.paid", "channels": ["private-orders"], "data": '{"id":7}'}


class _Operation(NamedTuple):
    method: str
    path: str
    id: str
    text: str
    answer: type
    example: Json
    body: type | None = None
    request: Json | None = None
    query: tuple[str, ...] = ()


_OPERATIONS = (
    _Operation(
        "post",
        "/apps/{app_id}/events",
        "pusher_trigger_event",
        f"Publish an event on 1 to {CHANNELS_MAX} channels.",
        api_answers.Triggered,
        {},
        Event,
        _EVENT,
    ),
    _Operation(
        "post",
        "/apps/{app_id}/batch_events",
        "pusher_trigger_batch",
        f"Publish 1 to {BATCH_MAX} events, each on one channel: all of them or none.",
        api_answers.BatchTriggered,
        {},
        Batch,
        {"batch": [{"name": "order.paid", "channel": "private-orders", "data": '{"id":7}'}]},
    ),
    _Operation(
        "post",
        "/apps/{app_id}/users/{user_id}/terminate_connections",
        "pusher_terminate_user_connections",
        "Close the connections that a user has signed in on.",
        api_answers.Nothing,
        {},
    ),
    _Operation(
        "get",
        "/apps/{app_id}/channels",
        "pusher_list_channels",
        "The channels that somebody listens to.",
        api_answers.OccupiedChannels,
        {"channels": {"presence-room": {"user_count": 2}}},
        query=("filter_by_prefix", "info"),
    ),
    _Operation(
        "get",
        "/apps/{app_id}/channels/{channel_name}",
        "pusher_read_channel",
        "One channel, whether or not somebody listens to it.",
        api_answers.ChannelState,
        {"occupied": True, "subscription_count": 3},
        query=("info",),
    ),
    _Operation(
        "get",
        "/apps/{app_id}/channels/{channel_name}/users",
        "pusher_list_channel_users",
        "Who is in a presence channel.",
        api_answers.ChannelUsers,
        {"users": [{"id": "1"}]},
    ),
)
_PLACES: Json = {
    "app_id": {"type": "string", "pattern": "^[0-9]{1,20}$"},
    "user_id": {"type": "string", "minLength": 1, "maxLength": 128},
    "channel_name": {"type": "string", "minLength": 1, "maxLength": names.CHANNEL_MAX},
}
_QUERY: Json = {
    "filter_by_prefix": {"type": "string"},
    "info": {"type": "string", "description": "With commas between: `user_count`, `subscription_count`, `cache`"},
}
PARAMETERS: Json = {
    "PusherKey": {"name": "auth_key", "in": "query", "required": True, "schema": {"type": "string"}},
    "PusherTimestamp": {
        "name": "auth_timestamp",
        "in": "query",
        "required": True,
        "description": f"Now, in seconds since 1970: at most {FRESH_S} away from the server's clock",
        "schema": {"type": "string", "pattern": "^[0-9]{1,15}$"},
    },
    "PusherVersion": {"name": "auth_version", "in": "query", "required": True, "schema": {"const": "1.0"}},
    "PusherBody": {
        "name": "body_md5",
        "in": "query",
        "description": "MD5 of the body in hex, wherever there is one",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    },
}


def add_to(document: Json) -> None:
    """Paths, types, parameters and the security scheme, into a document that has all else."""
    kinds = [kind for one in _OPERATIONS for kind in (one.answer, one.body) if kind is not None]
    _, types = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/Pusher{name}")
    components = document["components"]
    components["schemas"] |= {f"Pusher{name}": {**told, "title": f"Pusher{name}"} for name, told in types.items()}
    _bound(components["schemas"]["PusherEvent"]["properties"], components["schemas"]["PusherBatch"]["properties"])
    components["parameters"] |= PARAMETERS
    components["securitySchemes"] |= SECURITY
    for one in _OPERATIONS:
        document["paths"].setdefault(one.path, {})[one.method] = _described(one)


def _bound(event: Json, batch: Json) -> None:
    """What requests.py checks, as far as a schema can say it."""
    event["name"] |= {"minLength": 1, "maxLength": names.EVENT_MAX}
    event["data"] |= {"description": f"At most {DATA_MAX} bytes"}
    event["channels"] |= {"maxItems": CHANNELS_MAX}
    event["socket_id"]["anyOf"] = [{"type": "string", "pattern": f"^{SOCKET_ID.pattern}$"}, {"type": "null"}]
    batch["batch"] |= {"minItems": 1, "maxItems": BATCH_MAX}


def _described(one: _Operation) -> Json:
    places = [place for place in _PLACES if f"{{{place}}}" in one.path]
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": _PLACES[name]} for name in places
    ]
    parameters += [{"$ref": f"#/components/parameters/{name}"} for name in PARAMETERS]
    parameters += [{"name": name, "in": "query", "schema": _QUERY[name]} for name in one.query]
    answer = {"schema": _named(one.answer), "example": one.example}
    told: Json = {
        "tags": [TAG],
        "summary": one.text.rstrip("."),
        "description": one.text,
        "operationId": one.id,
        "security": [{"pusherSignature": []}],
        "parameters": parameters,
        "responses": {"200": {"description": "Done", "headers": _NAMED, "content": {"application/json": answer}}}
        | {
            status: {"description": text, "headers": _NAMED, "content": {"text/plain": _TEXT}}
            for status, text in _REFUSED.items()
        },
    }
    if one.body is not None:
        body = {"schema": _named(one.body), "example": one.request}
        told["requestBody"] = {"required": True, "content": {"application/json": body}}
    return told


def _named(kind: type) -> Json:
    return {"$ref": f"#/components/schemas/Pusher{kind.__name__}"}
