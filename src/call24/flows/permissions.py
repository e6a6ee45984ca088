"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (
    Permission("flows.read", "See flows and prompts.", roles=("administrator", "supervisor", "auditor")),
    Permission("flows.write", "Edit and publish flows, add and remove prompts.", roles=("administrator",)),
)
