"""Call flows and their prompts."""

from __future__ import annotations

from call24.agents.service import AgentService
from call24.flows import personal_data, store
from call24.flows.api import flows, prompts
from call24.flows.permissions import PERMISSIONS
from call24.flows.prompts import PromptService
from call24.flows.prompts_on_pbx import PromptsOnPbx
from call24.flows.service import FlowService
from call24.identity.service import IdentityService
from call24.installer import espeak_program
from call24.installer.asterisk_conf import built_in_sounds
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.settings import Settings
from call24.pbx.client import client_of
from call24.queues.hours_service import HoursService
from call24.queues.service import QueueService
from call24.server.references import FlowReferences, queue_surroundings
from call24.tenants.service import TenantService
from call24.toll_fraud.service import TollFraudGuard


def build(there: Provided) -> Built:
    mongo, clock, settings, queues = there.get(Mongo), there.get(Clock), there.get(Settings), there.get(QueueService)
    prompts = PromptService(
        mongo, clock, settings.prompts, built_in=built_in_sounds(), speaker=lambda: espeak_program.find(settings)
    )
    around = FlowReferences(
        there.get(IdentityService),
        queues,
        there.get(HoursService),
        prompts,
        there.get(TollFraudGuard).policy,
        there.get(TenantService),
    )
    flows = FlowService(mongo, clock, around)
    queues.surroundings = queue_surroundings(there.get(AgentService), flows, prompts)
    tasks = []
    if (client := client_of(settings)) is not None:
        on_pbx = PromptsOnPbx(client, prompts)
        tasks.append(BackgroundTask(name="prompts of the PBX", run=on_pbx.run, bound="one prompt at a time"))
    return Built(services=(prompts, flows), tasks=tuple(tasks), refresh=(prompts.refresh, flows.refresh))


ROOM = Room(
    name="flows",
    provides=(
        PromptService,
        FlowService,
    ),
    build=build,
    permissions=PERMISSIONS,
    routers=(
        flows.router,
        prompts.router,
    ),
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
