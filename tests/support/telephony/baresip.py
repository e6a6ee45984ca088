"""baresip as a customer: rings once, plays a tone, keeps what it hears as a WAV file."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import wave
from pathlib import Path

import numpy as np
from tests.support.app.browser import write_tone
from tests.support.wait import wait_until

CONFIG = """
sip_listen 127.0.0.1:{port}
net_af ipv4
module_path {modules}
module g711.so
module aufile.so
module_tmp account.so
module_app menu.so
audio_source aufile,{source}
audio_player aufile,{heard}
audio_alert aufile,/dev/null
audio_path /usr/share/baresip
rtp_ports {rtp}-{rtp_last}
"""
WINDOW = 80  # 10 ms at 8 kHz


class Baresip:
    def __init__(self, sip_port: int, dialled: str, number: str, tone_hz: float, folder: Path) -> None:
        self._dialled = f"sip:{dialled}@127.0.0.1:{sip_port}"
        self._folder = folder / "baresip"
        self._heard = self._folder / "heard.wav"
        self._folder.mkdir()
        tone = self._folder / "tone.wav"
        write_tone(tone, tone_hz, seconds=60, rate=8000)
        port = _free_udp_port()
        config = CONFIG.format(
            port=port, modules=_modules(), source=tone, heard=self._heard, rtp=port + 2, rtp_last=port + 40
        )
        (self._folder / "config").write_text(config)
        account = f"<sip:{number}@127.0.0.1:{sip_port};transport=udp>;regint=0;audio_codecs=PCMU/8000/1\n"
        (self._folder / "accounts").write_text(account)
        self._process: asyncio.subprocess.Process | None = None
        self._said = self._folder / "said.txt"

    async def dial(self) -> None:
        with self._said.open("wb") as said:
            self._process = await asyncio.create_subprocess_exec(
                "baresip",
                "-f",
                str(self._folder),
                "-e",
                f"/dial {self._dialled}",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    def said(self) -> str:
        return self._said.read_text(errors="replace")

    async def closed(self, timeout_s: float = 15.0) -> None:
        """Wait for the other side's hang-up, then end baresip so that the file is whole."""
        pattern = re.compile(r"session closed|terminated", re.IGNORECASE)
        await wait_until(lambda: pattern.search(self.said()), timeout_s)
        await self.stop()

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await asyncio.wait_for(self._process.wait(), 10)
            sys.stdout.write(f"--- baresip\n{self.said()}\n")  # a failed test shows it

    def tone_s(self, hz: float) -> float:
        """From the first to the last moment at which the tone was heard; pauses between count."""
        with wave.open(str(self._heard)) as sound:
            assert sound.getframerate() == 8000, sound.getparams()
            samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float)
        probe = np.exp(-2j * np.pi * hz * np.arange(WINDOW) / 8000)
        windows = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)
        power = np.abs(windows @ probe) / (WINDOW / 2)
        there = np.flatnonzero(power > 1000)
        return float((there[-1] - there[0] + 1) * WINDOW / 8000) if len(there) else 0.0


def _modules() -> str:
    for place in ("/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules"):
        if Path(place).is_dir():
            return place
    raise AssertionError("baresip's modules are not installed")


def _free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1]) // 2 * 2
