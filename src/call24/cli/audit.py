"""`audit`: runs the self-audit and verifies its result; verifies that no line of the audit log was changed."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from call24.cli.flags import add_data
from call24.cli.privacy import key_from, start_of
from call24.installer.errors import StartError
from call24.kit.errors import Invalid
from call24.kit.package import COMMAND
from call24.kit.python import MODULE
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=["verify", "run", "verify-result"],
        help="verify: the audit log, exit status 0, or 1 with the first broken entry; run: the self-audit of this"
        " installation, exit status 0 only if every check passed; verify-result: the signed result in FILE",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="of verify-result: the result, as JSON")
    parser.add_argument(
        "--advisories",
        action="append",
        type=Path,
        metavar="FILE",
        help="of run: advisories in OSV's format, a ZIP or JSON (default: those in the folder advisories of --data)",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="of run: write the signed result there too")
    parser.add_argument("--json", action="store_true", help="of run: print the signed result alone")
    parser.add_argument("--key", metavar="KEY", help="of verify-result: the public key, or a file with it")
    add_data(parser)


def run(named: argparse.Namespace) -> int:
    if named.what == "verify-result":
        return _verify_result(named)
    settings = Settings.load(named.data / "run" / "settings.json")  # says clearly when there is no installation
    if named.what == "run":
        from call24.doctor.audit import run as audit

        files = named.advisories or audit.advisory_files(settings)
        return audit.run(settings.checked(), files=files, out=named.out, as_json=named.json)
    # The composition root is above this room, so it is run and not imported.
    return subprocess.run([*MODULE, "call24.server.audit", "--data", str(named.data)]).returncode


def _verify_result(named: argparse.Namespace) -> int:
    from call24.self_audit.result import MOST_BYTES, checked

    if named.file is None:
        raise StartError(f"say which file: {COMMAND} audit verify-result FILE")
    try:
        result = checked(start_of(named.file, MOST_BYTES + 1), key_from(named.key, named.data))
    except Invalid as error:
        print(f"call24: {named.file}: {error.detail}", file=sys.stderr)
        return 1
    print(f"The result is genuine: {result['id']}, {result['at']}, {'passed' if result['passed'] else 'not passed'}")
    print(f"of the installation with the key {result['installation']}")
    for name, check in result["checks"].items():
        print(f"{check['answer']:<10}  {name:<14}{check['seen']}")
    return 0
