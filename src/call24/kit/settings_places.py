"""Where everything lies in the data folder of one installation.

Uses the standard library only, as settings.py does. It makes no folder and reads no file.
"""

from __future__ import annotations

from pathlib import Path


class DataPaths:
    data: Path

    @property
    def secrets(self) -> Path:
        return self.data / "secrets"

    @property
    def pbx_secrets(self) -> Path:
        """Of a PBX on a host of its own: its authority, its certificate, and the pairing file for the server."""
        return self.secrets / "pbx"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def banned(self) -> Path:
        """Whose SIP requests are dropped, until when: written by the server, read by the parent."""
        return self.run / "banned"

    @property
    def carriers(self) -> Path:
        """From which networks SIP may come by TCP and TLS: written by the server, read by the parent."""
        return self.run / "carriers"

    @property
    def sip_edge_socket(self) -> Path:
        """Where the process that phones connect to tells how many are connected."""
        return self.run / "sip-edge.sock"

    @property
    def sip_edge_bans_socket(self) -> Path:
        """Where it tells whom it refuses, and lets one in again."""
        return self.run / "sip-edge-bans.sock"

    @property
    def keeper_socket(self) -> Path:
        """Of the recording keeper, on a PBX's own host."""
        return self.run / "keeper.sock"

    @property
    def known_senders(self) -> Path:
        """From which addresses of trunks calls got in lately, and when: nobody there counts as unknown."""
        return self.run / "known_senders"

    @property
    def clock(self) -> Path:
        """By what time the server lives, for its successor."""
        return self.run / "clock.json"

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def tls(self) -> Path:
        return self.data / "tls"

    @property
    def erasure_register(self) -> Path:
        """Which callers were erased. A restore of the database leaves it as it is, and is corrected by it."""
        return self.data / "register" / "erased-callers.jsonl"

    @property
    def deletion_register(self) -> Path:
        """Which accounts and organisations were deleted: with it what a restore brings back is deleted again."""
        return self.data / "register" / "deleted.jsonl"

    @property
    def recordings(self) -> Path:
        return self.data / "recordings"

    @property
    def asterisk_var(self) -> Path:
        return self.data / "asterisk" / "var"

    @property
    def asterisk_control(self) -> Path:
        """The socket of Asterisk's own command line."""
        return self.asterisk_var / "run" / "asterisk.ctl"

    @property
    def carrier_hosts(self) -> Path:
        """Where Asterisk finds the carriers that it reaches by TLS, as a file of hosts: written by the server."""
        return self.asterisk_var / "etc" / "carriers.hosts"

    @property
    def carrier_authorities(self) -> Path:
        """Who may sign carriers' certificates (PEM)."""
        return self.asterisk_var / "etc" / "carriers.pem"

    @property
    def recording_spool(self) -> Path:
        return self.asterisk_var / "spool" / "recording"

    @property
    def prompts(self) -> Path:
        """Where Asterisk finds what organisations have their callers hear: one folder for each."""
        return self.asterisk_var / "spool" / "prompts"
