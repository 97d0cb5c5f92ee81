"""The training process is nobody's child: it outlives the window that started it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from opacity_studio.domain.errors import RunError
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.files.run_results import read_log
from opacity_studio.gui.training.worker import start_worker
from tests.learning.tiny_films import patients_on, write_film

WINDOW = """
import os, signal, sys
from pathlib import Path
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.gui.training.worker import start_worker

run, films = RunFolder(Path(sys.argv[1])), sys.argv[2]
options = ["--task", "opacity", "--from", "scratch", "--out", str(run.path)]
start_worker(run, ["train", films, *options])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing can be killed this way here")
def test_it_comes_to_its_end_although_the_window_was_killed(tmp_path: Path):
    films = tmp_path / "films"
    write_film(films, patients_on("train", 1)[0])
    run = RunFolder(tmp_path / "runs" / "opacity-1")
    killed = subprocess.run(
        [sys.executable, "-c", WINDOW, str(run.path), str(films)], check=False, timeout=120
    )
    assert killed.returncode == -signal.SIGKILL
    end = time.monotonic() + 300
    while run.state() != "failed" and time.monotonic() < end:
        time.sleep(0.1)
    events, _ = run.events()
    assert events[0].name == "accepted"
    assert events[-1].name == "failed"
    assert "no patient to test on" in events[-1]["message"]
    assert read_log(run).startswith("$ opacity-studio train")


def test_a_log_that_cannot_be_written_is_told_before_anything_is_started(tmp_path: Path):
    (tmp_path / "runs").write_text("in the way")
    with pytest.raises(RunError, match="cannot be written"):
        start_worker(RunFolder(tmp_path / "runs" / "opacity-1"), ["train"])
