"""What has an address at which it is changed or deleted can be read there."""

from __future__ import annotations

from collections import defaultdict

from fastapi.routing import APIRoute

from call24.server.rooms import ROUTERS

CHANGING = {"PATCH", "PUT", "DELETE"}
ONLY_LISTED = {
    "/v1/internal/doctor/{tenant_id}": "clears away what the doctor's test call made; there is nothing to read",
    "/v1/internal/organisations/{tenant_id}": "for this machine's commands, which read the list",
    "/v1/task-filters/{filter_id}": "a user's saved filters are thirty at most, and are read together",
    "/v1/tasks/{task_id}/comments/{comment_id}": "the comments of a task are read together",
    "/v1/me/consents/{purpose}": "a user's purposes are a handful, and are read together",
    "/v1/internal/sip-bans/{address}": "for this machine's commands, which read the list",
    "/v1/internal/operators/{user_id}": "for this machine's commands, which read the list",
    "/v1/installation/bans/{ban_id}": "operators read the list, in which all of a ban is",
}
"""No reading by id, and why."""


def unread() -> set[str]:
    methods = defaultdict[str, set[str]](set)
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute):
                methods[route.path] |= route.methods
    return {path for path, of in methods.items() if path.endswith("}") and of & CHANGING and "GET" not in of}


def test_each_thing_that_is_changed_by_id_is_read_by_id() -> None:
    assert unread() == set(ONLY_LISTED)
