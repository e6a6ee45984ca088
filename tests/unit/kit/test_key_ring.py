"""The app key is replaced: what it sealed opens until it is sealed anew, and what cannot change does not."""

from __future__ import annotations

import ast
import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

import call24
from call24.data_map import document_of, documents, structs_in
from call24.kit.encryption import SealedBytes, SecretBox
from call24.kit.key_ring import FILE, FORMER, KEPT, KeyRing
from call24.kit.key_ring_file import change, replace_root
from call24.kit.secrets import AppKey
from call24.server.rooms import SEALED


def test_a_replaced_key_opens_what_it_sealed_until_it_is_destroyed(tmp_path: Path) -> None:
    before = AppKey.load(tmp_path)
    sealed = SecretBox(before, "trunk passwords").seal("secret", "trk_1")
    assert replace_root(tmp_path)
    after = AppKey.load(tmp_path)
    assert after.has_earlier and after.derive("trunk passwords") != before.derive("trunk passwords")
    assert SecretBox(after, "trunk passwords").open(sealed, "trk_1") == "secret"
    box = SealedBytes(after, "trunk passwords")
    assert box.anew(sealed, b"trk_2") is None, "it is bound to its place"
    anew = box.anew(sealed, b"trk_1")
    assert anew not in (None, sealed) and box.anew(anew, b"trk_1") == anew
    change(tmp_path, lambda ring: ring.looked(over=True))
    last = SecretBox(AppKey.load(tmp_path), "trunk passwords")
    assert (last.open(sealed, "trk_1"), last.open(anew, "trk_1")) == (None, "secret")
    root = (tmp_path / "secrets" / FILE).read_text()
    assert before.derive("trunk passwords").hex() not in root and not json.loads(root)["earlier"]
    assert (tmp_path / "secrets" / FILE).stat().st_mode & 0o777 == 0o600


def test_what_cannot_change_stays_over_two_rotations_and_each_sign_in_keeps_its_own(tmp_path: Path) -> None:
    keys = [AppKey.load(tmp_path)]
    for _ in range(2):
        assert replace_root(tmp_path)
        change(tmp_path, lambda ring: ring.looked(over=True))
        keys.append(AppKey.load(tmp_path))
    assert [key.generation for key in keys] == [0, 1, 2]
    for purpose in KEPT:
        assert len({key.derive(purpose) for key in keys}) == 1, purpose
    assert len({key.derive("sip") for key in keys}) == 3
    last = keys[-1]
    assert [last.of_generation("sip", number) for number in range(3)] == [key.derive("sip") for key in keys]
    link = SecretBox(keys[0], "unsubscribe").seal("who", "unsubscribe")
    assert SecretBox(last, "unsubscribe").open(link, "unsubscribe") == "who"


def test_a_rotation_that_was_killed_between_its_two_files_changed_nothing_and_is_carried_on(tmp_path: Path) -> None:
    before = AppKey.load(tmp_path)
    root = tmp_path / "secrets" / "app.key"
    old = root.read_text()
    assert replace_root(tmp_path)
    root.write_text(old)  # the ring is there, and the new key is not
    cut = AppKey.load(tmp_path)
    assert (cut.generation, cut.has_earlier) == (0, False)
    assert cut.of_generation("sip", 0) == before.derive("sip") == cut.derive("sip")
    assert replace_root(tmp_path) and root.read_text() != old
    after = AppKey.load(tmp_path)
    assert (after.generation, after.has_earlier) == (1, True)
    assert after.of_generation("sip", 0) == before.derive("sip") != after.derive("sip")
    assert not replace_root(tmp_path), "one rotation after the other"


def test_a_damaged_ring_is_refused(tmp_path: Path) -> None:
    AppKey.load(tmp_path)
    for text in ("", "[]", "{}", json.dumps({"generation": 1}), KeyRing(earlier=("ab",)).text()):
        (tmp_path / "secrets" / FILE).write_text(text)
        with pytest.raises(ValueError, match="damaged"):
            AppKey.load(tmp_path)


def test_a_full_disk_leaves_no_root_behind_and_nor_does_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    AppKey.load(tmp_path)
    secrets = tmp_path / "secrets"
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", no_room)
        with pytest.raises(OSError, match="No space"):
            replace_root(tmp_path)
    assert [file.name for file in secrets.iterdir()] == ["app.key"]
    for name in ("app.key.99.abcd", f"{FILE}.99.abcd", "mongodb.next"):  # killed before its rename
        (secrets / name).write_text("a root that is to be destroyed")
    assert replace_root(tmp_path)
    assert {file.name for file in secrets.iterdir()} == {"app.key", FILE, "mongodb.next"}


def no_room(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_the_disk_keeps_each_file_before_the_next_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced, sync = list[tuple[str, list[str]]](), os.fsync
    secrets = tmp_path / "secrets"

    def noted(descriptor: int) -> None:
        if (place := Path(f"/proc/self/fd/{descriptor}").readlink()) == secrets:
            synced.append((place.name, sorted(file.name for file in secrets.iterdir() if file.name.count(".") == 1)))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    AppKey.load(tmp_path)
    assert synced == [("secrets", ["app.key"])]
    assert replace_root(tmp_path)
    assert synced[1:] == [("secrets", ["app.key", FILE])] * 2


TRANSIENT = {
    "audit": "its checkpoints are signed again at the start",
    "passkey challenges": "they last minutes",
    "realtime nodes": "processes know each other by it while they run",
    "realtime secret": "open sockets subscribe again",
    "retention plan": "a plan that was shown is shown again",
}
"""Purposes of which nothing is left to open when the root is replaced, and why."""
SOURCE = Path(call24.__file__).parent
BY_ANOTHER = {
    "kit/encryption.py": "told by who makes the box",
    "kit/secrets.py": "told by who asks for the key",
    "recordings/keys.py": "told by who makes the keys",
    "server/resealing.py": "that of the declaration",
    "recordings/encrypted_file.py": "derived from an organisation's key",
    "files/sealed_file.py": "derived from an organisation's key",
    "web_push/encoding.py": "derived from what the browser told",
    "backup/keys.py": "derived from a passphrase",
}
"""Where no purpose is written."""
ASKS = ("SecretBox", "SealedBytes", "derive", "earlier", "of_generation", "RecordingKeys")


def test_what_becomes_of_each_derived_key_is_declared() -> None:
    used = {purpose for file in SOURCE.rglob("*.py") for purpose in purposes_of(file)}
    sealed = {one.purpose for one in SEALED}
    assert used == sealed | KEPT.keys() | set(FORMER) | TRANSIENT.keys()
    assert len(used) == len(sealed) + len(KEPT) + len(FORMER) + len(TRANSIENT), "each once"


def purposes_of(file: Path) -> Iterator[str]:
    """What keys are asked for in this module, by words or by a constant of it."""
    text = file.read_text()
    if not any(f"{name}(" in text for name in ASKS):  # parsing all takes seconds
        return
    tree = ast.parse(text)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        for told in purposes_told(node):
            if isinstance(told, ast.Constant) and isinstance(told.value, str):
                yield told.value
            elif isinstance(told, ast.Name) and isinstance(constants.get(told.id), str):
                yield str(constants[told.id])
            else:
                assert str(file.relative_to(SOURCE)) in BY_ANOTHER, f"{file}:{node.lineno} {ast.unparse(told)}"


def purposes_told(call: ast.Call) -> list[ast.expr]:
    """The arguments of this call that name a purpose."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in ASKS[:2] and len(call.args) == 2:
        return [call.args[1]]
    if name in ASKS[2:5] and call.args:
        return [call.args[0]]
    if name == ASKS[5]:
        return [one.value for one in call.keywords if one.arg == "purpose"] or [ast.Constant("recording keys")]
    return []


NOT_SEALED = {
    ("passkeys", "public_key"),
    ("brand_logos", "dark"),
    ("brand_logos", "light"),
    ("pictures", "webp"),
    ("person_pictures", "jpeg"),
    ("call_records", "row"),
    ("files", "tail"),
    ("realtime_messages", "body"),
}
"""Bytes that are something else: public keys, pictures, packed rows, what the organisation's own key has sealed."""


def test_all_bytes_that_are_sealed_are_declared_by_their_room() -> None:
    declared = {(document_of(one.kind).collection, one.field) for one in SEALED}
    found = {(one.collection, path) for one in documents() for path in _bytes(one.struct)}
    assert found - NOT_SEALED == declared - {("recording_keys", "wrapped"), ("file_keys", "wrapped")}


def _bytes(struct: type[msgspec.Struct], before: str = "") -> Iterator[str]:
    for name, hint in get_type_hints(struct).items():
        if bytes in (hint, *get_args(hint)):
            yield f"{before}{name}"
        for inner in structs_in(hint):
            yield from _bytes(inner, f"{before}{name}.")


def test_a_copy_of_the_new_app_key_without_what_stayed_shows_another_proof(tmp_path: Path) -> None:
    first = AppKey.load(tmp_path)
    assert first.node_proof() == first.derive("realtime nodes").hex(), "as versions before it show it"
    assert replace_root(tmp_path)
    root = bytes.fromhex((tmp_path / "secrets" / "app.key").read_text())
    both = AppKey.load(tmp_path)
    assert both.node_proof() == AppKey(root, KeyRing.load(tmp_path)).node_proof()
    assert len({first.node_proof(), both.node_proof(), AppKey(root).node_proof()}) == 3
