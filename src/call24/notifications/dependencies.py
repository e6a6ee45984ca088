"""What routes ask of this room: `notifications: NotificationsDep`."""

from __future__ import annotations

from typing import Annotated

from call24.http.provided import provided
from call24.notifications.emails import Emails
from call24.notifications.preferences import Preferences
from call24.notifications.service import Notifications

NotificationsDep = Annotated[Notifications, provided(Notifications)]
PreferencesDep = Annotated[Preferences, provided(Preferences)]
EmailsDep = Annotated[Emails, provided(Emails)]
