"""The OpenAPI document of the whole API, made once for all tests of a process: each time takes three seconds of
processor. Whoever asks for it has a copy of their own."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from call24.server import openapi

Make = Callable[[FastAPI, Iterable[APIRoute]], dict[str, Any]]
WHOLE = 200
"""Routes: the document of fewer is made in no time, and is not kept."""


def made_once(make: Make) -> Make:
    kept: dict[tuple[str, ...], tuple[list[APIRoute], bytes]] = {}

    def document(app: FastAPI, routes: Iterable[APIRoute]) -> dict[str, Any]:
        listed = list(routes)
        if len(listed) < WHOLE:
            return make(app, listed)
        key = (app.version, *(str(id(route)) for route in listed))  # the routes are kept: no id is given twice
        if key not in kept:
            kept[key] = listed, pickle.dumps(make(app, listed))
        return dict(pickle.loads(kept[key][1]))

    return document


openapi.document = made_once(openapi.document)
