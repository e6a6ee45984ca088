"""`organisation`: makes a further organisation and its owner in the running installation on this machine."""

from __future__ import annotations

import argparse
import getpass
import json
import ssl
import sys
import urllib.error
import urllib.request

from call24.cli.flags import add_data
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("organisation", help="the organisation's name")
    parser.add_argument("--name", required=True, help="the owner's name")
    parser.add_argument("--email", required=True, help="the owner's e-mail address, to sign in with")
    parser.add_argument("--region", default="GB", help="country whose national numbers are understood (ISO 3166)")
    parser.add_argument("--timezone", default="UTC", help="time zone of its day, such as Europe/Berlin")


def run(named: argparse.Namespace) -> int:
    settings = Settings.load(named.data / "run" / "settings.json")
    password = getpass.getpass("The owner's password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    wish = {
        "organisation": named.organisation,
        "name": named.name,
        "email": named.email,
        "password": password,
        "region": named.region,
        "timezone": named.timezone,
    }
    request = urllib.request.Request(
        f"https://127.0.0.1:{settings.http_port}/v1/internal/organisations",
        data=json.dumps(wish).encode(),
        headers={
            "Content-Type": "application/json",
            "X-Call24-Operator": (settings.secrets / "operator").read_text().strip(),
        },
    )
    # The certificate is for the public name; here we talk to this machine itself.
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(request, context=trust, timeout=20) as answer:
            made = json.load(answer)
    except urllib.error.HTTPError as refused:
        problem = json.load(refused)
        print(f"call24: {problem['detail']} {problem.get('errors', '')}".rstrip(), file=sys.stderr)
        return 1
    except (urllib.error.URLError, FileNotFoundError):
        print("call24: no Call24 runs on this data folder; start it with ./call24 up, then again", file=sys.stderr)
        return 1
    print(f"{named.organisation} is made ({made['tenant_id']}); {named.email} can sign in at {settings.address}")
    return 0
