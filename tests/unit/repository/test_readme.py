"""Every command that a document shows is run by a test, and is understood by the command line as it is now."""

from __future__ import annotations

import argparse
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.documents import CHECKOUT, commands

from call24.cli.__main__ import VERBS, module_of
from call24.server.demo import PEOPLE

# Command -> the test that runs it.
RUN_BY = {
    "./call24 demo": "tests/telephony/test_demo.py::test_the_demo_rings_an_agent_who_answers_and_finds_the_recording",
    "./call24 test": "tests/unit/repository/test_readme.py::test_continuous_integration_runs_the_documented_command",
    "./call24 up": "tests/telephony/test_first_steps.py::test_the_first_steps_lead_to_a_first_call",
    "./call24 simulate --agents 8..13 --arrivals-per-hour 120 --handle-time 240 --patience 180 --calls 20000": (
        "tests/unit/staffing/test_staffing.py::test_the_documented_question_is_answered_as_the_guide_shows"
    ),
    "./call24 doctor --call": "tests/telephony/test_first_steps.py::test_the_first_steps_lead_to_a_first_call",
}
GUIDES = sorted(str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "docs" / "guides").glob("*.md"))
VERB = re.compile(r"\./call24 .*")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_command_is_run_by_a_test_that_exists(document: str) -> None:
    shown = commands(document)
    assert shown
    for command in shown:
        file, _, test = RUN_BY[command].partition("::")
        assert re.search(rf"^(async )?def {test}\(", (CHECKOUT / file).read_text(), re.MULTILINE), command


def test_continuous_integration_runs_the_documented_command() -> None:
    assert (CHECKOUT / ".ci" / "run").read_text().rstrip().endswith("exec ./call24 test")


def test_the_readme_says_how_many_logins_the_demo_prints() -> None:
    assert [role for role, _, _ in PEOPLE] == ["agent", "agent", "supervisor", "owner"]
    assert "prints an address, four logins and a number" in (CHECKOUT / "README.md").read_text()


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", *GUIDES])
def test_every_verb_and_flag_is_one(document: str) -> None:
    for command in commands(document):
        if found := VERB.search(command):
            _, verb, *words = shlex.split(found[0])
            assert verb in VERBS, command
            parser = argparse.ArgumentParser(exit_on_error=False, allow_abbrev=False)
            importlib.import_module(module_of(verb)).add_flags(parser)
            parser.parse_args(words)


def test_flags_in_the_guides_tables_are_settings() -> None:
    """Those of the verb where it is named; alone, of `up`, the doctor's `--call`, or `--version`."""
    for document in ["README.md", *GUIDES]:
        for span in re.findall(r"`([^`\n]*)`", Path(CHECKOUT / document).read_text()):
            named = re.match(r"\./call24 ([a-z][a-z-]*)", span)
            known = flags_of(named[1]) if named else flags_of("up") | {"--call", "--version"}
            assert {word for word in span.split() if word.startswith("--")} <= known, (document, span)


def flags_of(verb: str) -> set[str]:
    assert verb in VERBS
    parser = argparse.ArgumentParser()
    importlib.import_module(module_of(verb)).add_flags(parser)
    return set(_flags(parser))


def _flags(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Those of its own verbs too (`backup make`)."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _flags(each)
