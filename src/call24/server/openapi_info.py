"""What the OpenAPI document says of itself: its terms and address, how to sign in, and what each tag is for."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TEXT = (
    "Errors are problems (RFC 9457) with a stable `code`; each operation names all that it can answer with. "
    "HEAD is answered wherever GET is. A GET of a resource has an `ETag`; changes at the same address take `If-Match`, "
    "and tell the new version where they answer with the resource. "
    "POST takes `Idempotency-Key`. Lists have `items`, and `next`, the `cursor` of the next page, or a bound. "
    "Instants are RFC 3339 in UTC with milliseconds and `Z`, those sent may have any offset. "
    "Durations are `*_s` in seconds. Unknown fields and parameters are refused."
)
INFO: Json = {
    "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
    "contact": {"name": "Whoever runs this installation"},
}
SERVERS: list[Json] = [{"url": "/", "description": "The installation that answered with this document"}]
SECURITY: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The bearer of a session, or an API token. `x-permissions` names what it must be allowed to do.",
    }
}
TAGS = {
    "administration": "Users, roles, queues, opening hours, trunks, numbers and settings of an organisation",
    "agents": "Agents, their states and their days, for supervisors",
    "audit": "Who changed what",
    "call in hand": "The call that the agent who asks is in: hold, transfer, consult, record",
    "call-backs": "Callers who asked to be called back",
    "calls": "Calls that are up or over, and what was written about them",
    "flows": "What callers hear and where they are led: flows, their versions, and prompts",
    "health": "Whether the server lives and is ready, for who watches over it",
    "installation": "How the installation is, for its operators alone",
    "live": "Queues and agents as they are now",
    "files": "Files of people, tasks and calls: resumable uploads (tus 1.0.0) and downloads.",
    "people": "The address book: people with their numbers",
    "phone": "The web phone's registration",
    "pusher": "Pusher's HTTP API, for servers that publish events: signed with an application's secret",
    "realtime": "Whether somebody may listen to a channel, asked by Pusher's and Laravel Echo's clients",
    "recordings": "Recordings of calls: what is known of them, their sound, and who listened",
    "reports": "Figures of days that are over, staffing, and exports",
    "session": "Signing in, and what is one's own: password, passkeys, devices, working state",
    "supervision": "Listening to, coaching and joining others' calls",
    "tasks": "What is to be done after calls",
    "webhooks": "Addresses that are told of events, and deliveries to them",
}
"""Tag -> what its operations are for. Each tag of the document is here: a test compares them."""


def tags(document: Json) -> list[Json]:
    """Those that operations have, in the order of their names. Raises: KeyError for one without a text."""
    used = {tag for methods in document["paths"].values() for one in methods.values() for tag in one.get("tags", ())}
    return [{"name": tag, "description": TAGS[tag]} for tag in sorted(used)]
