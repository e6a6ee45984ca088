"""A working day in a network of its own: whom the installation tried to reach, and which names it looked up, is whom
the register of recipients has, and nobody else."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import subprocess
from typing import Any

import pytest
from tests.support.product import alone
from tests.support.product.stack import CHECKOUT
from tests.support.product.working_day import (
    BROWSER,
    CARRIER_AT,
    ERRORS,
    HOOKS,
    LOGIN,
    MAIL,
    NAMES,
    PROCESSOR,
    PUSHER,
    TRACES,
)

pytestmark = pytest.mark.skipif(not alone.possible(), reason="only root may make a network for itself")


def undeclared(attempts: list[list[Any]], places: list[str]) -> list[list[Any]]:
    nets = [ipaddress.ip_network(NAMES.get(place, place)) for place in places]
    return [one for one in attempts if not any(ipaddress.ip_address(one[1]) in net for net in nets)]


def test_a_day_of_work_reaches_those_who_are_in_the_register_of_recipients_and_looks_up_no_other_name() -> None:
    words = alone.command("tests.support.product.working_day")
    done = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, timeout=240, env=dict(os.environ))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["declared"]["the organisation's own server"] == [HOOKS]
    assert found["declared"]["the mail server"] == [MAIL]
    assert found["declared"]["the operator's error service, where they set one"] == [ERRORS]
    assert found["declared"]["the operator's collector of traces, where they set one"] == [TRACES]
    assert found["declared"]["hosted Pusher, where the operator set it"] == [PUSHER]
    assert found["declared"]["the organisation's identity provider"] == [LOGIN]
    assert found["declared"]["processors that the organisation registers"] == [PROCESSOR]
    vendor = "the vendor of the user's browser, where the user turned on notifications"
    assert found["declared"][vendor] == [BROWSER]
    assert CARRIER_AT in found["declared"]["the organisation's carrier"]
    places = [place for whom in found["declared"].values() for place in whom]
    reached = {(kind, address) for kind, address, _ in found["attempts"]}
    named = {HOOKS, MAIL, ERRORS, PUSHER, LOGIN, PROCESSOR, BROWSER, TRACES}
    wanted = {*(("tcp", NAMES[name]) for name in named), ("udp", CARRIER_AT), ("udp", alone.NAMES_AT)}
    assert reached == wanted, found["attempts"]
    assert undeclared(found["attempts"], [*places, alone.NAMES_AT]) == []
    assert set(found["names"]) - {socket.gethostname().lower()} == named, "and the machine's own name"

    seeded = undeclared(found["seeded"]["attempts"], [*places, alone.NAMES_AT])
    assert seeded == [["tcp", "46.46.46.46", 443]], "the same run sees one of which nobody was told"
    assert set(found["seeded"]["names"]) - set(found["names"]) == {"tracker.example"}
