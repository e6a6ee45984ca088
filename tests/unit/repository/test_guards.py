"""What counts as a guard, how it is removed, and the page of what was seen."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
from tests.guards import finding, run, seam, whole

CHECKOUT = Path(__file__).resolve().parents[3]
SOURCE = """
def look(thing, tenant_id, user, principal):
    if thing is None or thing.tenant_id != tenant_id:
        raise NotFound
    check_own(principal, thing)
    if thing.broken:
        raise Conflict
    return [one for one in thing.parts if one.tenant_id == tenant_id], permits(principal, "all")

async def mine(store, user_id):
    return await store.find_one({"id": "x", "user_id": user_id})

def forget(things, tenant_id):
    return [one for one in things if one.tenant_id != tenant_id]

def known(signs, claims):
    return [sign for sign in signs if sign.proof == claims.proof]

def read(token, registry, now):
    return registry(now=now, aud={"essential": True, "value": "us"}).take(token)
"""


@pytest.fixture
def world() -> dict[str, Any]:
    """The source as it is rewritten, with everything that it asks."""

    class NotFound(seam.trouble): ...  # type: ignore[misc, valid-type]

    def check_own(principal: str, thing: Any) -> None:
        if principal != "owner":
            raise NotFound

    tree, _ = finding.rewritten(SOURCE, "x/y.py")
    there = {"__guards__": seam, "NotFound": NotFound, "check_own": check_own, "permits": lambda *_: False}
    exec(compile(tree, "x/y.py", "exec"), there)
    return there


class Thing:
    broken = False

    def __init__(self, tenant_id: str, *parts: Thing) -> None:
        self.tenant_id, self.parts = tenant_id, parts


def test_each_reason_to_refuse_is_a_guard_of_its_own() -> None:
    _, guards = finding.rewritten(SOURCE, "x/y.py")
    assert [(guard.kind, guard.id) for guard in guards] == [
        ("condition", "x/y.py look: thing is None"),
        ("condition", "x/y.py look: thing.tenant_id != tenant_id"),
        ("call", "x/y.py look: check_own(principal, thing)"),
        ("tenant", "x/y.py look: one.tenant_id == tenant_id"),
        ("permission", "x/y.py look: permits(principal, 'all')"),
        ("whose", "x/y.py mine: 'user_id' in {'id': 'x', 'user_id': user_id}"),
        ("gate", "x/y.py known: sign.proof == claims.proof"),
        ("gate", "x/y.py read: aud={'essential': True, 'value': 'us'}"),
    ]


def test_with_all_guards_the_rewritten_code_does_what_it_did(world: dict[str, Any]) -> None:
    ours, theirs = Thing("a"), Thing("b")
    assert world["look"](Thing("a", ours, theirs), "a", None, "owner") == ([ours], False)
    for thing, principal in ((None, "owner"), (theirs, "owner"), (ours, "agent")):
        with pytest.raises(seam.trouble):
            world["look"](thing, "a", None, principal)


@pytest.mark.parametrize(
    ("guard", "thing", "principal"),
    [
        ("x/y.py look: thing.tenant_id != tenant_id", Thing("b"), "owner"),
        ("x/y.py look: check_own(principal, thing)", Thing("a"), "agent"),
    ],
)
def test_a_removed_guard_lets_in_what_it_refused_and_the_others_stand(
    world: dict[str, Any], guard: str, thing: Thing, principal: str
) -> None:
    with seam.without(guard):
        world["look"](thing, "a", None, principal)
        with pytest.raises(seam.trouble):
            world["look"](Thing("b"), "a", None, "agent")
    with pytest.raises(seam.trouble):
        world["look"](thing, "a", None, principal)


def test_without_a_claim_a_token_that_says_nothing_of_it_is_taken(world: dict[str, Any]) -> None:
    class Registry:
        def __init__(self, **claims: Any) -> None:
            self.claims = claims

        def take(self, _token: str) -> Any:
            return self.claims

    assert world["read"]("", Registry, 1) == {"now": 1, "aud": {"essential": True, "value": "us"}}
    with seam.without("x/y.py read: aud={'essential': True, 'value': 'us'}"):
        assert world["read"]("", Registry, 1) == {"now": 1, "aud": {}}


def test_where_it_refused_is_noted(world: dict[str, Any]) -> None:
    seam.refused.clear()
    world["look"](Thing("a"), "a", None, "owner")
    assert seam.refused == {"x/y.py look: permits(principal, 'all')"}


@pytest.mark.long("test_every_guard_of_the_code_is_on_the_page_as_taken_away_or_as_not_yet")
def test_the_product_has_guards_of_every_kind_and_can_still_be_compiled() -> None:
    root = CHECKOUT / "src" / "call24"
    found = []
    for file in finding.files(root):
        tree, guards = finding.rewritten(file.read_text(), file.relative_to(root).as_posix())
        if guards:
            compile(tree, str(file), "exec")  # the others are as they were
        found += guards
    assert {guard.kind for guard in found} == {"condition", "call", "tenant", "permission", "whose", "scope", "gate"}
    assert len({guard.id for guard in found}) == len(found) > 200


def test_what_looks_who_asks_is_wrapped_and_what_refuses_in_other_ways_is_found_by_its_name() -> None:
    root = CHECKOUT / "src" / "call24"
    tree, _ = finding.rewritten((root / "http" / "access.py").read_text(), "http/access.py")
    [wrapped] = [one for one in ast.walk(tree) if isinstance(one, ast.AsyncFunctionDef) and one.decorator_list]
    assert [one.arg for one in wrapped.args.args] == ["request", "identity"]
    for file, names in finding.GATES.items():
        there = ast.walk(ast.parse((root / file).read_text()))
        found = {one.name for one in there if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert names <= found, file


def test_what_a_test_is_named_after_tells_for_which_guards_it_is_tried_first() -> None:
    picture = finding.Guard("", "condition", "identity/avatars/service.py", 1, "")
    assert run.likely(picture, "tests/integration/identity/test_avatars.py::test_avatar")
    assert not run.likely(picture, "tests/integration/tasks/test_tasks.py::test_picture")
    route = finding.Guard("", "session", "POST /v1/tasks", 0, "")
    assert run.likely(route, "tests/authorisation/test_matrix.py::test_x[POST /v1/tasks]")
    assert not run.likely(route, "tests/authorisation/test_matrix.py::test_x[POST /v1/tasks/{task_id}]")


def test_one_test_with_many_parameters_does_not_keep_others_from_being_tried() -> None:
    alike = [f"t.py::a[{number}]" for number in range(run.ALIKE_MAX + 2)]
    assert run.few_of_each([*alike, "t.py::b"]) == [*alike[:-2], "t.py::b", *alike[-2:]]


def test_what_was_seen_is_forgotten_where_files_changed_and_tests_run_again_in_rooms_with_new_guards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = {"src/call24/http/a.py": "1", "src/call24/flows/b.py": "1", "tests/x.py": "1", "tests/y.py": "1"}
    monkeypatch.setattr(whole, "OUT", tmp_path / "none.json")
    there = [finding.Guard(f"{where} f: x", "condition", where, 1, "x") for where in ("http/a.py", "flows/b.py")]
    monkeypatch.setattr(whole, "hashes", lambda: dict(hashes))
    monkeypatch.setattr(run, "every_guard", lambda: list(there))
    state = tmp_path / "state.json"
    whole.prepare(state, anew=False)
    known = json.loads(state.read_text())
    for name, guard in (("tests/x.py::a", there[0]), ("tests/y.py::b", there[1])):
        known["tests"][name] = {"took_s": 1, "failed": None, "refused": [guard.id]}
        row = {"where": guard.where, "killed_by": name}
        known["guards"][guard.id] = {**row, "of": run.standing(row, hashes)}
    known["tests"]["tests/y.py::c"] = {"took_s": 1, "failed": "call: it did", "refused": []}

    def left() -> tuple[set[str], set[str]]:
        state.write_text(json.dumps(known))
        whole.prepare(state, anew=False)
        now = json.loads(state.read_text())
        return set(now["tests"]), set(now["guards"])

    assert left() == ({"tests/x.py::a", "tests/y.py::b"}, {there[0].id, there[1].id})
    hashes["src/call24/http/a.py"] = "2"
    assert left() == ({"tests/x.py::a", "tests/y.py::b"}, {there[1].id})
    hashes["tests/y.py"] = "2"
    assert left() == ({"tests/x.py::a"}, set())
    hashes.update({"src/call24/http/a.py": "1", "tests/y.py": "1"})
    there.append(finding.Guard("http/new.py f: x", "condition", "http/new.py", 1, "x"))
    assert left() == ({"tests/y.py::b"}, {there[0].id, there[1].id})


def test_without_a_state_rows_stay_whose_files_are_as_they_were_and_a_run_replaces_those_that_it_saw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = {"src/call24/a.py": "1", "src/call24/b.py": "1", "tests/x.py": "1"}
    ids = ["same", "changed", "survived", "gone"]
    monkeypatch.setattr(whole, "OUT", tmp_path / "guards.json")
    monkeypatch.setattr(whole, "hashes", lambda: dict(hashes))
    monkeypatch.setattr(run, "every_guard", lambda: [finding.Guard(id, "gate", "a.py", 1, "x") for id in ids])
    rows = []
    for id, where, killed_by in (("same", "a.py", "tests/x.py::a"), ("changed", "b.py", "tests/x.py::a"),
                                 ("survived", "a.py", None), ("gone", "a.py", "tests/x.py::a")):  # fmt: skip
        row = {"id": id, "kind": "gate", "where": where, "killed_by": killed_by, "at": "2026-01-01"}
        rows.append({**row, "of": run.standing(row, hashes)})
    whole.OUT.write_text(json.dumps({"guards": rows}))
    hashes["src/call24/b.py"] = "2"
    ids.remove("gone")
    state = tmp_path / "state.json"
    whole.prepare(state, anew=False)
    known = json.loads(state.read_text())
    assert known["guards"].keys() == {"same"}
    known["guards"]["changed"] = {**rows[1], "at": "2026-01-02", "line": 7}
    whole.keep(known)
    kept = json.loads(whole.OUT.read_text())["guards"]
    assert [(one["id"], one["at"]) for one in kept] == [
        ("changed", "2026-01-02"), ("same", "2026-01-01"), ("survived", "2026-01-01"),
    ]  # fmt: skip
    whole.prepare(state, anew=True)
    assert json.loads(state.read_text())["guards"] == {}


def test_only_what_is_left_is_looked_at_and_likely_tests_are_run_before_others() -> None:
    play = run.Play(Path("none"), 0, [])
    names = ("tests/unit/tasks/test_tasks.py::a", "tests/unit/http/test_guarded.py::b", "tests/unit/kit/test_x.py::c")
    play._items = dict.fromkeys(names, cast(pytest.Item, None))
    guards = [finding.Guard(f"{where} f: x", "gate", where, 1, "x") for where in ("tasks/rules.py", "flows/rules.py")]
    assert play._likely(guards) == list(play._items)[:2]
    play.known["guards"] = {guards[0].id: {}}
    assert play._left(guards) == guards[1:]
    assert play._likely(guards) == list(play._items)[1:2]
    play.known["guards"][guards[1].id] = {}
    assert play._likely(guards) == []


def test_every_test_file_that_is_named_is_there() -> None:
    assert all((CHECKOUT / name).exists() for name in whole.TESTS)
    aside = [whole.INTEGRATION / whole.file_of(name) for name in whole.ASIDE.split()]
    assert all(file.exists() for file in aside)


# --- the page ---


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_guards", CHECKOUT / "docs" / "build_guards.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(builder: ModuleType) -> None:
    assert builder.PAGE.read_text() == builder.page(), "run .venv/bin/python docs/build_guards.py"


def test_every_guard_of_the_code_is_on_the_page_as_taken_away_or_as_not_yet(builder: ModuleType) -> None:
    rows = re.findall(r"^\| `(.+?)` \| ", builder.PAGE.read_text(), flags=re.MULTILINE)
    assert sorted(rows) == sorted(builder._cell(guard.id) for guard in run.every_guard())


def test_a_reason_is_given_for_nothing_that_a_test_notices_or_that_is_gone(builder: ModuleType) -> None:
    noticed = {one["id"] for one in builder._kept("guards")["guards"] if one["killed_by"]}
    assert noticed.isdisjoint(builder._kept("survivors"))
    assert builder._kept("survivors").keys() <= {guard.id for guard in run.every_guard()}


def test_what_no_test_notices_and_what_was_not_taken_away_is_said(
    builder: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = [finding.Guard(f"a.py f: {name}", "gate", "a.py", 1, name) for name in ("x", "y")]
    seen = {"id": there[0].id, "kind": "gate", "killed_by": None, "at": "2026-01-01"}
    gone = {**seen, "id": "a.py f: gone"}
    told = {"on": {"at": "2026-01-02", "cores": 2}, "took_s": 60, "tests": 1, "guards": [seen, gone]}
    monkeypatch.setattr(builder, "every_guard", lambda: there)
    monkeypatch.setattr(builder, "_kept", lambda name: told if name == "guards" else {})
    page = builder.page()
    assert "| `a.py f: x` | **no test of this run notices it** |" in page
    assert "1 of 2 guards have not been taken away yet" in page
    assert f"| `a.py f: y` | {builder.KINDS['gate']} |" in page
    assert "gone" not in page and "Taken away: 1 on 2026-01-01." in page
