"""From a bare Python to the running program, or to the test results, in one command.

    python3 packaging/bootstrap.py run [ARGS...]     open the built-in sample worklist
    python3 packaging/bootstrap.py test [ARGS...]    run every check and test (ARGS go to pytest;
                                                     -n 0 keeps the tests in one process)

Standard library only. Makes `.venv` in the checkout, installs Qt's system libraries where they are
missing (Debian and Ubuntu, as root; elsewhere it says what to install) and the project with what
the command needs. What is already there is not installed again: a second run takes about a second.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from steps import ROOT, BootstrapError, run_step, say
from system_packages import ensure_system_packages, install_system_packages

VENV = ROOT / ".venv"
STAMP = VENV / "opacity-studio.json"
SUPPORTED = ((3, 11), (3, 12))
EXTRAS = {"run": (), "test": ("dev", "labelme", "train")}
MEMORY_OF_A_TESTER = 3 * 2**30  # bytes: TensorFlow, a graph being exported, and the window


@dataclass(frozen=True)
class Installed:
    """What the stamp file says was installed to the end.

    Attributes
    ----------
    key : str
        Digest of pyproject.toml, the Python version and the checkout's place.
    extras : frozenset of str
        Optional dependencies that were installed with the project.
    """

    key: str
    extras: frozenset[str]

    def covers(self, key: str, extras: Iterable[str]) -> bool:
        """Whether nothing has to be installed for these extras."""
        return self.key == key and self.extras >= set(extras)


def venv_python(venv: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def python_version(python: str | Path) -> tuple[int, int] | None:
    """Return (major, minor) of an interpreter, or None if it does not start."""
    code = "import sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [str(python), "-c", code], capture_output=True, text=True, timeout=60, check=True
        )
        major, minor = answer.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def find_python(candidates: Sequence[str] | None = None) -> str:
    """Return an interpreter of a supported version: the running one, or one on the PATH.

    Raises
    ------
    BootstrapError
        There is none.
    """
    names = [f"python{major}.{minor}" for major, minor in SUPPORTED]
    for candidate in [sys.executable, *names] if candidates is None else candidates:
        if python_version(candidate) in SUPPORTED:
            return candidate
    raise BootstrapError(
        "Opacity Studio needs Python 3.11 or 3.12 and this one is "
        f"{sys.version_info[0]}.{sys.version_info[1]}: install one from https://www.python.org "
        "or your package manager, then start this command with it."
    )


def install_key(pyproject: bytes, version: tuple[int, int], root: Path) -> str:
    """Digest of everything that decides whether an installation is still the right one."""
    text = f"{version[0]}.{version[1]}\n{root}\n".encode()
    return hashlib.sha256(text + pyproject).hexdigest()


def read_stamp(path: Path) -> Installed | None:
    """Return what was installed, or None where an installation never reached its end."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return Installed(str(value["key"]), frozenset(map(str, value["extras"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(path: Path, installed: Installed) -> None:
    """Write the stamp in one piece."""
    value = {"key": installed.key, "extras": sorted(installed.extras)}
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(value) + "\n", encoding="utf-8")
    fresh.replace(path)


def ensure_venv(venv: Path) -> Path:
    """Return the interpreter of a working virtual environment, made or mended where needed."""
    python = venv_python(venv)
    if python_version(python) not in SUPPORTED or not _can_import(python, "pip"):
        base = find_python()
        if sys.platform.startswith("linux") and not _can_import(base, "ensurepip"):
            # Debian and Ubuntu part this from Python.
            major, minor = python_version(base) or sys.version_info[:2]
            install_system_packages([f"python{major}.{minor}-venv"])
        run_step(f"making {venv.name} with {base}", [base, "-m", "venv", "--clear", str(venv)])
    return python


def _can_import(python: str | Path, module: str) -> bool:
    probe = [str(python), "-c", f"import {module}"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def ensure_installed(extras: Sequence[str]) -> Path:
    """Return the environment's interpreter, with the project and the extras installed in it."""
    python = venv_python(VENV)
    stamp = read_stamp(STAMP)
    pyproject = (ROOT / "pyproject.toml").read_bytes()
    version = _venv_version(VENV)
    if (
        stamp
        and version
        and python.exists()
        and stamp.covers(install_key(pyproject, version, ROOT), extras)
    ):
        return python
    python = ensure_venv(VENV)
    version = python_version(python)
    if version is None:
        raise BootstrapError(f"{python} does not start; delete {VENV} and start again.")
    key = install_key(pyproject, version, ROOT)
    kept = stamp.extras if stamp else frozenset()
    wanted = sorted(kept | set(extras))
    # The stamp goes first and comes back last: an interrupted installation leaves none.
    STAMP.unlink(missing_ok=True)
    target = f"{ROOT}[{','.join(wanted)}]" if wanted else str(ROOT)
    run_step(
        "installing the project and what it needs (some minutes the first time)",
        [str(python), "-m", "pip", "install", "--disable-pip-version-check", "-e", target],
        hint="Check the network and the free space, then start again: it goes on from there.",
    )
    write_stamp(STAMP, Installed(key, frozenset(wanted)))
    return python


def _venv_version(venv: Path) -> tuple[int, int] | None:
    """Read the version from the environment's own record, without starting an interpreter."""
    try:
        text = (venv / "pyvenv.cfg").read_text(encoding="utf-8")
        lines = dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)
        major, minor, *_ = lines["version"].split(".")
        return int(major), int(minor)
    except (OSError, KeyError, ValueError):
        return None


def window_environment(arguments: Sequence[str], env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment to start the window in.

    Raises
    ------
    BootstrapError
        There is no screen, and the arguments do not ask for a screenshot.
    """
    result = dict(env)
    if not sys.platform.startswith("linux") or "QT_QPA_PLATFORM" in env:
        return result
    if env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"):
        return result
    if any(argument.split("=")[0] in ("--screenshot", "--help") for argument in arguments):
        result["QT_QPA_PLATFORM"] = "offscreen"
        return result
    raise BootstrapError(
        "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): start this in a "
        "desktop session, under `xvfb-run`, or with --screenshot FILE.png for a picture of it."
    )


def run_program(arguments: Sequence[str]) -> int:
    """Open the window on the sample worklist."""
    env = window_environment(arguments, os.environ)
    ensure_system_packages("run")
    python = ensure_installed(EXTRAS["run"])
    command = [str(python), "-m", "opacity_studio", "review", "--sample", *arguments]
    if os.name != "nt":
        os.execve(command[0], command, env)
    return subprocess.run(command, env=env, check=False).returncode


def checks(python: str) -> list[tuple[str, list[str], dict[str, str]]]:
    """Return every check but the tests: name, command, additional environment."""
    bin_folder = Path(python).parent
    scripts = ["bootstrap.py", "render_samples.py", "synthetic_chest"]
    return [
        ("style (ruff check)", [python, "-m", "ruff", "check", "."], {}),
        ("layout (ruff format)", [python, "-m", "ruff", "format", "--check", "."], {}),
        ("types (mypy)", [python, "-m", "mypy"], {}),
        (
            "types of the scripts (mypy)",
            [python, "-m", "mypy", *(f"packaging/{name}" for name in scripts)],
            {"MYPYPATH": "packaging"},
        ),
        ("layers (import-linter)", [str(bin_folder / "lint-imports")], {}),
    ]


def testers() -> int:
    """Return how many processes test side by side: one a core, as far as the memory goes round."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    if not sys.platform.startswith("linux"):
        return cores
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores, memory // MEMORY_OF_A_TESTER))


def run_tests(arguments: Sequence[str]) -> int:
    """Run every check, then the tests; all of them, even where one fails."""
    ensure_system_packages("test")
    python = str(ensure_installed(EXTRAS["test"]))
    failed = []
    for name, command, env in checks(python):
        try:
            run_step(name, command, env=env)
        except BootstrapError as error:
            failed.append(name)
            say(f"{name}: {error}")
    # LabelMe, the reference of some tests, is started as a program of its own. It brings PyQt5
    # along; in the tests' own process, whatever asks qtpy must get PySide6.
    env = {"LABELME_PYTHON": python, **os.environ, "QT_API": "pyside6"}
    say("tests (pytest) ...")
    # Tests of one file stay together, for what they share, and go out in their order: the real
    # trainings come early, so that no process is left alone with one at the end. A process that
    # crashes ends the run: xdist would put another in its place and may wait for it for ever.
    # A person's own -n comes later and wins.
    side_by_side = ["-n", str(testers()), "--dist", "loadfile", "--no-loadscope-reorder"]
    side_by_side += ["--max-worker-restart", "0"]
    command = [python, "-m", "pytest", *side_by_side, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False)
    if done.returncode != 0:
        failed.append(f"tests (pytest, exit code {done.returncode})")
    say(f"failed: {', '.join(failed)}" if failed else "all checks and tests passed")
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=("run", "test"))
    if not arguments or arguments[0] not in ("run", "test"):
        parser.parse_args(arguments)
    verb = run_program if arguments[0] == "run" else run_tests
    try:
        return verb(arguments[1:])
    except BootstrapError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted; start again and it goes on from there")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
