"""The texts of purposes, in versions. A text that was shown is never changed: a new version is added."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from call24.consents.model import Purpose
from call24.data_map import Basis

Concerns = Literal["caller", "user"]
LANGUAGE = "en"


@dataclass(frozen=True)
class Text:
    version: int
    text: str

    @property
    def hash(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class PurposeDeclared:
    """`texts`: all versions, the newest last. `dpv`, `data`: the purpose and the kinds of data as terms of the W3C Data
    Privacy Vocabulary (DPV 2). It is allowed until somebody says no; `opt_in`: not until they agree."""

    purpose: Purpose
    title: str
    concerns: Concerns
    basis: Basis
    texts: tuple[Text, ...]
    dpv: tuple[str, ...]
    data: tuple[str, ...]
    kept: str
    opt_in: bool = False

    @property
    def text(self) -> Text:
        return self.texts[-1]

    def text_of(self, version: int) -> Text:
        return next(one for one in self.texts if one.version == version)


PURPOSES: dict[Purpose, PurposeDeclared] = {
    one.purpose: one
    for one in (
        PurposeDeclared(
            purpose=Purpose.RECORDING,
            title="Recording of calls",
            concerns="caller",
            basis=Basis.CONSENT,
            texts=(
                Text(
                    1,
                    "Calls with you are recorded where the organisation records the queue that has your call, to "
                    "document what was agreed and to train agents. If you withdraw your consent, or object, your calls "
                    "are not recorded from then on. A message that you leave is kept, since you leave it to be heard.",
                ),
            ),
            dpv=("dpv:CommunicationForCustomerCare",),
            data=("pd:VoiceCommunicationRecording",),
            kept="as long as the recording is kept: at most as long as the record of its call",
        ),
        PurposeDeclared(
            purpose=Purpose.CRM_SYNC,
            title="Passing calls on to the organisation's other software",
            concerns="caller",
            basis=Basis.LEGITIMATE_INTERESTS,
            texts=(
                Text(
                    1,
                    "The organisation's other software, such as its customer database, is told of your calls: when "
                    "they were and what became of them. If you object, nothing about your calls is passed on to it, "
                    "other than that your data was deleted here.",
                ),
                Text(
                    2,
                    "The organisation's other software, such as its customer database, is told of your calls: when "
                    "they were, what became of them and what was noted of them. If you object, nothing about your "
                    "calls is passed on to it, other than that your data was deleted here.",
                ),
            ),
            dpv=("dpv:CustomerRelationshipManagement",),
            data=("pd:CallLog",),
            kept="as the organisation keeps it in its other software",
        ),
        PurposeDeclared(
            purpose=Purpose.MONITORING,
            title="Listening to calls, and coaching",
            concerns="user",
            basis=Basis.LEGITIMATE_INTERESTS,
            texts=(
                Text(
                    1,
                    "Supervisors may listen to your calls while they go on, speak to you alone or to all, to coach "
                    "you and to keep the quality of calls. If you object, nobody can.",
                ),
            ),
            dpv=("dpv:HumanResourceManagement",),
            data=("pd:Communication",),
            kept="not at all: the sound is heard, and not stored",
        ),
        PurposeDeclared(
            purpose=Purpose.INDIVIDUAL_STATISTICS,
            title="Statistics on individuals",
            concerns="user",
            basis=Basis.LEGITIMATE_INTERESTS,
            texts=(
                Text(
                    1,
                    "Reports show figures of your work by your name: how many calls you took, how long they were, and "
                    "how long you were signed in. If you object, your work is counted in totals alone.",
                ),
            ),
            dpv=("dpv:HumanResourceManagement", "dpv:InternalResourceOptimisation"),
            data=("pd:PerformanceAtWork",),
            kept="as long as the records of the calls",
        ),
        PurposeDeclared(
            purpose=Purpose.TELEMETRY,
            title="Crash reports",
            concerns="user",
            basis=Basis.CONSENT,
            texts=(
                Text(
                    1,
                    "If the app fails, you can send a report of the failure to whoever runs this installation, so that "
                    "it can be fixed: the app's version, your browser and its version, the screen, and the place in "
                    "the program. It has no names, phone numbers, addresses or ids, and is stored without you and "
                    "your organisation. You see each report before you send it; nothing is sent by itself. Whoever "
                    "runs this installation may pass it on to a service for such reports.",
                ),
            ),
            dpv=("dpv:TechnicalServiceProvision",),
            data=("pd:DeviceSoftware",),
            kept="30 days after the failure was last reported",
            opt_in=True,
        ),
        PurposeDeclared(
            purpose=Purpose.NOTIFICATIONS,
            title="Reminders by e-mail",
            concerns="user",
            basis=Basis.LEGITIMATE_INTERESTS,
            texts=(
                Text(
                    1,
                    "You are sent e-mails that remind you of work which the app shows as well: that a request of "
                    "somebody under their rights is near its deadline, that calls of your organisation will be deleted "
                    "for the first time, and that a processor has not answered an erasure. If you object, you are sent "
                    "none of them. E-mails about the security of your account and of data, about changes of the "
                    "privacy policy and about the closing of your organisation are sent all the same.",
                ),
            ),
            dpv=("dpv:CommunicationManagement",),
            data=("pd:EmailAddress",),
            kept="until the e-mail is sent",
        ),
    )
}


def of(concerns: Concerns) -> list[PurposeDeclared]:
    return [one for one in PURPOSES.values() if one.concerns == concerns]
