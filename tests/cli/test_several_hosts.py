"""A training spread over two devices, and over two workers that meet on this machine's loopback."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from opacity_studio.domain.training_settings import from_scratch
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.files.training_films import collect_films
from opacity_studio.learning.prepared_inputs import prepare
from opacity_studio.learning.trainer import train_network
from tests.learning.tiny_films import patients_on, write_film
from tests.real_training import REAL_TRAINING

pytestmark = REAL_TRAINING

LONGEST = 1800
SETTINGS = dataclasses.replace(from_scratch("lungs"), epochs=2, batch_size=2, half=False)


def free_addresses(count: int) -> list[str]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{one.getsockname()[1]}" for one in sockets]
    for one in sockets:
        one.close()
    return addresses


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shared") / "films"
    for side, count in (("train", 4), ("test", 1)):
        for patient in patients_on(side, count):
            write_film(folder, patient)
    return folder


@pytest.fixture(scope="module")
def alone(films: Path, tmp_path_factory: pytest.TempPathFactory) -> list[float | None]:
    """Return the loss of each epoch on one device."""
    place = tmp_path_factory.mktemp("prepared")
    inputs = prepare(collect_films(films).on("train"), "lungs", place)
    return [epoch.loss for epoch in train_network(inputs, None, SETTINGS).epochs]


def arguments(films: Path, out: RunFolder, strategy: str) -> list[str]:
    """Return the command line of a training by `SETTINGS`."""
    words = [
        *("train", films, "--task", "lungs", "--from", "scratch", "--out", out.path),
        *("--epochs", SETTINGS.epochs, "--batch-size", SETTINGS.batch_size, "--no-half"),
        *("--strategy", strategy),
    ]
    return [str(word) for word in words]


def losses(out: RunFolder) -> list[float]:
    events, _ = out.events()
    return [event["loss"] for event in events if event.name == "epoch"]


@pytest.mark.slow
def test_two_devices_learn_as_one_does(
    tmp_path: Path, films: Path, alone: list[float | None]
) -> None:
    out = RunFolder(tmp_path / "run")
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.two_devices", *arguments(films, out, "mirrored")],
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert "training on 2 CPUs\n" in done.stderr
    assert out.state() == "finished"
    assert out.config["strategy"] == "mirrored"
    assert done.stdout.strip() == str(next((out.path / "model").iterdir()))
    assert losses(out) == pytest.approx(alone, rel=0.02)


@pytest.mark.slow
def test_two_workers_learn_as_one_does(
    tmp_path: Path, films: Path, alone: list[float | None]
) -> None:
    out = RunFolder(tmp_path / "run")
    addresses = free_addresses(2)
    workers = []
    for place in range(2):
        cluster = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": place}}
        workers.append(
            subprocess.Popen(
                [sys.executable, "-m", "opacity_studio", *arguments(films, out, "multi-worker")],
                env={**os.environ, "TF_CONFIG": json.dumps(cluster)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    try:
        said = [worker.communicate(timeout=LONGEST) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    assert [worker.returncode for worker in workers] == [0, 0], said
    assert said[0][0].strip() == str(next((out.path / "model").iterdir()))
    assert said[1][0] == "", "only the first one writes"
    assert "training on 2 CPUs of 2 hosts\n" in said[0][1]
    assert losses(out) == pytest.approx(alone, rel=0.02)


@pytest.mark.parametrize("said", [None, "{}", "nonsense", '{"cluster": {"worker": []}}'])
def test_a_cluster_that_is_not_described_is_asked_for(
    tmp_path: Path, films: Path, said: str | None
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TF_CONFIG"}
    if said is not None:
        environment["TF_CONFIG"] = said
    line = arguments(films, RunFolder(tmp_path / "run"), "multi-worker")
    done = subprocess.run(
        [sys.executable, "-m", "opacity_studio", *line],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    assert done.returncode == 1
    assert "TF_CONFIG does not name the workers" in done.stderr
    assert not (tmp_path / "run").exists()
