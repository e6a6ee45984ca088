"""The routers as the server puts them together."""

from __future__ import annotations

import re

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from call24.http.app import described
from call24.http.middleware.body_limits import PART_TIMEOUT_S, UPLOADS
from call24.http.router import _check_open_request
from call24.server.rooms import ROUTERS
from call24.server.uvicorn_protocol import REQUEST_S


def test_no_operation_is_hidden_by_one_that_comes_before_it() -> None:
    before: list[tuple[str, re.Pattern[str]]] = []
    hidden = []
    for route in described(ROUTERS):
        [method] = route.methods
        address = re.sub(r"\{[a-z_]+\}", "1", route.path_format)
        hidden += [route.path_format for other, takes in before if other == method and takes.fullmatch(address)]
        before.append((method, re.compile(re.sub(r"\{[a-z_]+\}", "[^/]+", route.path_format))))
    assert hidden == [] and len(before) > 200


def test_no_upload_is_cut_off_before_the_time_that_it_is_promised() -> None:
    promised = {address: upload.timeout_s for (_, address), upload in UPLOADS.items()}
    assert promised["/v1/caller-imports"] == 900
    assert max(*promised.values(), PART_TIMEOUT_S) < REQUEST_S


def test_each_operation_checks_what_an_open_request_asks() -> None:
    routes = [route for router in ROUTERS for route in router.routes]
    unlike = [route for route in routes if not isinstance(route, APIRoute)]
    unchecked = [
        route.path_format
        for route in routes
        if isinstance(route, APIRoute) and _check_open_request not in _calls(route.dependant)
    ]
    assert (unlike, unchecked) == ([], []) and len(routes) > 200


def _calls(dependant: Dependant) -> list[object]:
    return [one.call for one in dependant.dependencies]
