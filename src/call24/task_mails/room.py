"""Tasks from e-mails: addresses of an organisation, and the mail server that receives for them."""

from __future__ import annotations

import logging
import ssl
from functools import partial
from pathlib import Path

from call24.changes.service import Changes
from call24.files.uploads import Uploads
from call24.kit.clock import Clock
from call24.kit.ids import QueueId, TenantId
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import BackgroundTask, Built, Room
from call24.kit.settings import Settings
from call24.people.service import People
from call24.queues.service import QueueService
from call24.recordings.disk_space import MB
from call24.task_mails import api, listener, personal_data, store
from call24.task_mails.intake import TaskIntake
from call24.task_mails.listener import MailListener
from call24.task_mails.permissions import PERMISSIONS
from call24.task_mails.service import TaskAddresses
from call24.tasks.comments import TaskComments
from call24.tasks.service import TaskService
from call24.tenants.rules import is_open
from call24.tenants.service import TenantService

log = logging.getLogger(__name__)


def build(there: Provided) -> Built:
    settings, clock, queues = there.get(Settings), there.get(Clock), there.get(QueueService)
    tenants = there.get(TenantService)

    def has_queue(tenant_id: TenantId, queue_id: QueueId) -> bool:
        queue = queues.known(queue_id)
        return queue is not None and queue.tenant_id == tenant_id

    addresses = TaskAddresses(there.get(Mongo), clock, settings.mail_in_domain, has_queue)
    intake = TaskIntake(
        clock,
        there.get(Changes),
        there.get(TaskService),
        there.get(TaskComments),
        there.get(People),
        queues,
        there.get(Uploads),
        addresses.store,
    )
    return Built(services=(addresses, intake), tasks=_receiving(settings, addresses, intake, tenants))


def _receiving(
    settings: Settings, addresses: TaskAddresses, intake: TaskIntake, tenants: TenantService
) -> tuple[BackgroundTask, ...]:
    if settings.mail_in_domain is None:
        return ()

    receiving = MailListener(
        addresses.store,
        intake,
        lambda tenant_id: is_open(tenants.known(tenant_id)),
        domain=settings.mail_in_domain,
        place=(settings.mail_in_host, settings.mail_in_port),
        most_bytes=settings.mail_in_max_mb * MB,
        tls=partial(_tls, settings.certificate),
    )
    return (BackgroundTask(name="e-mails for tasks", run=receiving.run, bound=listener.BOUND),)


def _tls(certificate: tuple[Path, Path]) -> ssl.SSLContext | None:
    """Read for each connection: certificates are renewed while the server runs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(*certificate)
    except OSError as error:
        log.warning("e-mails for tasks come without TLS: %s cannot be read: %s", certificate[0], error)
        return None
    return context


ROOM = Room(
    name="task_mails",
    provides=(TaskAddresses, TaskIntake),
    build=build,
    routers=(api.router,),
    permissions=PERMISSIONS,
    indexes=store.INDEXES,
    holds=personal_data.HOLDS,
)
