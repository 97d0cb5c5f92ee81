"""``opacity-studio train`` as a person types it and as the window starts it: the real worker."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opacity_studio.domain.comparison import Comparison
from opacity_studio.domain.evaluation import Evaluation
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.run_events import RunEvent, event_of
from opacity_studio.files.model_store import ModelStore, StoredModel
from opacity_studio.files.run_folder import RunFolder, only_training
from tests.learning.tiny_films import patients_on, write_film
from tests.real_training import REAL_TRAINING

pytestmark = REAL_TRAINING

COMMAND = (sys.executable, "-m", "opacity_studio", "train")
LONGEST = 1200


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)


@contextlib.contextmanager
def worker(*arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker as the window does: nobody reads what it prints."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(
    folder: RunFolder, process: subprocess.Popen[bytes], wanted: Callable[[RunEvent], bool]
) -> RunEvent:
    """Follow a run until an event is told."""
    offset, end = 0, time.monotonic() + LONGEST
    while time.monotonic() < end:
        events, offset = folder.events(offset)
        for event in events:
            if wanted(event):
                return event
        if process.poll() is not None and not events:
            raise AssertionError(process.stderr.read().decode())
        time.sleep(0.02)
    raise AssertionError("the worker takes too long")


def named(events: tuple[RunEvent, ...], name: str) -> list[RunEvent]:
    return [event for event in events if event.name == name]


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Three films to train on, one of them clear, and one that turns out to be no image."""
    folder = tmp_path / "films"
    train = patients_on("train", 4)
    for number, patient in enumerate(train):
        write_film(folder, patient, opacity=number != 1)
    next(folder.glob(f"{train[3]}*.png")).write_bytes(b"no picture")
    for side in ("validation", "test"):
        write_film(folder, patients_on(side, 1)[0])
    return folder


@pytest.mark.slow
def test_a_run_is_stopped_killed_taken_up_and_finished(tmp_path: Path, films: Path) -> None:
    """Three workers carry one run out, and the model in use stays what it was."""
    before = ModelStore.standard().active()
    out = RunFolder(tmp_path / "run")
    small = ("--epochs", 4, "--batch-size", 1, "--patience", 0, "--seed", 3)
    with worker(films, "--task", "opacity", "--out", out.path, *small) as process:
        wait_for(out, process, lambda e: e.name == "step" and e["epoch"] == 2)
        assert out.state() == "running"
        out.ask_to_stop()
        _, said = process.communicate(timeout=LONGEST)
        assert process.returncode == 130, said.decode()
    assert_stopped_in_the_second_epoch(out)

    stopped, offset = out.events()
    with worker("--resume", out.path) as process:
        wait_for(out, process, lambda e: e.name == "step" and e["epoch"] == 3)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert out.state() == "interrupted"
    again, offset = out.events(offset)
    assert again[0].name == "accepted"
    assert named(again, "step")[0]["epoch"] == 2, "the epoch that was stopped is begun again"

    done = run("--resume", out.path, "--events", "-")
    assert done.returncode == 0, done.stderr
    last, _ = out.events(offset)
    assert [event_of(line) for line in done.stdout.splitlines()] == list(last)
    assert named(last, "step")[0]["epoch"] == 3
    assert [event["epoch"] for event in named(last, "epoch")] == [3, 4]
    assert_finished(out, films)
    assert named(stopped, "data")[0].fields == named(last, "data")[0].fields
    assert ModelStore.standard().active() == before

    refused = run(films, "--task", "opacity", "--out", out.path)
    assert refused.returncode == 1
    assert "holds a run already" in refused.stderr
    assert out.state() == "finished"


def assert_stopped_in_the_second_epoch(out: RunFolder) -> None:
    events, _ = out.events()
    assert out.state() == "cancelled"
    assert [event["epoch"] for event in named(events, "epoch")] == [0, 1]
    assert {event["epoch"] for event in named(events, "step")} == {1, 2}
    assert len(named(events, "step")) < 6, "not one batch more"
    kept = events[-1]
    # A start that was not bettered is no model of its own.
    assert (kept["best_epoch"], kept["model"] is None) in ((0, True), (1, False))
    assert (kept["folder"] is not None) == (out.path / "model").exists()


def assert_finished(out: RunFolder, films: Path) -> None:
    events, _ = out.events()
    assert out.state() == "finished"
    first, data, last = events[0], named(events, "data")[0], events[-1]
    start = first["parent"]
    assert (first["run"], first["task"], first["epochs"]) == (out.name, "opacity", 4)
    assert data["train"] == {"films": 3, "patients": 3}
    assert (data["new"], data["replayed"]) == (4, 0)
    ((name, reason),) = data["skipped"]
    assert name in reason
    assert "not an image" in reason
    for preview in named(events, "preview"):
        for film in preview["films"]:
            assert (out.path / film["file"]).read_bytes().startswith(b"\x89PNG")
    for name in ("curves.png", "augmented.png"):
        assert (out.path / name).stat().st_size > 1000
    config = out.config
    assert config["settings"]["half"] in (True, False), "what the machine chose is written down"
    assert sorted(film["split"] for film in config["films"]) == [
        "test",
        *["train"] * 3,
        "validation",
    ]
    for film in config["films"]:
        original = (films / film["image"]).with_suffix(".json")
        assert (out.path / film["annotation"]).read_bytes() == original.read_bytes()
    assert last["epochs"] == 4
    model = ModelStore([out.path / "model"]).get(last["model"])
    assert out.path / last["folder"] == model.folder
    assert model.version.parent == start
    assert {film["image_sha256"] for film in config["films"] if film["split"] != "test"} < set(
        model.version.films_seen
    )
    assert ModelStore.standard().get(start).version.films_seen < model.version.films_seen
    assert model.card()["metrics"]["test"]["films"] == 1
    assert_threshold_told(named(events, "threshold"), model)
    evaluation = Evaluation.from_json(json.loads((out.path / "evaluation.json").read_text()))
    assert (evaluation.model, len(evaluation.films)) == (model.id, 1)
    comparison = Comparison.from_json(json.loads((out.path / "comparison.json").read_text()))
    assert (comparison.candidate, comparison.incumbent) == (model.id, start)
    assert not (out.path / "inputs").exists()
    assert not (out.path / "checkpoint").exists()


def assert_threshold_told(told: list[RunEvent], model: StoredModel) -> None:
    """One validation film is too few to choose by: the parent's threshold is kept, and said so."""
    card = model.card()
    parent = ModelStore.standard().get(model.version.parent or "").version.operating_threshold
    assert card["operating_threshold"] == parent
    assert card["threshold"]["source"] == "parent"
    if model.card()["training"]["note"]:
        assert told == [], "the weights are the parent's, and so is the threshold"
        return
    assert told[0].fields == card["threshold"]
    assert (told[0]["films"], told[0]["patients"]) == (1, 1)
    assert (
        "that of its parent (1 validation film of 1 patient"
        in (model.folder / "CARD.md").read_text()
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk with room for the films and one set of weights, but not for a checkpoint."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no small disk can be mounted here ({error})")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
def test_a_full_disk_ends_a_run_with_a_sentence(small_disk: Path, films: Path) -> None:
    out = RunFolder(small_disk / "run")
    done = run(films, "--task", "lungs", "--out", out.path, "--epochs", 2)
    assert done.returncode == 1
    assert "the disk is full" in done.stderr.splitlines()[-1]
    events, _ = out.events()
    assert out.state() == "failed"
    assert events[-1]["kind"] == "RunError"
    assert "make room there and resume the run" in events[-1]["message"]
    assert "Traceback" in events[-1]["traceback"]
    assert not list((out.path / "checkpoint").glob("*.writing"))


def failure(out: Path, *arguments: object) -> str:
    """Run a worker that fails, and return the sentence it fails with."""
    done = run(*arguments, "--out", out)
    assert done.returncode == 1
    assert done.stdout == ""
    folder = RunFolder(out)
    assert folder.state() == "failed"
    events, _ = folder.events()
    assert [event.name for event in events] == ["accepted", "failed"]
    assert events[-1]["message"] == done.stderr.splitlines()[-1]
    assert not (out / "model").exists()
    return events[-1]["message"]


def test_runs_that_cannot_begin_say_why(tmp_path: Path, films: Path) -> None:
    one = tmp_path / "one"
    write_film(one, patients_on("train", 1)[0])
    assert "no patient to test on" in failure(tmp_path / "run-1", one, "--task", "lungs")

    none = tmp_path / "none"
    write_film(none, patients_on("train", 1)[0], status=ReviewStatus.IN_WORK)
    assert "no film to learn from" in failure(tmp_path / "run-2", none, "--task", "opacity")

    with only_training():
        message = failure(tmp_path / "run-3", films, "--task", "opacity")
    assert "Another training is going on" in message


def test_nobody_need_read_the_events_to_their_end(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    words = [*COMMAND, tmp_path / "films", "--task", "lungs", "--events", "-"]
    with subprocess.Popen(
        [*words, "--out", tmp_path / "run"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 1
    events, _ = RunFolder(tmp_path / "run").events()
    assert events[-1]["message"] == said.splitlines()[-1]


def test_films_that_all_turn_out_unreadable_fail_the_run(tmp_path: Path, films: Path) -> None:
    for film in films.glob("*.png"):
        film.write_bytes(b"no picture")
    message = failure(tmp_path / "run", films, "--task", "lungs")
    assert "None of the 4 films can be trained on" in message


@pytest.mark.parametrize(
    "arguments", [(), ("films",), ("films", "--task", "hearts"), ("films", "--replay-share", "1")]
)
def test_a_command_line_without_sense_is_refused(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2


def test_a_run_that_is_none_cannot_be_resumed(tmp_path: Path) -> None:
    done = run("--resume", tmp_path)
    assert done.returncode == 1
    assert "config.json" in done.stderr
    assert list(tmp_path.iterdir()) == []
