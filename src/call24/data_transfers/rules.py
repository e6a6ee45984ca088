"""Whether an organisation's data may go to an endpoint, and what an entry of its register may say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from call24.data_transfers.model import DataTransfer, Safeguard, Standing
from call24.data_transfers.regions import same_region
from call24.kit.endpoints import Endpoint, check_country
from call24.kit.errors import Invalid

ENTRIES_MAX, HOSTS_MAX = 200, 20
OWN_KINDS = ("database", "mail", "error_service", "trace_collector", "file_store", "hosted_pusher")
"""The installation's: their hosts are the operator's matter."""
SAFEGUARDS: dict[Safeguard, str] = {
    "adequacy_decision": "adequacy decision",
    "standard_clauses": "standard contractual clauses",
    "binding_rules": "binding corporate rules",
    "derogation": "derogation for a specific situation",
}
_HOST = re.compile(r"[a-z0-9]([a-z0-9.:/-]{0,251}[a-z0-9])?")


def standing(region: str, endpoint: Endpoint, entries: Iterable[DataTransfer], today: str) -> Standing:
    """`region`: country where the organisation's data is kept, empty: not stated; `today`: ISO 8601."""
    if not region:
        return "no_region"
    if not endpoint.country:
        return "no_country"
    if same_region(region, endpoint.country):
        return "same_region"
    named = [host for entry in entries if _about(entry, endpoint, today) for host in entry.hosts]
    own = endpoint.kind in OWN_KINDS and any(_about(entry, endpoint, today) for entry in entries)
    return "registered" if own or (endpoint.hosts and _all_named(endpoint.hosts, named)) else "not_registered"


def why_not(region: str, endpoint: Endpoint, entries: Sequence[DataTransfer], today: str) -> str | None:
    """In words; None: data may go there. Raises: Invalid (no country)."""
    match standing(region, endpoint, entries, today):
        case "no_country":
            text = f"the country it is in, such as {region}: the organisation states where its data is kept"
            raise Invalid(errors=[("country", text)])
        case "not_registered":
            what = f"{_words(endpoint)} {', '.join(endpoint.hosts)}".strip()
            return (
                f"The {what} is in {endpoint.country}, and the organisation's data is kept in {region}: "
                "first add the transfer to the register, with its safeguard"
            )
    return None


def gap(endpoint: Endpoint, how: Standing) -> str:
    """What is not said of it; empty: nothing."""
    what = f"{_words(endpoint)} {endpoint.id}".strip()
    if how == "no_country":
        return f"the country of the {what}"
    return f"an entry in the transfer register for the {what} in {endpoint.country}" if how == "not_registered" else ""


def checked(entry: DataTransfer) -> DataTransfer:
    """Raises: Invalid, naming every field that breaks a rule."""
    errors = [
        (name, f"one line of 1 to {most} printable characters")
        for name, most in (("recipient", 100), ("reference", 200))
        if not 1 <= len(text := getattr(entry, name)) <= most or not text.isprintable()
    ]
    if entry.review_by < entry.dated:
        errors.append(("review_by", "a day that is not before `dated`"))
    if len(entry.hosts) > HOSTS_MAX or not all(_HOST.fullmatch(host) for host in entry.hosts):
        errors.append(("hosts", f"at most {HOSTS_MAX} names or addresses, such as crm.example.com"))
    elif bool(entry.hosts) == (entry.kind in OWN_KINDS):
        errors.append(
            (
                "hosts",
                "none for the installation's own database, mail server, error service, trace collector, file store "
                "and hosted Pusher, else some",
            )
        )
    if errors:
        raise Invalid(errors=errors)
    check_country(entry.country)
    return entry


def tidy(settings: dict[str, Any]) -> dict[str, Any]:
    """Fields of an entry as they are stored."""
    return {
        **settings,
        "recipient": " ".join(settings["recipient"].split()),
        "reference": " ".join(settings["reference"].split()),
        "hosts": tuple(dict.fromkeys(host.strip().casefold().rstrip(".") for host in settings["hosts"])),
        **{name: settings[name].isoformat() for name in ("dated", "review_by") if isinstance(settings[name], date)},
    }


def sentence(entry: DataTransfer) -> str:
    """As the privacy policy and the record of processing have it."""
    return f"{entry.recipient} ({entry.country}): {SAFEGUARDS[entry.safeguard]}, {entry.reference}, {entry.dated}"


def _words(endpoint: Endpoint) -> str:
    return endpoint.kind.replace("_", " ")


def _about(entry: DataTransfer, endpoint: Endpoint, today: str) -> bool:
    return (entry.kind, entry.country) == (endpoint.kind, endpoint.country) and today <= entry.review_by


def _all_named(hosts: Iterable[str], named: Sequence[str]) -> bool:
    return all(any(host == one or host.endswith(f".{one}") for one in named) for host in map(_plain, hosts))


def _plain(host: str) -> str:
    return host.casefold().rstrip(".")
