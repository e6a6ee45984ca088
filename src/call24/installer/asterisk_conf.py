"""Writes Asterisk's whole configuration and folders for one installation.

The dialplan, the SIP transports and ARI are templates in ops/asterisk/*.conf, in which `{name}` stands for a value of
`placeholders()`; everything else is small and written here. Agents' phones and trunks are not here: the engine pushes
them over ARI. Source: Asterisk 22 sample configuration files.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import threading
from pathlib import Path

from call24.installer import authorities
from call24.installer.asterisk_program import Asterisk
from call24.installer.child_processes import changes
from call24.installer.errors import StartError
from call24.installer.paths import OPS
from call24.kit.own_addresses import own_addresses
from call24.kit.settings import ARI_APP, ARI_USER, FAR_PROMPTS, SYSTEM_NAME, Settings
from call24.sip_edge.limits import SESSIONS

TEMPLATES = OPS / "asterisk"
RESOLVE_S = 2.0
_BEHIND_NAT = re.compile(r"\[ice_host_candidates\]\\n[0-9.]+ => [0-9.]+,include_local_address\\n")
"""As `repr` writes it."""
OUTSIDE = ("192.0.2.1", 9)
"""For documentation only (RFC 5737): it is nobody's."""
FOLDERS = (
    "etc",
    "lib/keys",
    "db",
    "run",
    "cache",
    "data/sounds",
    "data/moh",
    "log/cdr-csv",
    "log/cdr-custom",
    "log/cel",
    "spool/monitor",
    "spool/recording",
    "spool/prompts",
    "spool/outage",
    "spool/voicemail",
    "spool/tmp",
    "spool/outgoing",
    "spool/system",
)
SHARED = ("documentation", "rest-api", "agi-bin", "firmware", "phoneprov", "static-http")
CEL_EVENTS = ("CHAN_START", "APP_START", "ANSWER", "BRIDGE_ENTER", "BRIDGE_EXIT", "HANGUP", "CHAN_END", "LINKEDID_END")
"""What the nightly reconciliation compares call records with: ids and times of channels, nothing about a person.

APP_START: a caller is told of to Call24 (Stasis)."""
# A module whose file is missing refuses to load and complains; an empty one says "nothing to do".
EMPTY_FILES = (
    "features",
    "acl",
    "udptl",
    "geolocation",
    "pjsip_wizard",
    "chan_websocket",
    "websocket_client",
    "statsd",
    "ccss",
    "res_fax",
    "cli_aliases",
    "queuerules",
    "res_http_media_cache",
    "pjsip_notify",
    "agents",
    "queues",
    "extconfig",
)


def render(settings: Settings, asterisk: Asterisk) -> str:
    """Write the configuration and folders. Gives a sum of it: another one means that Asterisk has to restart."""
    var = settings.asterisk_var
    for folder in FOLDERS:
        (var / folder).mkdir(parents=True, exist_ok=True)
    var.chmod(0o700)  # passwords and recordings lie in it, whoever made the data folder
    _link_shared(settings, asterisk)
    settings.carrier_hosts.touch(mode=0o600)
    authorities.write(settings)
    files = _all_files(settings, asterisk)
    etc = var / "etc"
    for name, text in sorted(files.items()):
        path = etc / name
        if not (path.exists() and path.read_text() == text):
            part = path.with_suffix(".part")
            part.write_text(text)
            part.chmod(0o600)
            part.replace(path)
    return _sum(settings, files)


def would_render(settings: Settings, asterisk: Asterisk) -> str:
    """What `render` would give; nothing is written."""
    return _sum(settings, _all_files(settings, asterisk))


def _all_files(settings: Settings, asterisk: Asterisk) -> dict[str, str]:
    """Name -> text of each."""
    files, values = _files(settings, asterisk), placeholders(settings)
    for template in sorted(TEMPLATES.glob("*.conf")):
        files[template.name] = filled(template.read_text(), values, template.name)
    return files


def _sum(settings: Settings, files: dict[str, str]) -> str:
    """The password is none of it: a new one is taken while Asterisk runs (rotation). Nor is what a name leads to now: a
    resolver that does not answer ends no calls."""
    found = repr(sorted(files.items())).replace(settings.ari_login().password, "")
    return changes(_BEHIND_NAT.sub("", found).encode())


def placeholders(settings: Settings) -> dict[str, str]:
    """What a template may name."""
    cert, key = settings.certificate
    login = settings.ari_login()
    return {
        "ari_app": ARI_APP,
        "ari_password": login.password,
        "ari_port": str(settings.ari_port),
        "ari_user": ARI_USER,
        "certificate": str(cert),
        "certificate_key": str(key),
        "http_host": settings.http_host,
        "http_port": str(settings.http_port),
        "moh": str(settings.asterisk_var / "data" / "moh" / "default"),
        "public_address": settings.public_address,
        "recordings": str(settings.recording_spool),
        "sip_host": f"[{settings.sip_host}]" if ":" in settings.sip_host else settings.sip_host,
        "sip_port": str(settings.sip_port),
        "sip_tls_port": str(settings.sip_tls_port),
        "system_name": SYSTEM_NAME,
        "var": str(settings.asterisk_var),
        "wss_port": str(settings.wss_port),
    }


def filled(text: str, values: dict[str, str], name: str) -> str:
    """`text` with each `{name}` replaced; Asterisk's own `${NAME}` stays. Raises: StartError on an unknown name."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise StartError(
                f"ops/asterisk/{name} names {{{found[1]}}}, which asterisk_conf does not know: restore the file"
            )
        return values[found[1]]

    return re.sub(r"(?<!\$)\{([a-z_]+)\}", value, text)


def _link_shared(settings: Settings, asterisk: Asterisk) -> None:
    """Asterisk's data folder: links to what the package ships, since its install scripts did not run."""
    data = settings.asterisk_var / "data"
    for name in SHARED:
        _link(data / name, asterisk.share / name)
    sounds = asterisk.share / "sounds"
    english = next((s for s in (sounds / "en", sounds / "en_US_f_Allison") if s.is_dir()), sounds / "en")
    _link(data / "sounds" / "en", english)
    _link(data / "sounds" / "call24", TEMPLATES / "sounds")
    _link(data / "sounds" / FAR_PROMPTS, settings.prompts.resolve())
    music = next((m for m in sorted((asterisk.share / "moh").glob("*")) if m.is_dir()), asterisk.share / "moh")
    _link(data / "moh" / "default", music)


def built_in_sounds() -> frozenset[str]:
    """The bare names of the sounds that come with Call24."""
    return frozenset(path.stem for path in (TEMPLATES / "sounds").iterdir() if path.suffix in (".wav", ".ul"))


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    if link.is_symlink() or link.is_file():
        link.unlink()
    elif link.is_dir():
        shutil.rmtree(link)
    link.symlink_to(target)


def _files(settings: Settings, asterisk: Asterisk) -> dict[str, str]:
    first, last = settings.rtp_ports
    files = {f"{name}.conf": "; nothing to set\n" for name in EMPTY_FILES}
    files |= {
        "asterisk.conf": _asterisk_conf(settings, asterisk),
        "logger.conf": "[general]\ndateformat=%FT%T.%3q%z\n[logfiles]\nmessages => notice,warning,error\n",
        "http.conf": (
            f"[general]\nservername=call24\nenabled=yes\nbindaddr=127.0.0.1\nbindport={settings.ari_port}\n"
            f"sessionlimit={SESSIONS}\nsession_keep_alive=15000\n"  # this machine's alone: phones come through sip_edge
        ),
        "rtp.conf": (
            f"[general]\nrtpstart={first}\nrtpend={last}\nicesupport=yes\nstrictrtp=yes\n#include rtp_sources.conf\n"
            + _ice(settings)
        ),
        "pjproject.conf": "[startup]\nlog_level=default\n",
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": f"[general]\nenable=yes\napps=stasis\nevents={','.join(CEL_EVENTS)}\n",
        "cel_custom.conf": (
            f"[{settings.asterisk_var / 'log' / 'cel' / 'channels.csv'}]\nquoting_method=none\n"
            "fields=eventenum,eventtime,uniqueid,linkedid\n"
        ),
        "prometheus.conf": "[general]\nenabled=no\n",
        "res_curl.conf": "[globals]\nconntimeout=2\nhttptimeout=3\ndnstimeout=2\n",
        "cdr_manager.conf": "[general]\n",
    }
    for name in ("indications.conf", "amd.conf"):
        shipped = asterisk.etc / name
        files[name] = shipped.read_text() if os.access(shipped, os.R_OK) else "[general]\ncountry=uk\n"
    return files


def _asterisk_conf(settings: Settings, asterisk: Asterisk) -> str:
    var = settings.asterisk_var
    folders = {
        "astetcdir": var / "etc",
        "astmoddir": asterisk.modules,
        "astvarlibdir": var / "lib",
        "astdbdir": var / "db",
        "astkeydir": var / "lib",
        "astdatadir": var / "data",
        "astagidir": var / "data" / "agi-bin",
        "astspooldir": var / "spool",
        "astrundir": var / "run",
        "astlogdir": var / "log",
        "astcachedir": var / "cache",
    }
    options = {
        "systemname": SYSTEM_NAME,
        "documentation_language": "en_US",
        "hideconnect": "yes",
        "live_dangerously": "no",
        "rtp_use_dynamic": "yes",
    }
    return (
        "[directories]\n" + "".join(f"{k} => {v}\n" for k, v in folders.items())
        + "\n[options]\n" + "".join(f"{k} = {v}\n" for k, v in options.items())
    )  # fmt: skip


def _ice(settings: Settings) -> str:
    """What browsers are offered besides the addresses of this machine's interfaces.

    Asterisk never offers loopback to ICE; on this machine only, 127.0.0.1 stands in for each real address. Behind NAT
    the public address is offered too, in the name of the one that packets to the outside leave from.
    Source: rtp.conf.sample, `ice_host_candidates`.
    """
    if settings.loopback:
        return "[ice_host_candidates]\n" + "".join(f"{address} => 127.0.0.1\n" for address in local_addresses())
    public, inside = address_of(settings.public_address), outgoing_address()
    if public is None or inside is None or public.startswith("127.") or public in own_addresses():
        return ""
    return f"[ice_host_candidates]\n{inside} => {public},include_local_address\n"


def address_of(name: str) -> str | None:
    """Its IPv4 address; None: it has none, or nobody says so within two seconds."""
    found: list[str] = []

    def look() -> None:
        with contextlib.suppress(OSError):
            found.append(socket.gethostbyname(name))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(RESOLVE_S)
    return found[0] if found else None


def outgoing_address() -> str | None:
    """This machine's IPv4 address on the way to the outside; None: there is no such way. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(OUTSIDE)
        except OSError:
            return None
        return str(probe.getsockname()[0])


def local_addresses() -> list[str]:
    """This machine's IPv4 addresses but loopback."""
    return sorted(each for each in own_addresses() if ":" not in each and not each.startswith("127."))
