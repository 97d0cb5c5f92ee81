"""``opacity-studio train`` as a person types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from opacity_studio.files.model_store import ModelStore
from tests.learning.tiny_films import patients_on, write_film

pytest.importorskip("tensorflow", reason="the train extra is not installed")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "opacity_studio", "train", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    for side, count in (("train", 2), ("validation", 1), ("test", 1)):
        for patient in patients_on(side, count):
            write_film(folder, patient)
    return folder


@pytest.mark.slow
def test_a_run_leaves_everything_that_is_needed(tmp_path: Path, films: Path) -> None:
    out = tmp_path / "run"
    done = run(films, "--task", "lungs", "--out", out, "--epochs", 2, "--seed", 3)
    assert done.returncode == 0, done.stderr
    model = Path(done.stdout.strip())
    assert model.parent == out / "model"
    assert "train: 2 films of 2 patients" in done.stderr
    assert "test: 1 films of 1 patients" in done.stderr
    config = json.loads((out / "config.json").read_text())
    assert sorted(film["split"] for film in config["films"]) == [
        "test",
        "train",
        "train",
        "validation",
    ]
    epochs = [json.loads(line) for line in (out / "epochs.jsonl").read_text().splitlines()]
    assert [epoch["epoch"] for epoch in epochs] == [1, 2]
    assert json.loads((out / "metrics.json").read_text())["test"]["films"] == 1
    assert (out / "curves.png").stat().st_size > 1000
    stored = ModelStore([out / "model"]).get(model.name)
    assert stored.version.task == "lungs"
    assert len(stored.version.films_seen) == 3


def test_an_existing_run_is_left_alone(tmp_path: Path, films: Path) -> None:
    out = tmp_path / "run"
    out.mkdir()
    done = run(films, "--task", "lungs", "--out", out)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "exists already" in done.stderr
    assert list(out.iterdir()) == []


def test_one_patient_alone_is_not_enough(tmp_path: Path) -> None:
    write_film(tmp_path / "films", patients_on("train", 1)[0])
    done = run(tmp_path / "films", "--task", "opacity", "--out", tmp_path / "run")
    assert done.returncode == 1
    assert "no patient to test on" in done.stderr
    assert not (tmp_path / "run").exists()
