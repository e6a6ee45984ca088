"""`./call24 audit run`: all checks of the self-audit, one after the other, each with its bound; signed, kept, told.

It runs beside the server and asks it no more than the doctor does. Where the result cannot be kept it has failed.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from call24.audit.service import AuditLog
from call24.doctor.audit import advisories, configuration, egress, file_modes, tables, tls_versions
from call24.doctor.audit.outcome import Check, Found, Outcome, Unverified, in_thread, of_doctor, outcome_of
from call24.doctor.checks import Checks
from call24.doctor.report import CheckResult, DoctorReport
from call24.kit.clock import SystemClock
from call24.kit.errors import Call24Error
from call24.kit.mongo import Mongo
from call24.kit.package import COMMAND
from call24.kit.secrets import AppKey
from call24.kit.settings import DATABASE, Settings
from call24.privacy.agreed_time import AgreedTime
from call24.self_audit.model import SelfAudit
from call24.self_audit.result import shown
from call24.self_audit.service import SelfAudits
from call24.tenants.service import TenantService

LIMIT_S = 30.0
LONG_LIMIT_S = 180.0
"""Of what reads large files."""
SIGNS = {"pass": "pass", "fail": "FAIL", "unverified": "UNVERIFIED"}
DOCTOR = f"run {COMMAND} doctor, which says what is wrong, and fix that"


class SelfAuditChecks:
    """`files`: advisories to compare with."""

    def __init__(self, settings: Settings, mongo: Mongo, files: Sequence[Path]) -> None:
        self.settings = settings
        self.mongo = mongo
        self.files = files
        self.clock = SystemClock()
        self.doctor = Checks(settings, DoctorReport(as_json=True), mongo)

    def every(self) -> dict[str, tuple[Check, float]]:
        """Each check by its name, and its bound in seconds."""
        doctor = self.doctor
        return {
            "dependencies": (self.dependencies, LONG_LIMIT_S),
            "asterisk": (of_doctor(doctor.asterisk, "Asterisk is away, or too old", DOCTOR), LIMIT_S),
            "mongodb": (of_doctor(doctor.database, "MongoDB is away, or too old for production", DOCTOR), LIMIT_S),
            "asvs": (tables.asvs, LIMIT_S),
            "findings": (self.findings, LIMIT_S),
            "configuration": (self.configuration, LIMIT_S),
            "certificates": (of_doctor(doctor.certificate, "a certificate has ended, or ends soon", DOCTOR), LIMIT_S),
            "tls": (self.tls, LIMIT_S),
            "files": (self.file_modes, LONG_LIMIT_S),
            "retention": (self.retention, LIMIT_S),
            "audit log": (self.audit_log, LONG_LIMIT_S),
            "egress": (self.egress, LIMIT_S),
        }

    async def dependencies(self, found: CheckResult) -> None:
        now = self.clock.now()
        found.seen = await in_thread(lambda: advisories.look(self.files, advisories.installed(), now))

    async def findings(self, found: CheckResult) -> None:
        await tables.findings(self.settings, self.clock.now().date(), found)

    async def configuration(self, found: CheckResult) -> None:
        await configuration.examine(self.settings, found)

    async def tls(self, found: CheckResult) -> None:
        await tls_versions.examine(self.settings, found)

    async def file_modes(self, found: CheckResult) -> None:
        await file_modes.examine(self.settings, found)

    async def retention(self, found: CheckResult) -> None:
        """What the doctor asks of it; and the time by which is deleted has to be of today."""
        if not await self.mongo.ping(3.0):
            raise Unverified("unknown while MongoDB is unavailable", DOCTOR)
        await of_doctor(self.doctor.retention, "data is kept beyond its time, or nothing is deleted", DOCTOR)(found)
        last = await AgreedTime(self.mongo, self.clock).last()
        if last is None or abs((self.clock.now() - last.at).total_seconds()) > 86_400:
            raise Unverified("no time was agreed on within a day, so nothing proves deletion", DOCTOR)

    async def audit_log(self, found: CheckResult) -> None:
        """The chain of every organisation's lines, as `./call24 audit verify` looks at it."""
        key, data = AppKey.load(self.settings.data), self.settings.data
        audit = AuditLog(self.mongo, self.clock, key, data / "audit")
        lines, broken = 0, []
        tenants = await TenantService(self.mongo, self.clock, key).all()
        for tenant in tenants:
            count, fault = await audit.verify(tenant.id)
            lines += count
            broken += [f"{tenant.id}: line {fault.seq}: {fault.what}"] if fault is not None else []
        if broken:
            seen = f"the audit log of {len(broken)} of {len(tenants)} organisations was changed"
            raise Found(seen, f"see {COMMAND} audit verify, and find out who could write to the database", broken)
        found.seen = f"{lines} lines of {len(tenants)} organisations are as they were written"

    async def egress(self, found: CheckResult) -> None:
        await egress.examine(self.settings, self.mongo, found)


def run(settings: Settings, *, files: Sequence[Path], out: Path | None, as_json: bool) -> int:
    return asyncio.run(_run(settings, files, out, as_json=as_json))


async def _run(settings: Settings, files: Sequence[Path], out: Path | None, *, as_json: bool) -> int:
    mongo = Mongo(settings.mongodb_uri(), DATABASE)
    try:
        began = time.monotonic()
        outcomes = {}
        for name, (check, limit_s) in SelfAuditChecks(settings, mongo, files).every().items():
            outcomes[name] = outcome = await outcome_of(check, limit_s)
            if not as_json:
                _tell(name, outcome)
        audits = SelfAudits(mongo, SystemClock(), AppKey.load(settings.data))
        kept = {name: outcome.kept() for name, outcome in outcomes.items()}
        result = audits.sign(kept, round(1000 * (time.monotonic() - began)))
        trouble = await _kept(audits, result)
    finally:
        await mongo.close()
    text = json.dumps(shown(result), indent=1) + "\n"
    if out is not None:
        await asyncio.to_thread(out.write_text, text)
    if as_json:
        sys.stdout.write(text)
    else:
        _verdict(result)
    if trouble:
        sys.stderr.write(f"call24: the result is not kept, so it does not count: {trouble}\n")
    return 0 if result.passed and not trouble else 1


async def _kept(audits: SelfAudits, result: SelfAudit) -> str:
    """What went wrong, if anything did."""
    try:
        async with asyncio.timeout(LIMIT_S):
            await audits.keep(result)
    except (Call24Error, OSError) as error:
        return f"MongoDB is needed ({type(error).__name__})"
    return ""


def _tell(name: str, outcome: Outcome) -> None:
    lines = [f"{SIGNS[outcome.answer]:<10}  {name:<14}{outcome.seen}"]
    lines += [f"{'':26}   {detail}" for detail in outcome.details if detail]
    lines += [f"{'':26}-> {outcome.advice}"] if outcome.advice else []
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _verdict(result: SelfAudit) -> None:
    count = {answer: sum(one.answer == answer for one in result.checks.values()) for answer in SIGNS}
    verdict = "passed" if result.passed else "not passed: what fails or is unverified must be fixed"
    said = f"{count['pass']} pass, {count['fail']} fail, {count['unverified']} unverified"
    sys.stdout.write(f"\n{result.id} of {result.at:%Y-%m-%d %H:%M} UTC: {verdict} ({said})\n")


def advisory_files(settings: Settings) -> list[Path]:
    """What the operator put into the data folder."""
    folder = settings.data / "advisories"
    return sorted(path for path in folder.glob("*") if path.suffix in (".zip", ".json"))
