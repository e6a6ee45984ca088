"""Writes what the server says in sentences where the app reads it: `.venv/bin/python clients/field_texts.py`.

Answers say in English what is wrong with a field (`errors[].message`, RFC 9457) or a flow, and what happened in calls.
These sentences are read from the server's source, as patterns whose gaps are what is inserted there, and become texts
of the app, which translates them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import get_args

from call24.call_records import timeline
from call24.engine.api import monitoring
from call24.flows import rules
from call24.http.field_messages import MESSAGES
from call24.installer import web

SOURCE = Path(__file__).resolve().parents[1] / "src" / "call24"
_APP = web.WEB / "src" / "kit"
GAP = "\0"
_NOT_SAID = ("backup", "cli", "demo", "doctor", "installer", "testphones", "crm/conformance", "server/metric_sources")
"""Folders of which nothing is answered."""
_OTHERS = frozenset({"see the store's own log", f"give --files-store-region {GAP}"})
"""Of the server's own log and command line."""
_WORDS = re.compile(r"[A-Za-z]\w* |\b (?:days|MB|characters|seconds)|^days are", re.S)
_FEW = 5
_SAYS = re.compile(r"\berrors=|\btuple\[str, str\]|\bUnusable\w+\(|\bDenied\(|\bmay_forward\(")
_TOLD_BY = (
    *("_afterwards", "_beginning", "_flow", "_waiting", "_mobile", "_dialling"),
    *("_talking", "_consult_party", "_supervision", "_recording", "_ending"),
)
"""Of call_records/timeline.py."""
_UNUSABLE = {"UnusablePicture": 0, "UnusableSound": 0}
_PROBLEMS = {"_at": 2, "_whole": 1}
"""Of flows/rules.py: which argument is the sentence."""
_HEAD = """/**
 * What the server says of {of}: patterns of its sentences, and each as a text of the app. The longest come first.
 * Made from the server's source by clients/field_texts.py: do not edit.
 */
/* eslint-disable */
type Text = readonly [pattern: RegExp, text: (gaps: readonly string[]) => string]
export const {name}: readonly Text[] = [
"""


def files() -> dict[Path, str]:
    """The files as they should be."""
    return {
        _APP / "field_texts.ts": text("fields, flows and sounds", "FIELD_TEXTS", sentences(), _FEW),
        _APP / "timeline_texts.ts": text("what happened in a call", "TIMELINE_TEXTS", of_timelines(), 0, "timeline"),
    }


def text(of: str, name: str, said: Iterable[str], few: int, context: str = "") -> str:
    """`few`: in the gaps of a sentence with fewer letters stand single words, or it would be found in many others.
    `context`: where the same English means something else on other pages."""
    mark = f"/* @wc-include */ /* @wc-context: {context} */" if context else "/* @wc-include */"
    lines = "".join(f"  [/^{_pattern(one, few)}$/s, {_said(one, mark)}],\n" for one in in_order(said))
    return _HEAD.replace("{of}", of).replace("{name}", name) + lines + "]\n"


def in_order(said: Iterable[str]) -> list[str]:
    return sorted(said, key=lambda one: (-len(one.replace(GAP, "")), one))


@cache
def sentences() -> frozenset[str]:
    """Each with GAP where something is inserted."""
    found = {re.sub(r"\{\w+\}", GAP, one) for one in MESSAGES.values()} | {"is not valid"}
    for path in sorted(SOURCE.rglob("*.py")):
        if not str(path.relative_to(SOURCE)).startswith(_NOT_SAID) and _SAYS.search(source := path.read_text()):
            found |= set(_Module(ast.parse(source)).sentences())
    found |= set(_Module(ast.parse(Path(rules.__file__).read_text()), vars(rules)).arguments(_PROBLEMS))
    return frozenset(one for one in found if _WORDS.search(one.replace(GAP, "")) and one not in _OTHERS)


@cache
def of_timelines() -> frozenset[str]:
    """As sentences. What is inserted after a colon is one of its own: the reasons, for example."""
    read = _Module(ast.parse(Path(timeline.__file__).read_text()), vars(timeline))
    told = {said for function in _TOLD_BY for said in read.returned(function)}
    reasons = {one.replace("_", " ") for one in get_args(monitoring.Reason)}
    return frozenset(told | read.clauses | reasons)


class _Module:
    """`names`: what the module's tables are; None: they are not read, and what is looked up in one is a gap."""

    def __init__(self, tree: ast.Module, names: Mapping[str, object] | None = None) -> None:
        self._tree = tree
        self._names = names or {}
        self._functions = {
            one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        self.clauses: set[str] = set()
        """What stood after a colon."""

    def sentences(self) -> Iterator[str]:
        """Of pairs of a place and a sentence, in what is told as errors; and why a picture or a sound cannot be used,
        and a number not be called."""
        yield from self.arguments(_UNUSABLE)
        yield from self.returned("may_forward")
        for node, within in self._nodes(self._tree, None):
            if isinstance(node, ast.Call) and _says_why(node, within):
                for given in node.keywords:
                    if given.arg in {"text", "problem"}:
                        yield from self._of(given.value, within)
            if isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_place(node.elts[0]):
                yield from self._of(node.elts[1], within)

    def arguments(self, functions: Mapping[str, int]) -> Iterator[str]:
        for node, within in self._nodes(self._tree, None):
            if isinstance(node, ast.Call) and (at := functions.get(getattr(node.func, "id", ""))) is not None:
                for given in node.args[at : at + 1]:
                    yield from self._of(given, within)

    def returned(self, function: str) -> Iterator[str]:
        if (found := self._functions.get(function)) is None:
            return
        for node in ast.walk(found):
            if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
                yield from self._either([node.value], found)

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
                yield from ("".join(one) for one in product(*self._pieces(parts, within)))
            case ast.IfExp():
                yield from self._either([node.body, node.orelse], within)
            case ast.BoolOp():
                yield from self._either(node.values, within)
            case ast.BinOp(op=ast.Add()):
                left, right = list(self._of(node.left, within)) or [GAP], list(self._of(node.right, within)) or [GAP]
                yield from (one + other for one in left for other in right)
            case ast.Name(id=name):
                yield from self._named(name, within)
            case ast.Subscript(value=ast.Name(id=name)):
                yield from self._table(name)
            case ast.Call():
                yield from self._called(node, within)

    def _either(self, nodes: Iterable[ast.expr], within: ast.AST | None) -> Iterator[str]:
        """Where tables are read, what is not found among them may be anything."""
        for node in nodes:
            found = list(self._of(node, within))
            yield from found or ([GAP] if self._names else [])

    def _pieces(self, parts: Iterable[ast.expr], within: ast.AST | None) -> Iterator[list[str]]:
        before = ""
        for part in parts:
            if isinstance(part, ast.Constant):
                before = str(part.value)
                yield [before]
                continue
            found = list(self._of(part.value, within)) if self._names and isinstance(part, ast.FormattedValue) else []
            if before.endswith(": "):
                self.clauses |= {one for one in found if one != GAP}
                found = []
            yield found or [GAP]

    def _table(self, name: str) -> Iterator[str]:
        table = self._names.get(name)
        if isinstance(table, Mapping):
            yield from (str(one) for one in table.values())

    def _called(self, call: ast.Call, within: ast.AST | None) -> Iterator[str]:
        """What is looked up in a table, and what another function of the module returns."""
        match call.func:
            case ast.Attribute(value=ast.Name(id=name), attr="get") if self._names:
                yield from self._table(name)
                for default in call.args[1:]:
                    yield from self._of(default, within)
            case ast.Attribute(value=ast.Dict(values=values), attr="get") if self._names:
                for value in values:
                    yield from self._of(value, within)
            case ast.Name(id=name) if self._names:
                yield from self.returned(name)

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


def _says_why(call: ast.Call, within: ast.AST | None) -> bool:
    """A sound cannot be used, or a number may never be called, so that a flow may not forward to it."""
    named = getattr(call.func, "id", "")
    return named == "Converted" or (named == "Denied" and getattr(within, "name", "") == "destination")


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_place(node: ast.expr) -> bool:
    return not isinstance(node, ast.Constant) or bool(re.fullmatch(r"[a-z_0-9.]*", str(node.value)))


def _pattern(sentence: str, few: int) -> str:
    parts = [re.sub(r"[\\^$.*+?()\[\]{}|/]", r"\\\g<0>", one).replace("\n", "\\n") for one in sentence.split(GAP)]
    short = len(re.findall(r"[A-Za-z]", sentence.replace(GAP, ""))) < few
    return (r"((?:\S+, )*\S+)" if short else "(.*)").join(parts)


def _said(sentence: str, mark: str) -> str:
    parts = sentence.replace("\\", "\\\\").replace("`", "\\`").replace("$", "\\$").split(GAP)
    if len(parts) == 1:
        return f"() => {mark} {_quoted(sentence)}"
    said = parts[0] + "".join(f"${{gaps[{n}]}}{one}" for n, one in enumerate(parts[1:]))
    return f"(gaps) => {mark} `{said}`"


def _quoted(sentence: str) -> str:
    return "'" + sentence.replace("\\", "\\\\").replace("'", "\\'") + "'"


if __name__ == "__main__":
    for path, current in files().items():
        path.write_text(current)
