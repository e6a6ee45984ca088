"""The Pusher server: which channels a device may hear."""

from __future__ import annotations

from call24.changes.reader import RoomReader
from call24.kit.room import Room
from call24.realtime import broadcasting, personal_data, store
from call24.realtime.cluster import store as nodes
from call24.realtime.fanout import Fanout

ROOM = Room(
    name="realtime",
    routers=(broadcasting.router,),
    indexes=(*store.INDEXES, *nodes.INDEXES),
    readers=(RoomReader(name="realtime", wants=Fanout.wants, of=Fanout, read=Fanout.read),),
    holds=personal_data.HOLDS,
)
