"""`./call24 backup` with a bucket of Debian's Swift, as an operator runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.object_stores import KEY_ID, REGION, SECRET
from tests.support.product.backups import OperatorHere

from call24.backup.s3_client import Bucket
from call24.backup.store_file import read
from call24.kit.settings import Settings


class BucketOperator(OperatorHere):
    """Has a bucket of its own at the store on `port`, and a folder for keys at `folder`."""

    def __init__(self, folder: Path, port: int, name: str) -> None:
        super().__init__(folder)
        self.keys = folder / "keys"
        self.place = f"s3://{name}/call24"
        self.store_file = folder / "store-file"
        self.says(port, SECRET)
        Bucket(*read(f"s3://{name}", self.store_file)).ask("PUT", None)
        self.beside = Bucket(*read(self.place, self.store_file))

    def says(self, port: int, secret: str, key_id: str = KEY_ID) -> None:
        self.store_file.write_text(
            f"access_key_id = {key_id}\nsecret_access_key = {secret}\nregion = {REGION}\n"
            f"endpoint = http://127.0.0.1:{port}\n"
        )

    @property
    def at(self) -> tuple[str, ...]:
        return "--keys", str(self.keys), "--store-file", str(self.store_file)

    def asks(self, act: str, *more: str) -> subprocess.CompletedProcess[str]:
        return self.tried("backup", act, "--to", self.place, *self.at, *more)

    def makes(self, settings: Settings, *more: str) -> subprocess.CompletedProcess[str]:
        return self.asks("make", "--data", str(settings.data), *self.opens, *more)

    def making(self, settings: Settings, *more: str) -> subprocess.Popen[bytes]:
        """In a process of its own, which can be killed."""
        words = ["backup", "make", self.place, *self.at, "--data", str(settings.data), *self.opens, *more]
        return subprocess.Popen([sys.executable, "-m", "call24.cli", *words])

    def restores_from_there(self, settings: Settings) -> subprocess.CompletedProcess[str]:
        port = f"--mongodb-port={settings.mongodb_port}"
        words = ("restore", "--from", self.place, *self.at, "--data", str(settings.data), *self.opens, port)
        return self.tried(*words)

    def objects(self) -> dict[str, int]:
        return {one.key: one.size for one in self.beside.listed("objects/")}
