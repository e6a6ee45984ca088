"""`python -m call24.cli VERB ...`: what ./call24 runs inside its own Python environment."""

from __future__ import annotations

import argparse
import importlib
import sys

from call24.installer.errors import StartError
from call24.kit.package import FROM_WHEEL
from call24.kit.settings import SettingsError
from call24.kit.version import SCHEMA, VERSION

VERBS = {
    "up": "start Call24: MongoDB, Asterisk and the server, until Ctrl-C",
    "upgrade": "make a running installation this version of Call24, while calls go on (docs/guides/upgrade.md)",
    "demo": "start Call24 with a demo organisation and a simulated customer who calls",
    "fetch": "download Asterisk and MongoDB, and start nothing",
    "systemd-unit": "print a systemd unit that starts Call24 with few rights (docs/guides/systemd.md)",
    "node": "start another process that serves realtime connections (docs/guides/realtime-nodes.md)",
    "pbx": "run the PBX alone, on a host of its own, for a server started with --pbx (docs/guides/three-machines.md)",
    "status": "show what runs, since when, and what is not well",
    "doctor": "check an installation; --call places a real test call through it",
    "call": "draw one call step by step, from the journal or by its SIP messages",
    "support-bundle": "collect versions, settings and logs for a helper, without personal data",
    "operator": "name, list or remove the users who see the installation's status in the app",
    "organisation": "create another organisation and its owner",
    "grant": "show, grant or release the numbers, domains and networks that each organisation may use",
    "quota": "show or set how many concurrent calls each organisation may have",
    "bans": "list the addresses that are banned from the SIP and phone ports; --lift removes a ban",
    "crash-reports": "list what failed in the app and on the server; --page writes a page, --delete removes reports",
    "export": "export an organisation's call records as a CSV or XLSX file",
    "rebuild": "rebuild the call records from the journal",
    "reconcile": "compare a day's call records with Asterisk's own log",
    "audit": "run a signed self-audit; check that no entry of the audit log was changed or removed",
    "privacy": "verify the signed receipt of an erasure",
    "retention": "show whether expired data is deleted; --confirm-time resumes deletion after the clock was wrong",
    "backup": "back up a running installation to a folder or bucket, encrypted; list, verify or expire backups",
    "restore": "make an installation of a backup, in an empty data folder",
    "rotate": "replace keys and secrets of a running installation without ending calls; --list shows their age",
    "crm": "check a connector to a CRM, or a CRM (docs/guides/crm-*.md)",
    "simulate": "calculate how many agents a queue needs by simulating its calls",
    "test": "install what the tests need and run all of them",
    "wheel": "build a package with the app inside, to be installed without this checkout (docs/guides/wheel.md)",
    "deb": "build a Debian package with all Python packages inside (docs/guides/debian.md)",
}
IN_A_CHECKOUT = ("test", "wheel", "deb")
WRONG_USAGE = 2
FAILED = 1
STOPPED = 130


def module_of(verb: str) -> str:
    return f"call24.cli.{verb.replace('-', '_')}"


def main(words: list[str] | None = None) -> int:
    if sys.platform != "linux":  # before `fcntl` is missing
        sys.exit("call24: only Linux is supported: use a Debian 13 machine")
    parser = argparse.ArgumentParser(
        prog="call24", description="Self-hosted VoIP contact centre on Asterisk and MongoDB."
    )
    parser.add_argument("--version", action="version", version=f"call24 {VERSION} (schema {SCHEMA})")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    words = sys.argv[1:] if words is None else words
    chosen = next((word for word in words if not word.startswith("-")), "")
    for name, text in VERBS.items():
        if FROM_WHEEL and name in IN_A_CHECKOUT:
            continue
        verb = verbs.add_parser(name, help=text, description=text, allow_abbrev=False)
        # Only the verb in use is imported: the parent of `up` lives for months and is kept small.
        if name == chosen:
            module = importlib.import_module(module_of(name))
            module.add_flags(verb)
            verb.set_defaults(run=module.run)
    named = parser.parse_args(words)
    try:
        return int(named.run(named))
    except SettingsError as error:
        print(f"call24: {error}", file=sys.stderr)
        return WRONG_USAGE
    except StartError as error:
        print(f"call24: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("call24: stopped", file=sys.stderr)
        return STOPPED


if __name__ == "__main__":
    sys.exit(main())
