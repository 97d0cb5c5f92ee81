"""A run as its folder tells it, from one process to another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opacity_studio.domain.errors import RunError
from opacity_studio.domain.run_events import RunEvent
from opacity_studio.files.run_folder import (
    RUNS_VARIABLE,
    RunFolder,
    new_run_path,
    only_training,
    runs_folder,
    runs_in,
)

HOLDING = """
import sys, time
from pathlib import Path
from opacity_studio.files.run_folder import RunFolder, only_training
with only_training(), RunFolder(Path(sys.argv[1])).held():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    folder = RunFolder(tmp_path / "lungs-20260102-120000")
    folder.path.mkdir()
    folder.freeze({"run": folder.name, "task": "lungs"})
    return folder


def test_events_are_read_where_one_left_off(run: RunFolder) -> None:
    assert run.events() == ((), 0)
    run.append(RunEvent.now("accepted", run="r"))
    first, offset = run.events()
    assert [event.name for event in first] == ["accepted"]
    run.append(RunEvent.now("step", step=1))
    run.append(RunEvent.now("step", step=2))
    more, end = run.events(offset)
    assert [event["step"] for event in more] == [1, 2]
    assert run.events(end) == ((), end)


def test_a_half_written_line_waits_and_a_damaged_one_is_left_out(run: RunFolder) -> None:
    run.append(RunEvent.now("accepted"))
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b'{"event": "step", "ti')
    events, offset = run.events()
    assert [event.name for event in events] == ["accepted"]
    run.append(RunEvent.now("epoch"))
    assert [event.name for event in run.events(offset)[0]] == ["epoch"]
    assert [event.name for event in run.events()[0]] == ["accepted", "epoch"]


def test_the_last_word_counts_however_long_it_is(run: RunFolder) -> None:
    run.append(RunEvent.now("failed", traceback="x" * 200_000))
    assert run.state() == "failed"
    run.append(RunEvent.now("accepted"))
    assert run.state() == "interrupted"


def test_a_killed_worker_leaves_an_interrupted_run(
    run: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(RUNS_VARIABLE, str(tmp_path))
    assert run.state() == "interrupted"
    worker = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(run.path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "held\n"
        run.append(RunEvent.now("accepted"))
        assert run.state() == "running"
        with pytest.raises(RunError, match="going on in another process"), run.held():
            pass
        with pytest.raises(RunError, match="Another training"), only_training():
            pass
    finally:
        os.kill(worker.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        worker.communicate()
    assert run.state() == "interrupted"
    with only_training(), run.held():
        pass


def test_stopping_is_asked_for_by_a_file(run: RunFolder) -> None:
    assert not run.is_asked_to_stop()
    run.ask_to_stop()
    assert run.is_asked_to_stop()


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    for number, name in enumerate(("lungs-1", "opacity-2", "lungs-3")):
        run = RunFolder(tmp_path / name)
        run.path.mkdir()
        run.freeze({"run": name})
        os.utime(run.path / "config.json", (number, number))
    (tmp_path / "something else").mkdir()
    assert [run.name for run in runs_in(tmp_path)] == ["lungs-3", "opacity-2", "lungs-1"]
    assert runs_in(tmp_path / "nowhere") == ()


def test_a_run_is_named_by_its_task_and_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(RUNS_VARIABLE, str(tmp_path))
    assert runs_folder() == tmp_path
    now = datetime(2026, 1, 2, 12, 0, 5, tzinfo=UTC)
    first = new_run_path("opacity", now)
    assert first == tmp_path / "opacity-20260102-120005"
    first.mkdir()
    assert new_run_path("opacity", now).name == "opacity-20260102-120005-2"


@pytest.mark.parametrize("content", [None, b"{", b"[]"])
def test_a_run_without_a_readable_config_says_so(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(RunError, match=r"config\.json"):
        RunFolder(tmp_path).config  # noqa: B018 - reading is what fails
