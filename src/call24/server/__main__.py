"""`python -m call24.server --data DIR [--ahead | --rebuild]`: the server, with settings that its parent wrote."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvloop

from call24.kit.ids import TenantId
from call24.kit.settings import Settings
from call24.server.address_book_process import import_into_address_book
from call24.server.backstop_process import catch_up
from call24.server.export_process import export_kept
from call24.server.http_app import make_operations
from call24.server.import_process import import_kept
from call24.server.prefork import fork_for_each, imported
from call24.server.server import export_calls, rebuild, serve

arguments = argparse.ArgumentParser(prog="call24.server", description=__doc__)
arguments.add_argument("--data", type=Path, required=True)
arguments.add_argument("--ahead", action="store_true", help="fork a server for each line on standard input")
arguments.add_argument("--rebuild", action="store_true", help="rebuild the call records from the journal, then end")
arguments.add_argument("--export", nargs=3, metavar=("TENANT", "EXPORT", "FILE"), help="write an export")
arguments.add_argument("--import", nargs=3, metavar=("TENANT", "IMPORT", "FILE"), dest="brought", help="import a file")
arguments.add_argument("--address-book-import", nargs=4, metavar=("TENANT", "IMPORT", "FILE", "PREVIEW"))
arguments.add_argument("--export-calls", nargs=5, metavar=("ORGANISATION", "FROM", "TO", "FORMAT", "FILE"))
arguments.add_argument("--catch-up", type=float, metavar="S", help="delete what should have gone, S s after a look")
arguments.add_argument("--dry-run", action="store_true", help="with --catch-up: only count it")
chosen = arguments.parse_args()
beside = (chosen.export, chosen.brought, chosen.address_book_import, chosen.export_calls, chosen.catch_up)
if not chosen.rebuild and beside == (None,) * len(beside):
    make_operations()  # before a server is forked, so that it is there sooner after the one before it was killed
imported()
if chosen.ahead:
    fork_for_each(chosen.data / "log" / "server.log")
settings = Settings.load(chosen.data / "run" / "settings.json")
if chosen.export is not None:
    uvloop.run(export_kept(settings, TenantId(chosen.export[0]), chosen.export[1], Path(chosen.export[2])))
elif chosen.brought is not None:
    sys.exit(uvloop.run(import_kept(settings, TenantId(chosen.brought[0]), chosen.brought[1], Path(chosen.brought[2]))))
elif (people := chosen.address_book_import) is not None:
    uvloop.run(import_into_address_book(settings, TenantId(people[0]), people[1], Path(people[2]), Path(people[3])))
elif chosen.catch_up is not None:
    sys.exit(uvloop.run(catch_up(settings, print, patience_s=chosen.catch_up, dry=chosen.dry_run)))
elif chosen.export_calls is not None:
    sys.exit(uvloop.run(export_calls(settings, *chosen.export_calls)))
else:
    uvloop.run(rebuild(settings) if chosen.rebuild else serve(settings))
