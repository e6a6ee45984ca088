"""Callers' files, and calls as vCons."""

from __future__ import annotations

from call24.caller_files import api, personal_data
from call24.caller_files.permissions import PERMISSIONS
from call24.caller_files.service import CallerFiles
from call24.contacts.service import ContactService
from call24.exports.service import Exports
from call24.kit.provided import Provided
from call24.kit.room import Built, Room


def build(there: Provided) -> Built:
    return Built(services=(CallerFiles(there.get(Exports), there.get(ContactService)),))


ROOM = Room(
    name="caller_files",
    provides=(CallerFiles,),
    build=build,
    permissions=PERMISSIONS,
    routers=(api.contacts, api.router, api.calls, api.recordings),
    holds=personal_data.HOLDS,
)
