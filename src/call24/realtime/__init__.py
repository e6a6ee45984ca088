"""The Pusher Channels protocol, version 7, served by Call24 itself: who is subscribed, and what is published to them.

It decides neither who may subscribe (identity/channel_auth.py does) nor what is published and when.
"""

from call24.realtime.hub import Hub
from call24.realtime.socket import realtime_app, sockets

__all__ = ["Hub", "realtime_app", "sockets"]
