"""docs/asvs.csv answers every requirement of OWASP ASVS 5.0 of levels 1 and 2; what it names as proof exists.

Below it are the proofs that lie in the source itself.
"""

from __future__ import annotations

import ast
import asyncio
import csv
import re
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.long_forms import long_forms
from tests.support.source_trees import nodes as tree_nodes
from tests.support.wait import wait_until

from call24.identity.passwords import Passwords
from call24.identity.rules import PASSWORD_MAX, PASSWORD_MIN, check_password
from call24.kit.errors import Invalid

CHECKOUT = Path(__file__).resolve().parents[3]
SOURCE = sorted((CHECKOUT / "src" / "call24").rglob("*.py"))
APP = sorted(file for kind in ("*.ts", "*.svelte", "*.js") for file in (CHECKOUT / "web" / "src").rglob(kind))
# Section -> the level of each of its requirements, in their order. Source: OWASP ASVS 5.0.0.
LEVELS = """
1.1 22|1.2 1111122223|1.3 112222222223|1.4 222|1.5 123|2.1 122|2.2 112|2.3 12223|2.4 23|3.1 3|3.2 113|3.3 12223
3.4 11222233|3.5 11122333|3.6 3|3.7 22333|4.1 12233|4.2 23333|4.3 22|4.4 1222|5.1 2|5.2 112333|5.3 113|5.4 222
6.1 122|6.2 111111112222|6.3 11223333|6.4 112233|6.5 22222333|6.6 2223|6.7 33|6.8 2222|7.1 222|7.2 1111|7.3 22
7.4 11222|7.5 223|7.6 22|8.1 1233|8.2 1123|8.3 133|8.4 23|9.1 111|9.2 1222|10.1 22|10.2 223|10.3 22223
10.4 1111122222233333|10.5 22222|10.6 22|10.7 222|11.1 2233|11.2 22233|11.3 11233|11.4 1222|11.5 23|11.6 23
11.7 33|12.1 12233|12.2 11|12.3 22223|13.1 2333|13.2 222223|13.3 2233|13.4 1222233|14.1 22|14.2 12223333
14.3 122|15.1 12233|15.2 12233|15.3 1222222|15.4 3333|16.1 2|16.2 22222|16.3 2222|16.4 222|16.5 2223|17.1 23
17.2 22223333|17.3 22
"""


def rows() -> list[dict[str, str]]:
    with (CHECKOUT / "docs" / "asvs.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def required() -> dict[str, str]:
    sections = [one.split() for line in LEVELS.split("\n") if line for one in line.split("|")]
    every = {f"V{name}.{at}": level for name, levels in sections for at, level in enumerate(levels, 1)}
    return {id: level for id, level in every.items() if level != "3"}


def test_every_requirement_is_answered_once_and_no_cell_is_empty() -> None:
    answered = [(row["id"], row["level"]) for row in rows()]
    assert answered == list(required().items())
    assert len(answered) == 253
    for row in rows():
        assert all(value and value.strip() == value for value in row.values()), row
        assert row["answer"] in ("met", "not met", "not applicable"), row


def test_what_is_met_names_a_test_or_a_document_that_exists() -> None:
    for row in rows():
        proofs = row["shown by"].split("; ")
        if row["answer"] != "met":
            assert len(row["shown by"].split()) > 3, (row["id"], "why?")
            continue
        assert [proof for proof in proofs if not exists(proof)] == [], row["id"]


def test_what_is_met_is_not_shown_by_a_long_test_alone() -> None:
    """A test that no run of everything has is no proof of what is met today."""
    long = {f"{form.file.relative_to(CHECKOUT)}::{form.test}" for form in long_forms() if form.whole}
    assert [(row["id"], one) for row in rows() for one in row["shown by"].split("; ") if one in long] == []


def exists(proof: str) -> bool:
    path, _, name = proof.partition("::")
    file = CHECKOUT / path
    return file.is_file() and (
        not name or re.search(rf"^(async )?def {name}\(", file.read_text(), re.MULTILINE) is not None
    )


# --- proofs in the source ---


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """Calls and imports of the whole product, with the file that they are in."""
    kinds = (ast.Call, ast.Import, ast.ImportFrom)
    found: list[tuple[str, ast.AST]] = []
    for file in SOURCE:
        where = file.relative_to(CHECKOUT / "src" / "call24").as_posix()
        found += [(where, node) for node in tree_nodes(file) if isinstance(node, kinds)]
    return found


def imported() -> Iterator[tuple[str, str]]:
    for where, node in nodes():
        if isinstance(node, ast.Import):
            yield from ((where, one.name.partition(".")[0]) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield where, node.module.partition(".")[0]


def calls() -> Iterator[tuple[str, ast.Call]]:
    yield from ((where, node) for where, node in nodes() if isinstance(node, ast.Call))


EVALUATING = ("eval", "exec", "compile", "system", "popen")


def test_nothing_evaluates_text() -> None:
    last = [(where, call.func, getattr(call.func, "attr", getattr(call.func, "id", ""))) for where, call in calls()]
    named = [(where, ast.unparse(func)) for where, func, name in last if name in EVALUATING]
    assert [one for one in named if one[1] in ("eval", "exec", "compile", "os.system", "os.popen")] == []
    shells = [where for where, call in calls() for word in call.keywords if word.arg == "shell"]
    assert shells == []


def test_no_text_from_outside_is_a_format() -> None:
    """`str.format` on what is no constant: of texts that are constants of their module, or of files of ours, alone."""
    found = {where for where, call in calls() if isinstance(call.func, ast.Attribute) and call.func.attr == "format"}
    assert found <= {"notifications/email/templates.py", "notifications/email/figures.py", "cli/systemd_unit.py"}


def test_nothing_from_outside_is_unpickled() -> None:
    assert [one for one in imported() if one[1] in ("pickle", "marshal", "shelve", "dill", "yaml")] == []


def test_chance_is_of_the_operating_system() -> None:
    """`random` is for playing: callers of the demo, and calls of a staffing question."""
    assert {where.partition("/")[0] for where, name in imported() if name == "random"} <= {"demo", "staffing"}


def test_other_origins_are_let_read_answers_at_one_place_as_configured_and_never_with_cookies() -> None:
    told = [file for file in SOURCE if "access-control-allow" in file.read_text().lower()]
    # The one answer for everybody is a constant, of no organisation and no person.
    assert [file.name for file in told] == ["mobile_app.py"]
    assert told[0].read_text().count("Access-Control-Allow-Origin") == 1
    users = [line.strip() for line in told[0].read_text().splitlines() if "_FOR_EVERYBODY" in line][1:]
    assert users == ['return JSONResponse({"product": "call24"}, headers=_FOR_EVERYBODY)']
    [(where, made)] = [(where, call) for where, call in calls() if "CORS" in ast.unparse(call.func)]
    given = {one.arg: ast.unparse(one.value) for one in made.keywords}
    assert where.startswith("http/middleware/cross_origin.py") and "allow_origin_regex" not in given
    assert (given["allow_origins"], given["allow_credentials"]) == ("origins", "False")


def test_every_part_of_an_address_of_the_api_is_encoded() -> None:
    """`part` is encodeURIComponent; `verb` is one of the words of its type."""
    texts = [text for file in APP for text in re.findall(r"`(/(?:v1|broadcasting|sanctum)[^`]*)`", file.read_text())]
    parts = [part for text in texts for part in re.findall(r"\$\{(.*?)\}(?=[/?`]|$)", text)]
    safe = re.compile(
        r"part\(\w+\)|verb|query\.toString\(\)"
        r"|new URLSearchParams\((?:question|about|after\(cursor\)"
        r"|\{ \.\.\.about, \.\.\.after\(cursor\) \})\)\.toString\(\)"
    )
    assert len(parts) > 20
    assert [part for part in parts if not safe.fullmatch(part)] == []
    assert "const part = encodeURIComponent" in (CHECKOUT / "web" / "src" / "links" / "api.ts").read_text()


def test_no_link_of_the_app_leads_where_a_stranger_says() -> None:
    """What is no constant: the server's own links of letters, the authenticator's address, places in the app."""
    links = {link for file in APP for link in re.findall(r"\bhref=\{([^}]*)\}", file.read_text())}
    assert links <= {
        "place.href", "section.href", "href", "profile.done.link", "security.fresh.uri",
        "back[0]", "step.href", "first.href", "missing.href", "line.href", "trouble.link",  # each begins with #/
        "mine.current.address", "policy.current.address", "stated.address",  # the server makes it: /policy/ and an id
        "stated.address.replace('/policy/', '/rights/')",
        "helpAddress(contact)",  # https, or telephone and e-mail: whatever it is, it begins with one of the three
        "one.link",  # of a record in a CRM: an administrator's address, http or https, with the id encoded
        "open === null ? '#/me' : '#/queues'", "chosen === null ? '#/me' : '#/webhooks'",
        "open === null ? '#/me' : '#/crm'",
        "open === null ? '#/administration' : router.searched('#/crm')", "inPlace ? '#/administration' : '#/me'",
        "chosen === null ? '#/administration' : router.searched('#/webhooks')", "router.searched('#/flows')",
        "open === null ? '#/contacts' : '#/contacts/import'",
    }, links  # fmt: skip
    gone = [
        line
        for file in APP
        for line in file.read_text().splitlines()
        if re.search(r"window\.open|location\.(assign|href =|replace)", line)
    ]
    assert len(gone) <= 1, gone  # to the organisation's sign-in provider, whose address is https by rule


def test_no_name_from_outside_becomes_a_property_of_an_object() -> None:
    """Prototypes cannot be polluted: what is keyed by names from outside is in a Map or a Set."""
    written = re.compile(r"(\w+)\[(?!['\"\d])([\w.]+)\] = ")
    found = {one for file in APP for one in written.findall(file.read_text())}
    ours = {("form", "name")}  # fields of a form, named in the code
    counted = {("values", "i"), ("out", "b"), ("seen", "next"), ("seen", "start"), ("found", "n"), ("places", "number")}
    assert found <= counted | {("sums", "span.kind")} | ours, found  # of a wave, a picture and a PDF by number; kinds
    assert [
        file for file in APP if "__proto__" in file.read_text() or "Object.setPrototypeOf" in file.read_text()
    ] == []


def test_the_app_shows_no_text_as_html() -> None:
    unsafe = re.compile(r"\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    assert [file for file in APP if unsafe.search(file.read_text())] == []


def test_password_fields_are_masked_and_may_be_filled() -> None:
    """Each field for a password has that type and a hint for password managers; nothing stops pasting."""
    fields = [tag for file in APP for tag in re.findall(r"<(?:Field|input)\b[^>]*>", file.read_text(), re.DOTALL)]
    secret = [tag for tag in fields if re.search(r"bind:value=\{[^}]*assword", tag)]
    assert len(secret) >= 4
    assert [tag for tag in secret if 'type="password"' not in tag or "-password" not in tag] == []
    assert [file for file in APP if "onpaste" in file.read_text() or "on:paste" in file.read_text()] == []


@pytest.mark.parametrize(
    "password", ["0b0d0f0h0j"[:PASSWORD_MIN], " " * 12, "ünïcödé wörds", "🔑" * 16, "x" * 64, "y" * PASSWORD_MAX]
)
def test_passwords_have_a_length_and_no_rule_of_composition(password: str) -> None:
    check_password(password)
    with pytest.raises(Invalid):
        check_password(password[:7])


async def test_a_password_is_checked_as_it_was_given_and_kept_as_argon2id() -> None:
    passwords, given = Passwords(), "  Correct Horse " + "x" * 60
    kept = await passwords.hash(given)
    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", kept)
    assert await passwords.matches(given, kept)
    for other in (given.strip(), given.lower(), given[:-1], given[:64]):
        assert not await passwords.matches(other, kept)


async def test_of_many_passwords_two_are_calculated_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """19 MiB each: whoever signs in a hundred times at once takes no more than two of them."""
    passwords, inside, most, enough = Passwords(), 0, 0, threading.Event()
    counting = threading.Lock()

    def slow(*_: Any) -> bytes:
        nonlocal inside, most
        with counting:
            inside += 1
            most = max(most, inside)
        enough.wait(10)
        with counting:
            inside -= 1
        return b"hash"

    monkeypatch.setattr(passwords, "_argon2", SimpleNamespace(hash=slow, verify=slow))
    monkeypatch.setattr("call24.identity.passwords.hash_secret_raw", slow)
    asked = [
        asyncio.gather(passwords.hash("a"), passwords.matches("a", "kept"), passwords.marks(["a", "b"], b"salt"))
        for _ in range(4)
    ]
    await wait_until(lambda: most >= 2)
    await asyncio.gather(*(asyncio.to_thread(str) for _ in range(8)))  # behind whatever had gone to a thread by now
    enough.set()
    await asyncio.gather(*asked)
    assert (most, inside) == (2, 0)


def test_the_inventory_of_keys_names_each_that_is_derived_or_seals() -> None:
    """`key.derive("purpose")` and `SecretBox(key, "purpose")` anywhere in the product."""
    told = (CHECKOUT / "docs" / "protection.md").read_text()
    named = [(ast.unparse(call.func), call.args[-1]) for _, call in calls() if call.args]
    purposes = {
        word.value
        for name, word in named
        if (name == "SecretBox" or name.endswith(".derive"))
        and isinstance(word, ast.Constant)
        and isinstance(word.value, str)
    }
    assert len(purposes) > 12
    assert [one for one in purposes if f"`{one}`" not in told] == []


def test_certificates_of_others_are_checked_but_by_this_machines_own_tools() -> None:
    """Who looks whether a port of this machine answers, and the doctor's phone, may take any certificate; and who
    says in words what is wrong with one reads it after it was refused, sends nothing and decides nothing."""
    loose = re.compile(
        r"CERT_NONE|check_hostname\s*=\s*False|verify\s*=\s*False|ssl\s*=\s*False|tlsAllow|validate_certs"
    )
    found = {
        file.relative_to(CHECKOUT / "src" / "call24").as_posix() for file in SOURCE if loose.search(file.read_text())
    }
    found.remove("asterisk/carrier_certificates.py")
    assert {one.partition("/")[0] for one in found} <= {"doctor", "installer", "testphones"}, found
