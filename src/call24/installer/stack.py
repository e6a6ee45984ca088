"""What runs for one installation, in which order, and how to know that it is ready: mongod, Asterisk, the server."""

from __future__ import annotations

import base64
import contextlib
import resource
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from call24.installer import asterisk_conf, asterisk_program, migrate, mongod, preflight, prepare
from call24.installer.asterisk_program import Asterisk
from call24.installer.child_processes import Child, changes, left_over_pid
from call24.installer.errors import StartError
from call24.installer.periodic import Periodic
from call24.installer.prefork import Prefork
from call24.installer.progress import ProgressBoard
from call24.installer.sip_firewall import SipFirewall
from call24.installer.supervise import Supervisor, last_words
from call24.installer.timing import Timing
from call24.kit.python import MODULE
from call24.kit.settings import Settings

PARTS_READY_S = 40.0
SERVER_COMMAND = (*MODULE, "call24.server")
SIP_EDGE = "sip_edge"
SIP_EDGE_CODE = Path(__file__).parents[1] / "sip_edge"
SIP_EDGE_COMMAND = (*MODULE, "call24.sip_edge")
PBX_LINK = "pbx_link"
PBX_CODE = Path(__file__).parents[1] / "pbx"
ANSWER_S = 1.5
BACKSTOP_FIRST_S, BACKSTOP_EVERY_S, BACKSTOP_MOST_S = 900.0, 3600.0, 3000.0
BACKSTOP_PATIENCE_S = 180.0
"""For the sweeper, which runs every minute, where something is overdue."""
DESCRIPTORS = 65_536


class Stack:
    """One installation's programs; `settings` are checked ones and the data folder is held by the caller."""

    def __init__(self, settings: Settings, timing: Timing) -> None:
        self.settings = settings
        self.timing = timing
        self.mongod_program: Path | None = None
        self.asterisk_program: Asterisk | None = None

    def check(self, server: bool = True) -> None:
        """Everything that must be right before anything is fetched or started. Raises: StartError."""
        settings = self.settings
        self.check_programs()
        names = []
        if settings.own_mongodb and not left_over_pid(settings.data, "mongod"):
            names += ["mongodb_port"]
        if settings.own_asterisk and not left_over_pid(settings.data, "asterisk"):
            names += ["sip_port", "sip_tls_port", "ari_port", "rtp_ports"]
        if settings.pbx is not None and not left_over_pid(settings.data, PBX_LINK):
            names += ["ari_port"]
        if settings.own_phones_port and not left_over_pid(settings.data, SIP_EDGE):
            names += ["wss_port"]
        if server and not left_over_pid(settings.data, "server"):
            names += ["http_port", *(["mail_in_port"] if settings.mail_in_domain is not None else [])]
        preflight.check_ports(settings, tuple(names))

    def check_programs(self) -> None:
        """What is there, and whether what is missing can be fetched. Raises: StartError."""
        preflight.check_recordings(self.settings)
        preflight.check_package()
        preflight.check_version(self.settings)
        self._find()
        preflight.check_room(self.settings, first=bool(self.missing))
        if "mongod" in self.missing:
            mongod.check_machine()
        if "asterisk" in self.missing:
            asterisk_program.check_machine()

    @property
    def missing(self) -> list[str]:
        return [
            *(["mongod"] if self.settings.own_mongodb and not self.mongod_program else []),
            *(["asterisk"] if self.settings.own_asterisk and not self.asterisk_program else []),
        ]

    def fetch(self, board: ProgressBoard, more: tuple[Callable[[ProgressBoard, Timing], None], ...] = ()) -> None:
        """Fetch what is missing, all at once. Raises: StartError."""
        from concurrent.futures import ThreadPoolExecutor  # only a first start needs it

        jobs: list[Callable[[], object]] = [lambda job=job: job(board, self.timing) for job in more]  # type: ignore[misc]
        if "mongod" in self.missing:
            jobs.append(lambda: self._fetch_mongod(board))
        if "asterisk" in self.missing:
            jobs.append(lambda: self._fetch_asterisk(board))
        with ThreadPoolExecutor(max(1, len(jobs))) as pool:
            waiting = [pool.submit(job) for job in jobs]
        for one in waiting:
            one.result()

    def start_parts(self, supervisor: Supervisor) -> None:
        """Start MongoDB and Asterisk and wait until both answer. Raises: StartError."""
        settings = self.settings
        began = time.monotonic()
        raise_descriptors()
        settings.save(settings.run / "settings.json")
        to_migrate = migrate.pending(settings)
        self.run_step("secrets")
        if self.mongod_program:
            supervisor.add(self._mongod(self.mongod_program))
        if self.asterisk_program and not to_migrate:
            supervisor.add(self._asterisk(self.asterisk_program, supervisor.say))
        if self.mongod_program:
            self._wait(supervisor, "mongod", lambda: listens(settings.mongodb_port), "--mongodb-port")
            if mongod.needs_setup(settings) or mongod.new_passwords(settings):
                self.run_step("mongodb")
        if to_migrate:
            self._end_earlier()
            migrate.run(settings, supervisor)
        self._start_telephony(supervisor, started=not to_migrate)
        self.timing.own("start of MongoDB and Asterisk", time.monotonic() - began)

    def _end_earlier(self) -> None:
        """An earlier version's server that outlived its parent would write the old form while steps run."""
        for child in (self.server(), self.backstop().child):
            if (left := child.left_over()) is not None:
                left.stop()

    def _start_telephony(self, supervisor: Supervisor, started: bool) -> None:
        """`started`: Asterisk is, beside MongoDB."""
        if supervisor.stopping:
            return
        if self.asterisk_program:
            if not started:
                supervisor.add(self._asterisk(self.asterisk_program, supervisor.say))
            self._wait(supervisor, "asterisk", self.asterisk_answers, "--ari-port")
        elif self.settings.pbx is not None:  # which may be away: it is knocked at for as long as the server lives
            supervisor.add(self._pbx_link())
            self._wait(supervisor, PBX_LINK, lambda: listens(self.settings.ari_port), "--ari-port")
        if self.settings.own_phones_port:
            supervisor.add(self._sip_edge())
            self._wait(supervisor, SIP_EDGE, self.sip_edge_answers, "--wss-port")

    def start_database(self, supervisor: Supervisor, board: ProgressBoard) -> None:
        """MongoDB alone, for filling it, fetched if it is missing. Raises: StartError, Unavailable."""
        self.mongod_program = mongod.find(mongod.home(self.settings))
        if self.mongod_program is None:
            mongod.check_machine()
            self._fetch_mongod(board)
        preflight.check_ports(self.settings, ("mongodb_port",))
        self.settings.save(self.settings.run / "settings.json")
        prepare.make_secrets(self.settings)
        assert self.mongod_program is not None
        supervisor.add(self._mongod(self.mongod_program))
        self._wait(supervisor, "mongod", lambda: listens(self.settings.mongodb_port), "--mongodb-port")
        prepare.set_up_mongodb(self.settings)

    def server(self, command: tuple[str, ...] = SERVER_COMMAND) -> Child:
        """The server; calls go on while it is away, so it is started again at once and never taken over."""
        words = (*command, "--data", str(self.settings.data))
        # Compiled modules are kept whatever this shell says: what forks a server is there the sooner.
        env = {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""}
        ahead = (
            Prefork((*words, "--ahead"), env, self.settings.log / "server.log") if command == SERVER_COMMAND else None
        )
        return Child(
            "server",
            words,
            self.settings.data,
            env=env,
            stop_s=4.0,
            first_backoff_s=0.05,
            adopt=False,
            ahead=ahead,
        )

    def backstop(self) -> Periodic:
        """Deletes what the server's sweeper has left for a day, whatever keeps the server from it."""
        command = (*SERVER_COMMAND, "--data", str(self.settings.data), "--catch-up", f"{BACKSTOP_PATIENCE_S:g}")
        child = Child("retention", command, self.settings.data, env={"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"})
        return Periodic(child, first_s=BACKSTOP_FIRST_S, every_s=BACKSTOP_EVERY_S, most_s=BACKSTOP_MOST_S)

    def sip_edge_answers(self) -> bool:
        return bool(ask_socket(self.settings.sip_edge_socket))

    def asterisk_lives(self) -> bool:
        """Whether anything that it is asked by is answered: busy sessions of its HTTP server are no death."""
        if self.asterisk_answers():
            return True
        return b"Asterisk" in ask_socket(self.settings.asterisk_control, b"cli quit after core show version\0")

    def asterisk_answers(self) -> bool:
        login = self.settings.ari_login()
        return http_status(self.settings.ari_port, "/ari/asterisk/ping", *login) == 200

    def run_step(self, step: str) -> None:
        """Run one step of `prepare`. Raises: StartError."""
        words = [*MODULE, "call24.installer.prepare", step, "--data", str(self.settings.data)]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            said = (done.stderr.strip() or "no reason given").splitlines()[-1]
            raise StartError(f"could not prepare {step}: {said}")

    def _find(self) -> None:
        settings = self.settings
        self.mongod_program = mongod.find(mongod.home(settings)) if settings.own_mongodb else None
        self.asterisk_program = asterisk_program.find(settings.data / "asterisk") if settings.own_asterisk else None

    def _fetch_mongod(self, board: ProgressBoard) -> None:
        with board.task("MongoDB") as task:
            self.mongod_program = mongod.fetch(task, self.timing, mongod.home(self.settings))
            task.step("ready")

    def _fetch_asterisk(self, board: ProgressBoard) -> None:
        with board.task("Asterisk") as task:
            self.asterisk_program = asterisk_program.fetch(self.settings.data / "asterisk", task, self.timing)
            task.step(f"{self.asterisk_program.version} ready")

    def _mongod(self, program: Path) -> Child:
        command = mongod.command(program, self.settings)
        return Child(
            "mongod",
            command,
            self.settings.data,
            env={"MALLOC_ARENA_MAX": "2", **mongod.environment(program)},
            mark=Path(command[-1]).read_text(),
            program=f"mongod of {program.stat().st_size} bytes",  # in a checkout it lies in the checkout
            stop_s=4.0,
        )

    def ends_calls(self) -> bool:
        """Whether this version has to start Asterisk again, and a running one would end with its calls."""
        program, settings = self.asterisk_program, self.settings
        if not settings.own_asterisk or left_over_pid(settings.data, "asterisk") is None:
            return False
        if program is None:  # what runs is too old, and another one has to be fetched
            return True
        return not self._asterisk(program, print, asterisk_conf.would_render).same_as_left_over()

    def _asterisk(
        self,
        program: Asterisk,
        say: Callable[[str], None],
        marked: Callable[[Settings, Asterisk], str] = asterisk_conf.render,
    ) -> Child:
        settings = self.settings
        mark = marked(settings, program)
        command = (*program.command, "-C", str(settings.asterisk_var / "etc" / "asterisk.conf"))
        env = {**dict(program.env), "HOME": str(settings.asterisk_var)}
        return Child(
            "asterisk",
            (*command, "-f", "-n"),
            settings.data,
            env=env,
            mark=mark,
            stop_s=3.0,
            alive=self.asterisk_lives,
            # After storms of calls gigabytes of free heap stay with Asterisk until it is told to give them back.
            tidy=(*command, "-rx", "malloc trim"),
            logs=(settings.asterisk_var / "log" / "messages",),
            watch=SipFirewall(
                settings.banned,
                settings.sip_port,
                say,
                carriers=settings.carriers,
                tls_port=settings.sip_tls_port,
            ),
        )

    def _pbx_link(self) -> Child:
        settings = self.settings
        paired = settings.pbx_pairing.read_bytes() if settings.pbx_pairing is not None else b""
        return Child(
            PBX_LINK,
            (*MODULE, "call24.pbx", "link", "--data", str(settings.data)),
            settings.data,
            env={"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""},
            mark=repr((pbx_code(), settings.pbx, changes(paired), settings.ari_port, settings.log_format)),
            stop_s=2.0,
            first_backoff_s=0.05,
        )

    def _sip_edge(self) -> Child:
        settings = self.settings
        code = changes(b"".join(file.read_bytes() for file in sorted(SIP_EDGE_CODE.glob("*.py"))))
        told = (
            code,
            settings.http_host,
            settings.wss_port,
            settings.ari_port,
            settings.trusted_proxies,
            settings.origins,
            settings.log_format,
        )
        return Child(
            SIP_EDGE,
            (*SIP_EDGE_COMMAND, "--data", str(settings.data)),
            settings.data,
            env={"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""},
            mark=repr((*told, *settings.certificate)),
            stop_s=2.0,
            first_backoff_s=0.05,
            alive=self.sip_edge_answers,
        )

    def _wait(self, supervisor: Supervisor, name: str, ready: Callable[[], bool], flag: str) -> None:
        if supervisor.wait(PARTS_READY_S, ready) or supervisor.stopping:
            return
        running = supervisor.running(name)
        log = self.settings.log / f"{name}.log"
        why = last_words(running.child) if running else ""
        raise StartError(f"{name} did not answer within {PARTS_READY_S:.0f} s{why}: see {log}, and check {flag}")


def end_left_over(data: Path) -> None:
    """What an earlier parent left and this one has not taken over, where it is told to stop before it could."""
    for name in ("retention", "server", SIP_EDGE, PBX_LINK, "asterisk", "mongod"):
        left = Child(name, (name,), data).left_over()
        if left is not None:
            left.stop()


def pbx_code() -> str:
    """A sum of what both ends run."""
    return changes(b"".join(file.read_bytes() for file in sorted(PBX_CODE.glob("*.py"))))


def raise_descriptors() -> None:
    """For the children: many shells allow 1,024, and Asterisk has one for each phone and four for each call."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if most == resource.RLIM_INFINITY else min(DESCRIPTORS, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def ask_socket(place: Path, question: bytes = b"") -> bytes:
    """What is said at a socket of this installation until it is closed there; nothing where nobody answers in time."""
    said = b""
    end = time.monotonic() + ANSWER_S
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_S)
        connection.connect(str(place))
        with contextlib.suppress(BrokenPipeError):  # it has answered and gone already: what it said is still there
            connection.sendall(question)
        while len(said) < 65536 and (block := connection.recv(4096)):
            said += block
            connection.settimeout(max(0.01, end - time.monotonic()))
    return said


def listens(port: int, host: str = "127.0.0.1") -> bool:
    try:
        with socket.create_connection((host, port), timeout=1.0):
            return True
    except OSError:
        return False


def http_status(port: int, path: str, user: str, password: str) -> int:
    """The status of one GET on this machine, 0 when nobody answers.

    By hand, since http.client would add to the memory of a parent that lives for months.
    """
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2.0) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\nAuthorization: Basic {login}\r\n\r\n".encode())
            first = connection.recv(64).split(b" ")
    except OSError:
        return 0
    return int(first[1]) if len(first) > 1 and first[1].isdigit() else 0
