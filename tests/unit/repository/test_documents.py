"""Documents stay true: links lead somewhere, files that are named exist, each room and each decision has its page."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from call24.call_records.model import Outcome

CHECKOUT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")])
FOLDERS = (CHECKOUT, CHECKOUT / "src" / "call24", CHECKOUT / "web" / "src")
OF_AN_INSTALLATION = (
    ".venv/",
    ".call24/",
    "tls/",
    "log/",
    "run/",
    "mongodb/",
    "asterisk/var/",
    "audit/lines.jsonl",
    "audit/checkpoints.json",
)
PATH = re.compile(r"`((?:[a-z0-9_.-]+/)+(?:[A-Za-z0-9_.-]+\.[a-z]{2,5})?)`")
FILE = re.compile(r"`([a-z0-9_]+\.(?:py|ts|svelte))`")
MODULE = re.compile(r"(?<![\w.])[a-z_0-9]+\.py\b")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def name(document: Path) -> str:
    return str(document.relative_to(CHECKOUT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = [target for target in LINK.findall(document.read_text()) if "://" not in target]
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_files_that_are_named_exist(document: Path) -> None:
    named = [path for path in PATH.findall(document.read_text()) if not path.startswith(OF_AN_INSTALLATION)]
    assert [path for path in named if not any((folder / path).exists() for folder in FOLDERS)] == []


def test_files_that_are_named_without_their_folder_exist() -> None:
    places = ("src", "tests", "web/src", "docs", "bench", "clients", "ops")
    there = {
        path.name for place in places for path in (CHECKOUT / place).rglob("*.*") if "node_modules" not in path.parts
    }
    named = {(name(document), file) for document in DOCUMENTS for file in FILE.findall(document.read_text())}
    assert sorted((document, file) for document, file in named if file not in there) == []


def test_files_that_the_words_in_the_code_name_exist() -> None:
    """Docstrings, messages and comments of the product."""
    there = {
        path.name for place in ("src", "tests", "docs", "clients", "ops") for path in (CHECKOUT / place).rglob("*.py")
    }
    missing = []
    for source in sorted((CHECKOUT / "src" / "call24").rglob("*.py")):
        for text in words_of(source.read_text()):
            named = set(MODULE.findall(text)) - {"dns.py"}  # an example of a stray file
            missing += [(name(source), file) for file in sorted(named) if file not in there]
    assert missing == []


def words_of(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            yield token.string


def test_every_room_has_a_page_and_the_architecture_names_it() -> None:
    rooms = {path.parent.name for path in (CHECKOUT / "src" / "call24").glob("*/__init__.py")} - {"server", "cli"}
    pages = {path.stem for path in (CHECKOUT / "docs" / "rooms").glob("*.md")}
    assert pages == rooms
    architecture = (CHECKOUT / "docs" / "architecture.md").read_text()
    assert [room for room in rooms if f"(rooms/{room}.md)" not in architecture] == []


def test_every_decision_is_listed_and_has_its_four_parts() -> None:
    index = (CHECKOUT / "docs" / "adr" / "README.md").read_text()
    decisions = sorted((CHECKOUT / "docs" / "adr").glob("0*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert len(numbers) == len(set(numbers)), "two decisions have one number"
    for path in decisions:
        text = path.read_text()
        assert f"]({path.name})" in index
        assert [
            part for part in ("Context", "Decision", "Consequences", "Alternatives") if f"**{part}.**" not in text
        ] == []


def test_every_test_that_is_named_as_a_proof_exists() -> None:
    named = re.findall(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`", (CHECKOUT / "docs" / "races.md").read_text())
    assert len(named) > 30
    assert [(file, test) for file, test in named if f"def {test}(" not in (CHECKOUT / file).read_text()] == []


def test_the_documented_outcomes_are_those_that_a_call_can_have() -> None:
    """``open`` is none: the call goes on."""
    page = (CHECKOUT / "docs" / "rooms" / "call_records.md").read_text()
    table = page.partition("| of | outcomes |")[2].partition("\n\n")[0]
    cells = [line.split("|")[2] for line in table.splitlines()[2:]]
    told = {word.strip() for cell in cells for word in re.sub(r"\([^)]*\)", "", cell).split(",")}
    assert told == {outcome.value for outcome in Outcome} - {Outcome.OPEN}
