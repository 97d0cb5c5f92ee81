"""Which verb is meant, what it imports, and how the process ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from opacity_studio import __version__
from opacity_studio.cli.app import VERBS, with_verb

HEAVY = ("tensorflow", "tf_keras", "segmentation_models", "albumentations")


REPOSITORY = Path(__file__).resolve().parents[2]


def program(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "opacity_studio", *arguments],
        capture_output=True, text=True, check=False, cwd=cwd, timeout=120,
    )  # fmt: skip


def modules_after(*arguments: str) -> set[str]:
    """Return the top-level modules a process has imported once it ran `arguments`."""
    script = (
        "import sys\n"
        "from opacity_studio.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print('MODULES', *sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return set(done.stdout.rpartition("MODULES ")[2].split())


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ((), ("review",)),
        (("predict", "a.png"), ("predict", "a.png")),
        (("train",), ("train",)),
        (("a.png",), ("review", "a.png")),
        (("some/folder",), ("review", "some/folder")),
        (("--screenshot", "x.png"), ("review", "--screenshot", "x.png")),
        (("--help",), ("--help",)),
        (("--version",), ("--version",)),
        (("predcit",), ("predcit",)),
    ],
)
def test_the_window_is_meant_where_no_verb_is_named(given: tuple[str, ...], meant: tuple[str, ...]):
    assert with_verb(given) == meant


def test_a_folder_is_opened_even_if_its_name_is_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "films").mkdir()
    monkeypatch.chdir(tmp_path)
    assert with_verb(("films",)) == ("review", "films")


def test_version():
    done = program("--version")
    assert (done.returncode, done.stdout) == (0, f"opacity-studio {__version__}\n")


def test_help_names_every_verb():
    done = program("--help")
    assert done.returncode == 0
    for verb in VERBS:
        assert f"\n  {verb} " in done.stdout
    assert "not a medical device" in done.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str):
    done = program(verb, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: opacity-studio {verb} ")


def test_a_misspelt_verb_is_said():
    done = program("predcit")
    assert done.returncode == 2
    assert "No such command 'predcit'" in done.stderr


def test_an_error_is_one_sentence_and_exit_code_one(tmp_path: Path):
    done = program("predict", "a.png", "--out", str(tmp_path / "out"), "--model", "no-such-model")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith(".\n")


def test_an_interrupt_ends_quietly_with_130(tmp_path: Path):
    script = (
        "import os, signal\n"
        # A runner in the background of a shell starts its children with the signal ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import opacity_studio.cli.app as app\n"
        "def interrupted(arguments): os.kill(os.getpid(), signal.SIGINT)\n"
        "app.run = interrupted\n"
        "from opacity_studio.__main__ import main\n"
        "main(['predict'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert signal.SIGINT == 2
    assert (done.returncode, done.stderr) == (130, "")


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("review", "--help")])
def test_asking_for_help_imports_nothing_heavy(arguments: tuple[str, ...]):
    modules = modules_after(*arguments)
    assert "typer" in modules
    assert modules.isdisjoint({*HEAVY, "PySide6", "onnxruntime", "cv2", "numpy", "pydicom"})


def test_the_window_never_imports_tensorflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    modules = modules_after("review", "--screenshot", str(tmp_path / "w.png"))
    assert "PySide6" in modules
    assert modules.isdisjoint(HEAVY)


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict", "cp1252:strict"])
def test_a_name_that_the_terminal_has_no_letters_for_stops_nothing(tmp_path: Path, encoding: str):
    for name in (b"R\xf6ntgen \xe8\x82\xba", "Röntgen 肺".encode()):
        film = tmp_path / os.fsdecode(name + b".png")
        film.write_bytes(b"no film")
    done = subprocess.run(
        [sys.executable, "-m", "opacity_studio", "check", "--json", "."],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": encoding},
        cwd=tmp_path, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert b"2 films: 2 errors" in done.stderr
    lines = done.stdout.decode(encoding.partition(":")[0]).splitlines()
    shown = {json.loads(line)["image"] for line in lines}
    assert shown == {os.fsdecode(b"R\xf6ntgen \xe8\x82\xba.png"), "Röntgen 肺.png"}
