"""What runs on a PBX's own host: Asterisk, and the port by which its server reaches it. Neither MongoDB nor the app."""

from __future__ import annotations

from pathlib import Path

from call24.installer import asterisk_program, preflight
from call24.installer.child_processes import Child, changes, left_over_pid
from call24.installer.errors import StartError
from call24.installer.port_holders import by
from call24.installer.stack import Stack, listens, pbx_code, raise_descriptors
from call24.installer.supervise import Supervisor
from call24.installer.timing import Timing
from call24.kit.pbx_pairing import Place
from call24.kit.python import MODULE
from call24.kit.settings import Settings

LISTENER = "pbx_listener"
KEEPER = "recording_keeper"
KEEPER_CODE = tuple(Path(__file__).parents[1] / room for room in ("recordings", "sip_traces"))
KEEPER_PROCESS = (Path(__file__).with_name("pbx_keeper.py"),)
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""}


class PbxStack(Stack):
    """`where`: the server's way in."""

    def __init__(self, settings: Settings, timing: Timing, where: Place) -> None:
        super().__init__(settings, timing)
        self._where = where

    @property
    def missing(self) -> list[str]:
        return [] if self.asterisk_program else ["asterisk"]

    def check(self, server: bool = False) -> None:
        self.check_programs()
        data = self.settings.data
        if not left_over_pid(data, "asterisk"):
            preflight.check_ports(self.settings, ("sip_port", "sip_tls_port", "ari_port", "rtp_ports"))
        if not left_over_pid(data, LISTENER) and listens(self._where.port, self._asked):
            taken = f"port {self._where.port} is taken{by(self._where.port)}"
            raise StartError(f"--listen: {taken}: choose another one")

    def start_parts(self, supervisor: Supervisor) -> None:
        """Raises: StartError."""
        raise_descriptors()
        self.settings.save(self.settings.run / "settings.json")
        self.run_step("pbx")
        assert self.asterisk_program is not None
        supervisor.add(self._asterisk(self.asterisk_program, supervisor.say))
        self._wait(supervisor, "asterisk", self.asterisk_answers, "--ari-port")
        supervisor.add(self._keeper())
        self._wait(supervisor, KEEPER, self.settings.keeper_socket.exists, "--data")
        supervisor.add(self._listener())
        self._wait(supervisor, LISTENER, lambda: listens(self._where.port, self._asked), "--listen")

    @property
    def _asked(self) -> str:
        """By which address this machine reaches its own port."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._where.host, self._where.host)

    def _find(self) -> None:
        self.asterisk_program = asterisk_program.find(self.settings.data / "asterisk")

    def _keeper(self) -> Child:
        settings = self.settings
        files = (*(file for room in KEEPER_CODE for file in sorted(room.glob("*.py"))), *KEEPER_PROCESS)
        code = (changes(b"".join(file.read_bytes() for file in files)), pbx_code())
        return Child(
            KEEPER,
            (*MODULE, "call24.installer.pbx_keeper", "--data", str(settings.data)),
            settings.data,
            env=ENVIRONMENT,
            mark=repr((code, settings.log_format)),
            stop_s=4.0,
            first_backoff_s=0.05,
        )

    def _listener(self) -> Child:
        settings, (host, port) = self.settings, self._where
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        shown = (settings.pbx_secrets / "pbx.pem").read_bytes()
        return Child(
            LISTENER,
            (*MODULE, "call24.pbx", "listener", "--data", str(settings.data), "--listen", where),
            settings.data,
            env=ENVIRONMENT,
            mark=repr((pbx_code(), settings.ari_port, settings.log_format, shown)),
            stop_s=2.0,
            first_backoff_s=0.05,
        )
