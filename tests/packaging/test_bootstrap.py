from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
import steps
import system_packages

SCRIPT = Path(bootstrap.__file__)


def started(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ, **env),
    )


def test_without_a_command_it_says_which_there_are():
    done = started()
    assert done.returncode == 2
    assert "run" in done.stderr
    assert "test" in done.stderr


def test_help_ends_well():
    done = started("--help")
    assert done.returncode == 0
    assert "bootstrap.py run" in done.stdout


def test_uses_nothing_but_the_standard_library():
    code = (
        "import sys; before = set(sys.modules); import bootstrap;"
        "extra = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(extra - sys.stdlib_module_names - {'bootstrap', 'steps', 'system_packages'}))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ, PYTHONPATH=str(SCRIPT.parent)),
    )
    assert done.stdout.strip() == "[]"


def test_version_of_this_interpreter_is_read():
    assert bootstrap.python_version(sys.executable) == sys.version_info[:2]


def test_version_of_what_is_no_interpreter_is_none(tmp_path: Path):
    broken = tmp_path / "python3.11"
    broken.write_text("#!/bin/sh\necho 'version not installed' >&2; exit 127\n")
    broken.chmod(0o755)
    assert bootstrap.python_version(broken) is None
    assert bootstrap.python_version(tmp_path / "absent") is None


def test_broken_candidates_are_passed_over(tmp_path: Path):
    assert bootstrap.find_python([str(tmp_path / "absent"), sys.executable]) == sys.executable


def test_no_supported_python_is_one_sentence():
    with pytest.raises(steps.BootstrapError, match=r"needs Python 3\.11 or 3\.12"):
        bootstrap.find_python([])


@pytest.mark.parametrize(
    ("pyproject", "version", "root"),
    [
        (b"[project]\nname = 'b'\n", (3, 11), Path("/a")),
        (b"[project]\nname = 'a'\n", (3, 12), Path("/a")),
        (b"[project]\nname = 'a'\n", (3, 11), Path("/b")),
    ],
)
def test_key_changes_with_requirements_python_and_place(
    pyproject: bytes, version: tuple[int, int], root: Path
):
    first = bootstrap.install_key(b"[project]\nname = 'a'\n", (3, 11), Path("/a"))
    assert bootstrap.install_key(pyproject, version, root) != first


def test_stamp_survives_a_round_trip(tmp_path: Path):
    stamp = tmp_path / "stamp.json"
    installed = bootstrap.Installed("key", frozenset({"dev", "train"}))
    bootstrap.write_stamp(stamp, installed)
    assert bootstrap.read_stamp(stamp) == installed
    assert list(tmp_path.iterdir()) == [stamp]


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"key": "k"}', '{"extras": 1}'])
def test_damaged_stamp_means_not_installed(tmp_path: Path, content: str | None):
    stamp = tmp_path / "stamp.json"
    if content is not None:
        stamp.write_text(content)
    assert bootstrap.read_stamp(stamp) is None


def test_tests_environment_serves_the_window_but_not_the_other_way_round():
    assert bootstrap.Installed("key", frozenset({"dev"})).covers("key", ())
    assert not bootstrap.Installed("key", frozenset()).covers("key", ("dev",))
    assert not bootstrap.Installed("old", frozenset({"dev"})).covers("new", ("dev",))


def test_missing_library_names_its_package():
    libraries = {"libc.so.6": "libc6", "libnosuchthing.so.9": "libnosuchthing9"}
    if sys.platform.startswith("linux"):
        assert system_packages.missing_libraries(libraries) == ["libnosuchthing9"]


def test_missing_program_names_its_package(tmp_path: Path):
    programs = {Path(sys.executable).name: "python3", "nosuchprogram": "nosuchpackage"}
    assert "nosuchpackage" in system_packages.missing_programs(programs)


def test_fonts_are_found_below_a_folder(tmp_path: Path):
    assert not system_packages.has_fonts([str(tmp_path), str(tmp_path / "absent")])
    (tmp_path / "truetype").mkdir()
    (tmp_path / "truetype" / "Some.TTF").touch()
    assert system_packages.has_fonts([str(tmp_path)])


def test_failed_step_names_the_command_and_its_last_lines():
    code = "print('first'); [print('line', n) for n in range(40)]; raise SystemExit(3)"
    with pytest.raises(steps.BootstrapError) as caught:
        steps.run_step("trying", [sys.executable, "-c", code], hint="Try again.")
    message = str(caught.value)
    assert sys.executable in message
    assert "exit code 3" in message
    assert "line 39" in message
    assert "first" not in message.split("its last lines")[1]
    assert message.endswith("Try again.")


def test_command_that_does_not_exist_is_a_clear_failure(tmp_path: Path):
    with pytest.raises(steps.BootstrapError, match="did not start"):
        steps.run_step("trying", [str(tmp_path / "absent")])


def test_what_an_interrupted_run_left_becomes_a_working_environment(tmp_path: Path):
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(tmp_path / "gone")
    python = bootstrap.ensure_venv(venv)
    assert bootstrap.python_version(python) in bootstrap.SUPPORTED


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens are X11's on Linux only")
class TestScreen:
    def test_no_screen_is_said_before_anything_is_installed(self):
        with pytest.raises(steps.BootstrapError, match="no screen"):
            bootstrap.window_environment([], {})

    @pytest.mark.parametrize("argument", ["--screenshot", "--screenshot=x.png", "--help"])
    def test_picture_needs_no_screen(self, argument: str):
        env = bootstrap.window_environment([argument], {})
        assert env["QT_QPA_PLATFORM"] == "offscreen"

    @pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
    def test_screen_or_chosen_platform_is_left_alone(self, name: str):
        assert bootstrap.window_environment([], {name: "x"}) == {name: "x"}


def test_each_tester_has_a_core_and_enough_memory():
    assert 1 <= bootstrap.testers() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory is asked of Linux")
@pytest.mark.parametrize(("gigabytes", "cores", "expected"), [(2, 2, 1), (16, 2, 2), (16, 64, 5)])
def test_testers_follow_the_machine(
    gigabytes: int, cores: int, expected: int, monkeypatch: pytest.MonkeyPatch
):
    machine = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": gigabytes * 2**30 // 4096}
    monkeypatch.setattr(os, "sysconf", machine.__getitem__)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(cores)))
    assert bootstrap.testers() == expected


def test_every_extra_is_declared():
    text = (steps.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for extra in {name for names in bootstrap.EXTRAS.values() for name in names}:
        assert f"\n{extra} = [" in text
