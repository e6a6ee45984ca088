"""A carrier with SIP over TLS and SRTP: a second Asterisk, from the same files as the product's, with a plain dialplan.

Whoever it connects says a tone, and what it hears is kept. It checks Call24's certificate as Call24 checks its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
from tests.support.product.stack import CACHE
from tests.support.wait import wait_until

from call24.asterisk.cli import told_by
from call24.installer import asterisk_program
from call24.installer.asterisk_program import Asterisk
from call24.kit.settings import Settings

CARRIER_HZ = 660
RATE = 8000
MODULES = """
res_sorcery_config res_timing_timerfd res_crypto res_srtp res_rtp_asterisk res_pjproject res_pjsip res_pjsip_session
res_pjsip_sdp_rtp res_pjsip_pubsub res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user chan_pjsip
res_pjsip_caller_id res_pjsip_dlg_options bridge_simple codec_ulaw format_sln app_mixmonitor app_playtones pbx_config
func_channel res_sorcery_memory res_sorcery_astdb app_exec app_stack res_pjsip_registrar
res_pjsip_authenticator_digest res_clioriginate
"""


class AsteriskCarrier:
    """`secured`: its certificate and key; `srtp`: whether it takes encrypted sound, and no other. Who registers as
    acme-01 is not asked for a password."""

    def __init__(self, folder: Path, ours: Settings, secured: tuple[Path, Path], *, srtp: bool = True) -> None:
        self._folder, self._ours, self._secured, self._srtp = folder, ours, secured, srtp
        self.tls_port, self.udp_port = _free(socket.SOCK_STREAM), _free(socket.SOCK_DGRAM)
        rtp = _free(socket.SOCK_DGRAM) // 2 * 2
        self.rtp_ports = range(rtp, rtp + 40)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        program = asterisk_program.find(CACHE / "asterisk") or asterisk_program.find(self._ours.data / "asterisk")
        assert program is not None
        self._write(program)
        env = {**os.environ, **dict(program.env), "HOME": str(self._folder)}
        words = [*program.command, "-C", str(self._folder / "etc/asterisk.conf"), "-f", "-n"]
        with (self._folder / "said.txt").open("wb") as said:
            self._process = await asyncio.create_subprocess_exec(*words, env=env, stdout=said, stderr=said)
        await wait_until(self._listens, 15)

    async def _listens(self) -> bool:
        with contextlib.suppress(OSError):
            return "tls" in await self.told("pjsip show transports")
        return False

    async def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            await asyncio.wait_for(self._process.wait(), 10)

    async def told(self, command: str) -> str:
        return await told_by(self._folder / "run/asterisk.ctl", command)

    async def rings(self, number: str, *, way: str = "tls", srtp: bool = True) -> None:
        """Somebody behind it calls us."""
        endpoint = f"{way}-{'srtp' if srtp else 'rtp'}"
        await self.told(f"channel originate PJSIP/{number}@{endpoint} extension talk@talk")

    async def registered(self) -> str:
        """Where acme-01 is, as it said."""
        found = re.search(r"acme-01/(\S+)", await self.told("pjsip show contacts"))
        return found[1] if found else ""

    async def channels(self) -> list[str]:
        return re.findall(r"^PJSIP\S+", await self.told("core show channels concise"), re.MULTILINE)

    def hears(self, hz: int) -> bool:
        """Whether this was the loudest tone in the last half second of what any of its calls heard."""
        for file in self._folder.glob("spool/*.sln"):
            heard = np.fromfile(file, "<i2")[-RATE // 2 :].astype(float)
            if len(heard) == RATE // 2 and np.abs(heard).max() > 500:
                spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
                if abs(spectrum.argmax() * 2 - hz) < 10:
                    return True
        return False

    def log(self) -> str:
        return (self._folder / "log/messages").read_text(errors="replace")

    def _write(self, program: Asterisk) -> None:
        folder, ours = self._folder, self._ours
        for name in ("etc", "lib/keys", "db", "run", "cache", "data", "log", "spool"):
            (folder / name).mkdir(parents=True)
        (folder / "data/documentation").symlink_to(program.share / "documentation")
        folders = {"etc": "etc", "varlib": "lib", "db": "db", "key": "lib", "data": "data", "spool": "spool"}
        folders |= {"run": "run", "log": "log", "cache": "cache"}
        lines = [f"ast{name}dir => {folder / place}" for name, place in folders.items()]
        files = {
            "asterisk": "\n".join(["[directories]", *lines, f"astmoddir => {program.modules}"]),
            "logger": "[general]\n[logfiles]\nmessages => notice,warning,error\n",
            "modules": "[modules]\nautoload=no\n" + "".join(f"load={name}.so\n" for name in MODULES.split()),
            "rtp": f"[general]\nrtpstart={self.rtp_ports[0]}\nrtpend={self.rtp_ports[-1]}\nstrictrtp=yes\n",
            "extensions": _DIALPLAN.format(folder=folder, hz=CARRIER_HZ),
            "pjsip": self._sip(ours),
        }
        for name in ("features", "acl", "cdr", "cel", "udptl", "pjproject", "indications", "ccss"):
            files[name] = "[general]\n"
        for name, text in files.items():
            (folder / f"etc/{name}.conf").write_text(text + "\n")

    def _sip(self, ours: Settings) -> str:
        certificate, key = self._secured
        transports = (
            f"[tls]\ntype=transport\nprotocol=tls\nbind=127.0.0.1:{self.tls_port}\ncert_file={certificate}\n"
            f"priv_key_file={key}\nca_list_file={ours.tls / 'ca.pem'}\nverify_server=yes\nmethod=tlsv1_2\n"
            f"[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:{self.udp_port}\n"
        )
        endpoints = ""
        for way, port in (("tls", ours.sip_tls_port), ("udp", ours.sip_port)):
            for sound, encryption in (("srtp", "sdes"), ("rtp", "no")):
                theirs = f"{way}-{sound}" + (",acme-01" if way == "tls" else "")
                endpoints += (
                    f"[{way}-{sound}]\ntype=aor\ncontact=sip:127.0.0.1:{port};transport={way}\n"
                    f"[{way}-{sound}]\ntype=endpoint\naors={theirs}\ndisallow=all\nallow=ulaw\ndirect_media=no\n"
                    f"context=came\ntransport={way}\nmedia_encryption={encryption}\nrtp_symmetric=no\n"
                    f"from_user=+447700900123\n"
                )
        came = f"[call24]\ntype=identify\nendpoint=tls-{'srtp' if self._srtp else 'rtp'}\nmatch=127.0.0.1\n"
        registers = "[acme-01]\ntype=aor\nmax_contacts=1\n"
        return f"{transports}{endpoints}{came}{registers}"


_DIALPLAN = """[came]
exten => _+X.,1,Goto(talk,talk,1)
[talk]
exten => talk,1,Answer()
 same => n,MixMonitor(,r({folder}/spool/${{UNIQUEID}}.sln))
 same => n,PlayTones({hz})
 same => n,Wait(60)
"""


@contextlib.asynccontextmanager
async def asterisk_carrier(
    ours: Settings, secured: tuple[Path, Path], *, srtp: bool = True
) -> AsyncIterator[AsteriskCarrier]:
    with tempfile.TemporaryDirectory(prefix="c24-carrier-") as folder:
        carrier = AsteriskCarrier(Path(folder), ours, secured, srtp=srtp)
        try:
            await carrier.start()
            yield carrier
        except BaseException:
            sys.stdout.write(carrier.log())
            raise
        finally:
            await carrier.stop()


def _free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
