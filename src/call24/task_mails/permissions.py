"""What may be allowed in this room, and the built-in roles that are allowed it."""

from __future__ import annotations

from call24.kit.permission import Permission

PERMISSIONS = (Permission("tasks.manage", "Set up addresses whose e-mails become tasks.", roles=("administrator",)),)
