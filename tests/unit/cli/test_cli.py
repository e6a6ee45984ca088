"""The command line: flags become settings, wrong ones end with status 2 and one line."""

import argparse
import runpy
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest
from tests.support.product.stack import wait_for
from tests.support.stray_modules import StrayModules

from call24.cli import demo, flags, node
from call24.cli import test as test_verb
from call24.cli.__main__ import VERBS, main
from call24.installer import venv
from call24.installer.errors import StartError
from call24.installer.paths import CHECKOUT
from call24.kit.python import MODULE
from call24.kit.settings import Settings, SettingsError, flag_of
from call24.kit.version import VERSION


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    flags.add_settings(parser)
    return parser.parse_args(words)


def test_every_setting_is_a_flag_but_the_one_that_demo_sets() -> None:
    parser = argparse.ArgumentParser()
    flags.add_settings(parser)
    shown = parser.format_help()
    assert [f.name for f in fields(Settings) if f"{flag_of(f.name)} " not in shown] == ["seed_demo"]


def test_flags_become_settings_and_the_others_keep_their_defaults() -> None:
    settings = flags.settings_from(parsed("--http-port", "9000", "--rtp-ports", "30000-30999"))
    assert (settings.http_port, settings.rtp_ports, settings.sip_port) == (9000, (30000, 30999), 5060)


def test_a_switch_is_on_when_it_is_named_and_takes_no_word() -> None:
    assert flags.settings_from(parsed("--sign-in-private")).sign_in_private is True
    assert flags.settings_from(parsed("--http-port", "9000")).webhooks_private is False
    with pytest.raises(SystemExit):
        parsed("--webhooks-private", "False")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--http-port", "x"], "call24: --http-port: 'x' is not a number\n"),
        (["--rtp-ports", "20000"], "call24: --rtp-ports: '20000' is not a range such as 20000-20999\n"),
        (["--http-port", "70000"], "call24: --http-port: 70000 is not a port; give one from 1 to 65535\n"),
    ],
)
def test_a_wrong_setting_is_one_line_and_status_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["up", *words]) == 2
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("words", [[], ["nonsense"], ["up", "--nonsense"], ["up", "--http", "1"]])
def test_unknown_words_are_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert VERBS[verb].split()[0] in capsys.readouterr().out


def test_a_verb_that_looks_at_an_installation_says_when_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rebuild", "--data", "/nonexistent"]) == 2
    assert "is Call24 running on this data folder?" in capsys.readouterr().err


def test_demo_tells_the_address_the_logins_and_the_number() -> None:
    facts = {
        "number": "+442079460000",
        "logins": [
            {"role": "agent", "email": "amy@demo.example", "password": "one"},
            {"role": "supervisor", "email": "sam@demo.example", "password": "two"},
        ],
    }
    told = demo.told(Settings(), facts)
    for word in ("https://localhost:8024", "amy@demo.example", "one", "sam@demo.example", "two", "+442079460000"):
        assert word in told


def test_what_demo_says_to_run_names_its_data_folder_unless_it_is_the_usual_one(tmp_path: Path) -> None:
    elsewhere = Settings(data=tmp_path / "my demo").checked()
    facts = {"number": "+442079460000", "logins": []}
    assert f"./call24 doctor --call --data '{tmp_path}/my demo'\n" in demo.told(elsewhere, facts)
    assert "./call24 doctor --call\n" in demo.told(Settings().checked(), facts)


def test_the_fast_checks_come_before_any_test() -> None:
    names = [name for name, _ in test_verb.checks()]
    assert names == ["ruff check", "ruff format", "mypy", "lint-imports", "svelte-check", "vitest"]


def stood_in(monkeypatch: pytest.MonkeyPatch, installs: tuple[Future[None], Future[None]], **words: str) -> None:
    """Installs are these, of Python's packages and the app's, and checks are shell commands."""
    monkeypatch.setattr(test_verb, "missing_programs", list)
    monkeypatch.setattr(test_verb, "_installing", lambda *_: (*installs, []))
    monkeypatch.setattr(test_verb, "OF_APP", ("app",))
    monkeypatch.setattr(test_verb, "checks", lambda: [(name, ["sh", "-c", text]) for name, text in words.items()])


def test_a_check_begins_when_its_own_tools_are_there_and_each_that_fails_is_named_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    python, app = Future[None](), Future[None]()
    stood_in(
        monkeypatch,
        (python, app),
        first="echo no; exit 1",
        second="true",
        app=f"touch {tmp_path}/app; echo bad; exit 3",
    )
    with ThreadPoolExecutor(1) as beside:
        failed = beside.submit(test_verb._prepare, fast=True, checked=True)
        app.set_result(None)
        wait_for((tmp_path / "app").exists)
        assert not failed.done(), "Python's packages are not there yet"
        python.set_result(None)
        assert failed.result(20) == ["first", "app"]
    said = [line.split(" (")[0].split() for line in capsys.readouterr().out.splitlines()]
    assert said == [["first", "FAILED"], ["no"], ["second", "ok"], ["app", "FAILED"], ["bad"]]


def test_what_many_lanes_import_is_compiled_once_before_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all((CHECKOUT / folder).is_dir() for folder in test_verb.COMPILED)
    monkeypatch.setattr(test_verb, "CHECKOUT", tmp_path)
    for name in ("src/call24/one.py", "src/call24/broken.py", "tests/support/two.py", "tests/support/test_three.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1 +" if "broken" in name else "")
    test_verb._compile()
    assert {file.name.partition(".")[0] for file in tmp_path.rglob("*.pyc")} == {"one", "two"}


def test_an_install_that_fails_ends_it_and_no_check_of_its_tools_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python, app = Future[None](), Future[None]()
    stood_in(monkeypatch, (python, app), first=f"touch {tmp_path}/first", app="true")
    python.set_exception(StartError("no network"))
    app.set_result(None)
    with pytest.raises(StartError, match="no network"):
        test_verb._prepare(fast=True, checked=True)
    assert not (tmp_path / "first").exists()


def test_the_parent_of_up_imports_no_third_party_package() -> None:
    words = "import sys, call24.cli.__main__, call24.cli.up, call24.cli.demo; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"asyncio", "fastapi", "pymongo", "msgspec", "aiohttp", "cryptography", "ssl", "hashlib"}
    assert not heavy & set(loaded)


def test_an_old_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    script = runpy.run_path(str(CHECKOUT / "call24"))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as ended:
        script["main"]()
    assert ended.value.code == "call24: this is Python 3.9.2, 3.11 or newer is needed: run `python3.13 call24 ...`"


def test_who_only_reads_the_script_finds_modules_where_it_did_before() -> None:
    before = list(sys.path)
    try:
        runpy.run_path(str(CHECKOUT / "call24"))
        assert sys.path == before
    finally:
        sys.path[:] = before


@pytest.mark.parametrize(
    ("named", "running", "taken"),
    [("python3.13", 11, True), ("python3.13", 13, False), ("python3.11", 13, False), ("pypy3", 11, False)],
)
def test_the_distributions_own_python_is_taken_if_it_is_newer(
    named: str, running: int, taken: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = runpy.run_path(str(CHECKOUT / "call24"))
    system = tmp_path / "python3"
    (tmp_path / named).touch()
    system.symlink_to(tmp_path / named)
    monkeypatch.setitem(script["newer_python"].__globals__, "SYSTEM", str(system))
    monkeypatch.setattr(sys, "version_info", (3, running, 7))
    assert script["newer_python"]() == (str(system) if taken else None)


def test_an_environment_made_for_another_python_is_made_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    monkeypatch.setattr(venv, "VENV", tmp_path)
    monkeypatch.setattr(venv, "PYTHON", tmp_path / "bin" / "python")
    (tmp_path / "call24-python").write_text(venv._python())
    assert venv.ready(())
    (tmp_path / "call24-python").write_text("/opt/python3.11 3.11.7\n")
    assert not venv.ready(())


@pytest.mark.parametrize("lock", sorted(path.name for path in CHECKOUT.glob("requirements*.lock")))
def test_a_lock_file_has_hashes_and_names_no_host(lock: str) -> None:
    lines = (CHECKOUT / lock).read_text().splitlines()
    packages = [line for line in lines if "==" in line]
    assert packages
    assert all(line.endswith("\\") for line in packages), "every package is followed by its hashes"
    assert not [line for line in lines if "://" in line or line.startswith("-")]


def test_the_apps_lock_file_names_no_host() -> None:
    assert '"resolved"' not in (CHECKOUT / "web" / "package-lock.json").read_text()


def node_parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    node.add_flags(parser)
    return parser.parse_args(words)


def test_a_node_has_the_main_instances_settings_and_a_port_of_its_own(tmp_path: Path) -> None:
    uri = tmp_path / "uri"
    uri.write_text("mongodb+srv://there")
    main_settings = Settings(data=tmp_path, http_port=9000, mongodb_uri_file=uri, origins="https://desk.example")
    main_settings.save(main_settings.run / "settings.json")
    words = ("--data", str(tmp_path), "--http-port", "9001")
    for missing in ("app.key is missing", "there is no"):
        with pytest.raises(SettingsError, match=missing):
            node.node_settings(node_parsed(*words))
        main_settings.secrets.mkdir(exist_ok=True)
        (main_settings.secrets / "app.key").write_text("00" * 32)
    main_settings.tls.mkdir()
    for name in ("server.pem", "server.key"):
        (main_settings.tls / name).touch()
    settings = node.node_settings(node_parsed(*words))
    assert (settings.http_port, settings.mongodb_uri(), settings.origins) == (
        *(9001, "mongodb+srv://there"),
        "https://desk.example",
    )
    with pytest.raises(SettingsError, match="needs its own port"):
        node.node_settings(node_parsed("--data", str(tmp_path)))


def test_a_campaign_is_a_file_named_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    files = {file.name for file in (CHECKOUT / "tests" / "campaigns").glob("test_*.py")}
    assert main(["test", "--campaign", "list"]) == 0
    names = capsys.readouterr().out.split()
    assert {f"test_{name.replace('-', '_')}.py" for name in names} == files
    assert test_verb.chosen_campaigns("all") == [test_verb.campaigns()[name] for name in names]


def test_a_campaign_that_is_not_there_is_refused_before_anything_is_installed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["test", "--campaign", "no-such"]) == 1
    assert "there is no campaign 'no-such': choose one of" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["doctor", "--help"], ["rebuild", "--data", "/nonexistent"]])
def test_modules_of_the_folder_where_one_stands_are_not_run(words: list[str], tmp_path: Path) -> None:
    stray = StrayModules(tmp_path / "stray")
    command = [str(CHECKOUT / "call24"), *words]
    done = subprocess.run(command, cwd=stray.folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == (2 if "rebuild" in words else 0), done.stderr
    assert stray.ran() == []


def test_every_python_program_that_is_started_leaves_out_the_folder_where_one_stands() -> None:
    """Only the verb that runs tests, which are imported from the checkout, and the one that makes .venv name Python."""
    sources = (CHECKOUT / "src").rglob("*.py")
    named = {
        str(file.relative_to(CHECKOUT / "src" / "call24")) for file in sources if "sys.executable" in file.read_text()
    }
    assert named == {"kit/python.py", "cli/lanes.py", "cli/test.py", "installer/venv.py"}
    assert (sys.executable, "-P", "-m") == MODULE


def test_it_says_which_version_it_is_and_which_schema_its_data_has(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"call24 {VERSION} (schema 2)\n"
