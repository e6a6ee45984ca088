"""The words of the glossary's "not" column name no file and no class, and are in no text that people read.

Those texts are the documentation, docstrings of the source, the help of the command line, the doctor's findings, log
messages and the app.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.support.source_trees import nodes, tree

CHECKOUT = Path(__file__).resolve().parents[3]
OF_THE_POLICY = "docs/reference/data-map.md"
"""Its words are in the privacy policy too, and change with a version of that alone."""
ALSO_ENGLISH = {"done once", "third", "listening", "regular", "letter", "ability"}
"""Ordinary words too ("the third line"): held in names alone."""


def rows() -> list[tuple[str, str]]:
    """(the term, a word not to be used for it)."""
    lines = [line.split("|") for line in (CHECKOUT / "docs" / "glossary.md").read_text().splitlines()]
    return [(cells[1], word.strip()) for cells in lines if len(cells) == 5 for word in cells[3].split(",")]


BANNED = sorted({word for _, word in rows() if word and word != "not" and not word.startswith("---")})


@cache
def pattern(banned: str) -> re.Pattern[str]:
    words = re.escape(banned.removesuffix("y")).replace(r"\ ", r"\s+") + ("(?:y|ies)" if banned.endswith("y") else "s?")
    return re.compile(rf"\b{words}\b", re.IGNORECASE)


def mentions(text: str, banned: str) -> bool:
    return pattern(banned).search(text) is not None


def begins(banned: str) -> set[str]:
    """The words that it can begin with."""
    [first, *rest] = re.findall(r"\w+", banned.lower())
    return {first} if rest else {first, f"{first}s", f"{first.removesuffix('y')}ies"}


BEGINS = {banned: begins(banned) for banned in BANNED}


def mentioned(text: str) -> list[str]:
    """Those in a text. Of the texts of the whole repository few have the word that one begins with."""
    there = set(re.findall(r"\w+", text.lower()))
    return [banned for banned in BANNED if not there.isdisjoint(BEGINS[banned]) and mentions(text, banned)]


def prose(document: Path) -> str:
    """Without code, the targets of links, and the table of the glossary itself."""
    text = re.sub(r"```.*?```|`[^`]*`", "", document.read_text(), flags=re.DOTALL)
    return re.sub(r"\]\([^)]*\)", "]", text)


def words_of(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_.\-/]", " ", name)


def documents() -> list[Path]:
    pages = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")]
    names = {str(page.relative_to(CHECKOUT)): page for page in pages}
    return [names[name] for name in sorted(names) if name not in (OF_THE_POLICY, "docs/glossary.md")]


def test_the_glossary_lists_words_to_avoid() -> None:
    assert {"fence", "letter", "second proof", "stranger"} <= set(BANNED)
    assert set(BANNED) >= ALSO_ENGLISH


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_documents_use_the_terms_of_the_glossary(document: Path) -> None:
    assert [word for word in mentioned(prose(document)) if word not in ALSO_ENGLISH] == []


def docstrings(module: Path) -> Iterator[str]:
    """Also those of attributes. Without code."""
    for node in nodes(module):
        for statement in body if isinstance(body := getattr(node, "body", None), list) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                yield re.sub(r"`[^`]*`", "", str(statement.value.value))


def test_docstrings_use_the_terms_of_the_glossary() -> None:
    found = {module: list(docstrings(module)) for module in modules("src/call24")}
    assert sum(map(len, found.values())) > 5000
    assert [(module.name, words) for module in found for text in found[module] if (words := banned_in(text))] == []


def test_files_are_named_by_the_terms_of_the_glossary() -> None:
    roots = [CHECKOUT / "src", CHECKOUT / "docs", CHECKOUT / "web" / "src"]
    files = [
        path.relative_to(CHECKOUT) for root in roots for path in root.rglob("*") if "__pycache__" not in path.parts
    ]
    found = [(str(path), word) for path in files for word in mentioned(words_of(path.name))]
    assert found == []


def test_classes_are_named_by_the_terms_of_the_glossary() -> None:
    found = []
    for module in sorted((CHECKOUT / "src").rglob("*.py")):
        for node in nodes(module):
            if isinstance(node, ast.ClassDef):
                found += [(node.name, word) for word in mentioned(words_of(node.name))]
    assert found == []


COMMAND_LINE = (
    "call24",
    "src/call24/cli",
    "src/call24/installer",
    "src/call24/kit/settings.py",
    "src/call24/kit/settings_rules.py",
)
DOCTOR = ("src/call24/doctor",)


def modules(*places: str) -> list[Path]:
    paths = [CHECKOUT / place for place in places]
    return [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]


def texts(within: ast.AST) -> list[str]:
    """The strings in it, without docstrings: a text with values in it is joined to one."""
    parts = tuple(ast.walk(within))
    inside = {id(part) for node in parts if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    statements = {id(node.value) for node in parts if isinstance(node, ast.Expr)}
    found = []
    for node in parts:
        if isinstance(node, ast.JoinedStr):
            said = (part.value for part in node.values if isinstance(part, ast.Constant))
            found.append(" ".join(str(one) for one in said))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | statements:
            found.append(node.value)
    return found


def banned_in(text: str) -> list[str]:
    text = re.sub(r"https?://\S+", "", text)
    return [word for word in mentioned(text) if word not in ALSO_ENGLISH]


@pytest.mark.parametrize("module", modules(*COMMAND_LINE, *DOCTOR), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_the_command_line_and_the_doctor_use_the_terms_of_the_glossary(module: Path) -> None:
    found = [text for text in texts(tree(module)) if " " in text]
    assert [(text, words) for text in found if (words := banned_in(text))] == []


def log_messages(module: Path) -> list[str]:
    """The messages of its calls of a logger."""
    calls = [node for node in nodes(module) if isinstance(node, ast.Call)]
    levels = {"debug", "info", "warning", "error", "exception", "critical", "log"}
    logged = [one for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr in levels]
    return [text for one in logged if "log" in ast.unparse(one.func) for part in one.args for text in texts(part)]


def test_log_messages_use_the_terms_of_the_glossary() -> None:
    messages = {module: log_messages(module) for module in modules("src/call24")}
    assert sum(len(found) for found in messages.values()) > 100
    found = [(module.name, text, banned_in(text)) for module in messages for text in messages[module]]
    assert [one for one in found if one[2]] == []


def app_texts(file: Path) -> list[str]:
    """Its strings with a space in them, and in a component what stands between tags; without comments."""
    source = re.sub(r"<!--.*?-->|/\*.*?\*/|(?m:^\s*//.*$)", "", file.read_text(), flags=re.DOTALL)
    strings = re.findall(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`]*`", source)
    between = re.findall(r"[>}]([^<>{}]*)[<{]", source) if file.suffix == ".svelte" else []
    return [re.sub(r"\s+", " ", text) for text in (*strings, *between) if " " in text.strip()]


def test_the_app_uses_the_terms_of_the_glossary() -> None:
    files = [file for file in sorted((CHECKOUT / "web" / "src").rglob("*.*")) if file.suffix in {".ts", ".svelte"}]
    shown = {file: app_texts(file) for file in files if file.name != "api-types.ts"}
    assert sum(len(found) for found in shown.values()) > 1000
    found = [(file.name, text, words) for file in shown for text in shown[file] if (words := banned_in(text))]
    assert found == []


def test_the_consult_party_is_named_so_in_the_code() -> None:
    """`third` is what it is called in events, codes and answers alone."""
    published = {("live/answers.py", "third")}
    found = set()
    for module in modules("src/call24"):
        text, place = module.read_text(), str(module.relative_to(CHECKOUT / "src" / "call24"))
        for node in nodes(module) if "third" in text.lower() else ():
            names = [getattr(node, part, None) for part in ("name", "id", "attr", "arg")]
            asked = [name for name in names if isinstance(name, str) and "third" in name.lower()]
            found |= {(place, name) for name in asked if "third" in words_of(name).split()}
    assert found - published == set()
