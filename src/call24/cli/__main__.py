"""`python -m call24.cli VERB ...`: what ./call24 runs inside its own Python environment."""

from __future__ import annotations

import argparse
import importlib
import sys

from call24.installer.errors import StartError
from call24.kit.settings import SettingsError

VERBS = {
    "up": "start Call24: MongoDB, Asterisk and the server, until Ctrl-C",
    "demo": "the same with a demo organisation and a simulated customer who rings",
    "node": "a further process that serves realtime sockets for an installation (docs/guides/realtime-nodes.md)",
    "doctor": "check an installation; --call places a real test call through it",
    "organisation": "make a further organisation and its owner",
    "grant": "which numbers, domains and networks each organisation may name; grants or releases some",
    "quota": "how many calls each organisation has and may have at a time; changes it",
    "bans": "show which addresses are kept from the SIP and phones' ports; --lift lets one in again",
    "export": "write an organisation's call records into a CSV or XLSX file",
    "rebuild": "make the call records again from the journal",
    "reconcile": "compare a day's call records with Asterisk's own log",
    "audit": "check that no line of the audit log was changed or taken away",
    "rotate": "give a running installation new secrets; no call is cut",
    "simulate": "how many agents a queue needs, by simulating its calls",
    "test": "install what the tests need and run them all",
}
WRONG_USAGE = 2
FAILED = 1
STOPPED = 130


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="call24", description="Self-hosted VoIP contact centre on Asterisk and MongoDB."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    words = sys.argv[1:] if words is None else words
    chosen = next((word for word in words if not word.startswith("-")), "")
    for name, text in VERBS.items():
        verb = verbs.add_parser(name, help=text, description=text, allow_abbrev=False)
        # Only the verb in use is imported: the parent of `up` lives for months and is kept small.
        if name == chosen:
            module = importlib.import_module(f"call24.cli.{name}")
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
