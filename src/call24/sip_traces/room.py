"""SIP traces: the messages of one call, on demand and for minutes."""

from __future__ import annotations

from call24.journal.journal import Journal
from call24.kit.clock import Clock
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.settings import Settings
from call24.pbx.client import far_end
from call24.restrictions.service import Restrictions
from call24.sip_traces import api, personal_data
from call24.sip_traces.far_receiver import FarReceiver
from call24.sip_traces.receiver import Receiver
from call24.sip_traces.service import LIVE_MAX, SipTraces, Take
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    settings = there.get(Settings)
    far = far_end(settings)

    def receiver(take: Take) -> Receiver | FarReceiver:
        return Receiver(take) if far is None else FarReceiver(far, take)

    traces = SipTraces(
        there.get(Clock),
        there.get(Journal),
        restricted=there.get(Restrictions).restricted,
        shown_number=there.get(TenantService).shown_number,
        websocket_ports=(settings.ari_port,),
        receiver=receiver,
    )
    return Built(
        services=(traces,),
        tasks=(BackgroundTask(name="SIP traces", run=traces.run, bound=f"{LIVE_MAX} traces; asleep without one"),),
        stop=(traces.stop,),
    )


ROOM = Room(
    name="sip_traces",
    provides=(SipTraces,),
    build=build,
    routers=(api.router,),
    holds=personal_data.HOLDS,
)
