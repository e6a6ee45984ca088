"""Finds the guards in the source, and rewrites it so that each can be removed while it runs. Pure.

A guard is one reason to refuse: an operand of the condition before a `raise` of an access error, a call that only
raises (`check_own(...)`), a comparison of tenants, a question for a permission, a filter by whose something is, the
tenant in a command, a claim that a token must have, a comparison of proofs, a condition of the functions in GATES. It
knows nothing of tests.
"""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ERRORS = {"Refused", "NotFound", "Unauthenticated", "TooMany", "_Refused", "NotBelieved", "refused", "_refused"}
"""The last two are functions that make one."""
CALLS = re.compile(r"_?(check_(own|over|internal|visible|queue|user|still|code)|require|recently_proven)")
GONE = re.compile(r"not await self\._?store\.(change|replace|delete)")
"""Something was deleted while it was changed: an answer to that, and no guard."""
THROTTLE = "begin"
"""`attempts.begin(account, address, now)`."""
LEAVING = ("forget", "erase", "close", "wipe")
"""Functions by which an organisation goes: what is theirs is dropped, nobody is refused."""
PERMITS = {"permits"}
WHOSE = {"user_id", "agent_id", "assignee"}
ASKING = {"find_one", "find", "find_parts", "update_where", "delete_many"}
ASIDE = ("installer/", "doctor/", "demo/", "testphones/", "cli/", "server/export_process.py", "staffing/")
"""Rooms for whoever has the machine: nobody is refused there."""
_GATES = """
identity/channel_auth.py: redeem redeem_user admits owns
realtime/client_messages.py: _subscribe _admitted _admission _sign_in _resume _client_event_fault _member
realtime/socket.py: _shake _heard _answer
realtime/handshake.py: origin_allowed namespace_of
realtime/connection.py: may_say
realtime/hub.py: open
realtime/api.py: reply asking
realtime/request_signature.py: parameters fault
realtime/cluster/node.py: open _granted
realtime/cluster/node_session.py: served
realtime/cluster/link.py: _take
realtime/cluster/far_sockets.py: _said _opened _authorise _grant
pusher_apps/rules.py: open_to_members
http/web.py: _file
http/access.py: _from_this_machine
realtime/broadcasting.py: _key_for
identity/service.py: lets_in permits
identity/token_issuer.py: proof_due
identity/permissions.py: may
identity/mfa.py: _check_code
identity/throttle.py: within
kit/mongo/collection.py: _check
kit/mongo/codec.py: refuse_scope
"""
GATES = {line.split(": ")[0]: set(line.split(": ")[1].split()) for line in _GATES.strip().splitlines()}
"""File -> functions that refuse in other ways: by what they return, by closing a socket."""


@dataclass(frozen=True)
class Guard:
    """`kind`: condition, call, tenant, permission, whose, scope, gate; `text`: what is removed, as it is written."""

    id: str
    kind: str
    where: str
    line: int
    text: str


def files(root: Path) -> Iterator[Path]:
    for file in sorted(root.rglob("*.py")):
        if not file.relative_to(root).as_posix().startswith(ASIDE):
            yield file


@functools.cache
def rewritten(source: str, where: str) -> tuple[ast.Module, list[Guard]]:
    """`where`: the file's path below the package. Of the whole package it takes seconds, and several tests ask."""
    tree = ast.parse(source)
    rewriter = _Rewriter(where)
    made = rewriter.visit(tree)
    return ast.fix_missing_locations(made), rewriter.guards


class _Rewriter(ast.NodeTransformer):
    def __init__(self, where: str) -> None:
        self.where = where
        self.guards: list[Guard] = []
        self._inside: list[str] = []
        self._count: Counter[str] = Counter()
        self._whole: dict[int, ast.AST] = {}

    @property
    def _gate(self) -> bool:
        return bool(set(self._inside) & GATES.get(self.where, set()))

    def _named(self, kind: str, node: ast.AST) -> ast.Constant:
        text = " ".join(ast.unparse(node).split())
        short = text if len(text) <= 120 else text[:117] + "..."
        name = f"{self.where} {'.'.join(self._inside)}: {short}"
        self._count[name] += 1
        id = name if self._count[name] == 1 else f"{name} ({self._count[name]})"
        self.guards.append(Guard(id, kind, self.where, getattr(node, "lineno", 0), short))
        return ast.Constant(id)

    def _leaf(self, what: str, kind: str, node: ast.expr) -> ast.Call:
        """A guard in which no further one is looked for."""
        self._whole[id(node)] = node
        return _seam(what, self._named(kind, node), node)

    def visit(self, node: ast.AST) -> Any:
        return node if id(node) in self._whole else super().visit(node)

    # --- where we are ---

    def _within(self, node: ast.AST, name: str) -> ast.AST:
        self._inside.append(name)
        made = self.generic_visit(node)
        self._inside.pop()
        return made

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._within(node, node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        if (self.where, node.name) == ("http/access.py", "known"):
            node.decorator_list.append(_of_seam("session"))
        return self._within(node, node.name)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._within(node, node.name)

    # --- guards ---

    def visit_If(self, node: ast.If) -> ast.AST:
        if _refuses(node, self._gate):
            node.test = self._faults("condition" if _raises(node.body) else "gate", node.test)
        elif self._gate and _is_both(node.test) and isinstance(node.body[-1], ast.Return):
            node.test = self._rights(node.test)
        return self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        if self._gate and _is_no(node.orelse):
            node.test = self._rights(node.test)
        elif self._gate and _is_no(node.body):
            node.test = self._faults("gate", node.test)
        return self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if self._gate and _is_boolean(node.value):
            node.value = self._rights(node.value)
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and self._refusing(call):
            guard = self._named("call", node.value)
            lets = _seam("lets", guard)
            handler = ast.ExceptHandler(type=_of_seam("trouble"), name=None, body=[ast.If(lets, [ast.Raise()], [])])
            return ast.copy_location(ast.Try([node], [handler], [], []), node)
        return self.generic_visit(node)

    def _refusing(self, call: ast.Call) -> bool:
        name = _name_of(call.func)
        by_operation = "Allowed" in self._inside  # that is a guard for each operation
        return (bool(CALLS.fullmatch(name)) and not by_operation) or (name == THROTTLE and len(call.args) == 3)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        sides = (node.left, *node.comparators)
        if len(sides) == 2 and all(map(_is_tenant, sides)) and not self._leaves:
            if isinstance(node.ops[0], ast.Eq):
                return _seam("wanted", self._named("tenant", node), node)
            if isinstance(node.ops[0], ast.NotEq):
                return _seam("holds", self._named("tenant", node), node)
        if len(sides) == 2 and all(map(_is_proof, sides)):
            same = isinstance(node.ops[0], ast.Eq)
            return _seam("wanted" if same else "holds", self._named("gate", node), node)
        return self.generic_visit(node)

    @property
    def _leaves(self) -> bool:
        return any(word in name for name in self._inside for word in LEAVING)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = _name_of(node.func)
        if name in PERMITS and not self._gate:
            return _seam("wanted", self._named("permission", node), node)
        if name == "_scoped" and self.where == "kit/mongo/collection.py":
            return ast.copy_location(
                _seam("scoped", self._named("scope", node), ast.Name("self", ast.Load()), *node.args), node
            )
        if name in ASKING and node.args and isinstance(node.args[0], ast.Dict):
            node.args[0] = self._whose(node.args[0])
        for keyword in node.keywords:
            if _is_claim(keyword.value):
                keyword.value = _seam("claimed", self._named("gate", keyword), keyword.value)
        return self.generic_visit(node)

    def _whose(self, filter: ast.Dict) -> ast.expr:
        made: ast.expr = filter
        for key in filter.keys:
            if isinstance(key, ast.Constant) and key.value in WHOSE and len(filter.keys) > 1:
                named = self._named("whose", ast.parse(f"{key.value!r} in {ast.unparse(filter)}", mode="eval"))
                made = _seam("narrowed", named, made, ast.Constant(key.value))
        return made

    def _faults(self, kind: str, test: ast.expr) -> ast.expr:
        """Each reason to refuse by itself; what kind of message an ASGI application is sent is none."""
        text = ast.unparse(test)
        if not isinstance(test, ast.BoolOp) and ("['type']" in text or GONE.search(text)):
            return test
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
            return ast.BoolOp(ast.Or(), [self._faults(kind, one) for one in test.values])
        return self._leaf("holds", kind, test)

    def _rights(self, test: ast.expr) -> ast.expr:
        """Each condition to let through by itself."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return ast.BoolOp(ast.And(), [self._rights(one) for one in test.values])
        return self._leaf("wanted", "gate", test)


def _seam(what: str, *words: ast.expr) -> ast.Call:
    return ast.Call(_of_seam(what), list(words), [])


def _of_seam(what: str) -> ast.Attribute:
    return ast.Attribute(ast.Name("__guards__", ast.Load()), what, ast.Load())


def _name_of(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _raises(body: list[ast.stmt]) -> bool:
    last = body[-1]
    if not isinstance(last, ast.Raise) or last.exc is None:
        return False
    return _name_of(last.exc.func if isinstance(last.exc, ast.Call) else last.exc) in ERRORS


def _refuses(node: ast.If, gate: bool) -> bool:
    if _raises(node.body):
        return True
    last, text = node.body[-1], ast.unparse(node.body)
    if not gate or (_is_both(node.test) and len(node.body) > 1 and ".close" not in text and ".reject" not in text):
        return False
    if isinstance(last, ast.Return):
        why = isinstance(last.value, ast.JoinedStr | ast.Constant | ast.Attribute | ast.Name)
        return why or _is_no(last.value) or (isinstance(last.value, ast.List) and "error(" in ast.unparse(last.value))
    shuts = ".close" in ast.unparse(last) or ".reject" in ast.unparse(last)
    return isinstance(last, ast.Raise) or (isinstance(last, ast.Expr | ast.Assign) and shuts)


def _is_both(test: ast.expr) -> bool:
    return isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And)


def _is_no(value: ast.expr | None) -> bool:
    """What refuses when it is given back: nothing, False, why not, an answer of 401 or 403."""
    if value is None or (isinstance(value, ast.Constant) and value.value in (None, False)):
        return True
    if not isinstance(value, ast.Call):
        return False
    statuses = (one.value for one in value.args if isinstance(one, ast.Constant))
    return _name_of(value.func) == "_refused" or any(one in (401, 403) for one in statuses)


def _is_boolean(value: ast.expr | None) -> bool:
    if value is None or isinstance(value, ast.BoolOp):
        return value is not None and _is_both(value)
    return isinstance(value, ast.Compare) or (
        isinstance(value, ast.Call) and _name_of(value.func) in {"is_open", "any"}
    )


def _is_tenant(side: ast.expr) -> bool:
    return _name_of(side) in {"tenant_id", "_tenant_id"} or (
        isinstance(side, ast.Attribute) and ast.unparse(side) == "tenant.id"
    )


def _is_proof(side: ast.expr) -> bool:
    return _name_of(side) in {"proof", "_proof"}


def _is_claim(value: ast.expr) -> bool:
    """What a signed token must say."""
    keys = value.keys if isinstance(value, ast.Dict) else ()
    return any(isinstance(key, ast.Constant) and key.value == "essential" for key in keys)
