"""Callers' files, made and imported; and calls as vCons."""

from __future__ import annotations

from call24.caller_files import api, imports, imports_api, personal_data
from call24.caller_files.import_runner import runner
from call24.caller_files.imports import CallerImports
from call24.caller_files.permissions import PERMISSIONS
from call24.caller_files.service import CallerFiles
from call24.caller_files.signing import VconSigner
from call24.contacts.service import ContactService
from call24.exports.service import Exports
from call24.kit.clock import Clock
from call24.kit.mongo import Mongo
from call24.kit.provided import Provided
from call24.kit.room import Built, Room
from call24.kit.secrets import AppKey
from call24.kit.settings import Settings
from call24.privacy.hold_register import HoldRegister
from call24.recordings.disk_space import MB
from call24.recordings.service import Recordings
from call24.tenants.service import TenantService


def build(there: Provided) -> Built:
    settings = there.get(Settings)
    imported = CallerImports(
        there.get(Mongo),
        there.get(Clock),
        there.get(TenantService),
        there.get(Recordings),
        settings.data / "imports",
        settings.recording_floor_mb * MB,
        runner(settings),
    )
    imported.but_held = there.get(HoldRegister).but
    return Built(
        services=(
            CallerFiles(there.get(Exports), there.get(ContactService)),
            imported,
            VconSigner(there.get(AppKey), settings.data),
        ),
        start=(imported.after_restart,),
        stop=(imported.close,),
    )


ROOM = Room(
    name="caller_files",
    provides=(CallerFiles, CallerImports, VconSigner),
    build=build,
    permissions=PERMISSIONS,
    routers=(api.contacts, api.router, api.calls, api.recordings, imports_api.contacts, imports_api.router),
    indexes=imports.INDEXES,
    holds=personal_data.HOLDS,
)
