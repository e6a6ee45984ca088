"""`organisation`: makes a further organisation and its owner in the running installation on this machine."""

from __future__ import annotations

import argparse
import getpass
import sys

from call24.cli.as_operator import ORGANISATIONS, ask, failed
from call24.cli.flags import add_data
from call24.kit.settings import Settings


def add_flags(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("organisation", help="the organisation's name")
    parser.add_argument("--name", required=True, help="the owner's name")
    parser.add_argument("--email", required=True, help="the owner's e-mail address, to sign in with")
    parser.add_argument(
        "--region", default="GB", help="country in which numbers without a country code are read (ISO 3166)"
    )
    parser.add_argument("--number", action="append", default=[], help="a number or number prefix that it may use")
    parser.add_argument(
        "--domain", action="append", default=[], help="an e-mail domain in which it may create accounts"
    )
    parser.add_argument(
        "--network", action="append", default=[], help="a carrier's address or network that its trunks may use"
    )
    parser.add_argument("--timezone", default="UTC", help="its time zone, such as Europe/Berlin")


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
        "numbers": named.number or None,
        "domains": named.domain or None,
        "networks": named.network or None,
    }
    answer = ask(settings, "POST", ORGANISATIONS, wish)
    if failed(answer):
        return 1
    made = answer.body
    print(f"{named.organisation} was created ({made['tenant_id']}). {named.email} can sign in at {settings.address}")
    return 0
