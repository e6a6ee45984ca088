"""Writes what the server says of fields where the app reads it: `.venv/bin/python clients/field_texts.py`.

Answers say what is wrong with a field in English (`errors[].message`, RFC 9457). Their sentences are read from the
server's source, as patterns whose gaps are what is inserted there, and become texts of the app, which translates them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from call24.http.field_messages import MESSAGES
from call24.installer import web

SOURCE = Path(__file__).resolve().parents[1] / "src" / "call24"
TEXTS = web.WEB / "src" / "kit" / "field_texts.ts"
GAP = "\0"
_NOT_SAID = ("cli", "demo", "doctor", "installer", "testphones", "crm/conformance", "server/metric_sources")
"""Folders of which nothing is answered."""
_OTHERS = frozenset({"see the store's own log", f"give --files-store-region {GAP}"})
"""Of the server's own log and command line."""
_WORDS = re.compile(r"[A-Za-z]\w* |\b (?:days|MB|characters|seconds)|^days are", re.S)
_FEW = 5
"""Letters: in the gaps of a sentence with fewer stand single words, or it would be found in many others."""
_SAYS = re.compile(r"\berrors=|\btuple\[str, str\]|\bUnusablePicture\(")
_HEAD = """/**
 * What the server says of fields: patterns of its sentences, and each as a text of the app. The longest come first.
 * Made from the server's source by clients/field_texts.py: do not edit.
 */
/* eslint-disable */
type Text = readonly [pattern: RegExp, text: (gaps: readonly string[]) => string]
export const FIELD_TEXTS: readonly Text[] = [
"""


def text() -> str:
    """The file as it should be."""
    every = sorted(sentences(), key=lambda one: (-len(one.replace(GAP, "")), one))
    return _HEAD + "".join(f"  [/^{_pattern(one)}$/s, {_said(one)}],\n" for one in every) + "]\n"


@cache
def sentences() -> frozenset[str]:
    """Each with GAP where something is inserted."""
    found = {re.sub(r"\{\w+\}", GAP, one) for one in MESSAGES.values()} | {"is not valid"}
    for path in sorted(SOURCE.rglob("*.py")):
        if not str(path.relative_to(SOURCE)).startswith(_NOT_SAID) and _SAYS.search(source := path.read_text()):
            found |= set(_Module(ast.parse(source)).sentences())
    return frozenset(one for one in found if _WORDS.search(one.replace(GAP, "")) and one not in _OTHERS)


class _Module:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]

    def sentences(self) -> Iterator[str]:
        """Of pairs of a place and a sentence, in what is told as errors; and why a picture cannot be used."""
        for node, within in self._nodes(self._tree, None):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "UnusablePicture" and node.args:
                yield from self._of(node.args[0], within)
            if isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_place(node.elts[0]):
                yield from self._of(node.elts[1], within)

    def _nodes(self, node: ast.AST, within: ast.AST | None) -> Iterator[tuple[ast.AST, ast.AST | None]]:
        for child in ast.iter_child_nodes(node):
            yield child, within
            function = child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else within
            yield from self._nodes(child, function)

    def _of(self, node: ast.expr, within: ast.AST | None) -> Iterator[str]:
        match node:
            case ast.Constant(value=str(said)):
                yield said
            case ast.JoinedStr(values=parts):
                yield "".join(str(one.value) if isinstance(one, ast.Constant) else GAP for one in parts)
            case ast.IfExp():
                yield from self._of(node.body, within)
                yield from self._of(node.orelse, within)
            case ast.BinOp(op=ast.Add()):
                left, right = list(self._of(node.left, within)) or [GAP], list(self._of(node.right, within)) or [GAP]
                yield from (one + other for one in left for other in right)
            case ast.Name(id=name):
                yield from self._named(name, within)

    def _named(self, name: str, within: ast.AST | None) -> Iterator[str]:
        """What is assigned to a name, or given for it where it is a parameter."""
        for node in ast.walk(within or self._tree):
            if isinstance(node, ast.Assign) and any(
                isinstance(one, ast.Name) and one.id == name for one in node.targets
            ):
                yield from self._of(node.value, within)
        if within is not None and isinstance(within, ast.FunctionDef | ast.AsyncFunctionDef):
            given = [one.arg for one in (*within.args.posonlyargs, *within.args.args)]
            if name in given:
                yield from self._given(within.name, given.index(name) - (given[0] == "self"), name)
                return
        yield from (
            one
            for node in self._tree.body
            if isinstance(node, ast.Assign) and any(isinstance(at, ast.Name) and at.id == name for at in node.targets)
            for one in self._of(node.value, None)
        )

    def _given(self, function: str, at: int, name: str) -> Iterator[str]:
        for node, within in self._nodes(self._tree, None):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == function:
                named = [one.value for one in node.keywords if one.arg == name]
                for value in named or node.args[at : at + 1]:
                    yield from self._of(value, within)


def _is_place(node: ast.expr) -> bool:
    return not isinstance(node, ast.Constant) or bool(re.fullmatch(r"[a-z_0-9.]*", str(node.value)))


def _pattern(sentence: str) -> str:
    parts = [re.sub(r"[\\^$.*+?()\[\]{}|/]", r"\\\g<0>", one).replace("\n", "\\n") for one in sentence.split(GAP)]
    few = len(re.findall(r"[A-Za-z]", sentence.replace(GAP, ""))) < _FEW
    return (r"((?:\S+, )*\S+)" if few else "(.*)").join(parts)


def _said(sentence: str) -> str:
    parts = sentence.replace("\\", "\\\\").replace("`", "\\`").replace("$", "\\$").split(GAP)
    if len(parts) == 1:
        return f"() => /* @wc-include */ {_quoted(sentence)}"
    said = parts[0] + "".join(f"${{gaps[{n}]}}{one}" for n, one in enumerate(parts[1:]))
    return f"(gaps) => /* @wc-include */ `{said}`"


def _quoted(sentence: str) -> str:
    return "'" + sentence.replace("\\", "\\\\").replace("'", "\\'") + "'"


if __name__ == "__main__":
    TEXTS.write_text(text())
