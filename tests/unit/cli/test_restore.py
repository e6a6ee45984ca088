"""What a restore says at its end: what is there, what is not, and how to start it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from call24.backup.keys import BackupKey
from call24.backup.restoring import Restored
from call24.cli.restore import missing, told, up_command
from call24.kit.settings import Settings

AT = datetime(2026, 11, 30, 6, 55, tzinfo=UTC)
KEY = BackupKey(name="2026-11-30T06-55-00Z-ab12", instant=AT, expires_at=AT + timedelta(30), about={})


def test_what_is_not_known_of_erasures_is_said() -> None:
    done = Restored(KEY, Settings(data=Path("/srv/call24")), documents={"calls": (1200, 0), "users": (3, 0)}, files=7)
    said = "\n".join(told(done))
    assert "is the installation of 2026-11-30 06:55:00 UTC: 1,203 documents, 7 files" in said
    assert "There is no register of erasures beside the backups: whoever was erased after the backup is there" in said
    done.register_of, done.erased_since, done.last_call_at = AT + timedelta(hours=2), 4, AT - timedelta(minutes=1)
    said = "\n".join(told(done))
    assert "of 2026-11-30 08:55:00 UTC and has 4 of after the backup" in said
    assert "The newest call that is over ended: 2026-11-30 06:54:00 UTC" in said


def test_the_command_to_start_it_has_the_settings_that_are_not_usual() -> None:
    settings = Settings(data=Path("/srv/a b"), http_port=9000, rtp_ports=(30000, 30999), trunks_private=True)
    assert up_command(settings) == (
        "./call24 up --data '/srv/a b' --http-port 9000 --rtp-ports 30000-30999 --trunks-private"
    )


def test_why_a_store_of_files_is_not_taken_over_is_said_in_one_line() -> None:
    done = Restored(KEY, Settings(data=Path("/srv/call24")), not_here=["--files-store s3://b", "--tls-cert /missing"])
    certificate, store = missing(done)
    assert certificate == "not in the backup, and not here: --tls-cert /missing. Give it to `up` if it is needed"
    assert store.startswith("not taken over: --files-store s3://b. Files in that store cannot be downloaded here. ")
    assert "only if the installation of the backup never runs again" in store and "--files-store" not in told(done)[-1]
