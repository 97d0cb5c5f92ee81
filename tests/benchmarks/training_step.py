"""What a training step costs beside a bare ``model.fit`` on the same arrays in memory.

    python tests/benchmarks/training_step.py [FOLDER] [--rounds N]

Ours is the whole of `learning.trainer`: films from memory-mapped files, varied and batched while
the network works, weights averaged, progress told and written down, the request to stop looked for.
The bare one is Keras alone, fitting the very batches, made beforehand. Both take turns within one
process, so that whatever else the machine does falls on both; a round is an epoch of each, without
validation. Prints one JSON object with the medians of the rounds in milliseconds a step, of wall
time and of CPU time (which a busy machine disturbs less), and their ratios.

Without FOLDER the films are drawn ones.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from rich.console import Console

from opacity_studio.cli.run_reports import RunReports
from opacity_studio.domain.training_settings import TrainingSettings
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.files.training_films import collect_films
from opacity_studio.learning.distribution import Devices
from opacity_studio.learning.prepared_inputs import PreparedInputs, prepare
from opacity_studio.learning.trainer import Course, Listeners, ready_network, training_batches
from tests.learning.tiny_films import write_film

DRAWN = 24


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measured(options, Path(folder)), indent=2))


def measured(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Return both costs and their ratio."""
    inputs = _inputs(options.folder, work)
    settings = TrainingSettings("lungs", epochs=1000, batch_size=options.batch_size)
    batches = training_batches(inputs, settings)
    run = RunFolder(work)
    reports = RunReports(run, Console(stderr=True, quiet=True))
    course = Course(
        ready_network(batches, settings),
        None,
        settings,
        batches,
        None,
        Listeners(on_step=reports.step, is_stopped=run.is_asked_to_stop),
        Devices(),
    )
    bare = ready_network(batches, settings)
    films, masks = (np.concatenate(arrays) for arrays in zip(*batches.of(0), strict=True))
    steps = len(batches)

    def ours(epoch: int) -> None:
        course.train_epoch(epoch)

    def theirs(_epoch: int) -> None:
        bare.fit(films, masks, batch_size=settings.batch_size, shuffle=False, verbose=0)

    costs: dict[str, list[tuple[float, float]]] = {"ours": [], "bare": []}
    for epoch in range(options.rounds + 1):
        for name, go in (("ours", ours), ("bare", theirs)):
            cost = _cost(go, epoch, steps)
            if epoch:  # the first round of each builds its graph
                costs[name].append(cost)
    wall = {name: median(cost[0] for cost in costs[name]) for name in costs}
    cpu = {name: median(cost[1] for cost in costs[name]) for name in costs}
    return {
        "films": len(inputs.prepared),
        "steps_a_round": steps,
        "rounds": options.rounds,
        "batch_size": settings.batch_size,
        "step_ms": {name: round(value * 1000, 1) for name, value in wall.items()},
        "ratio": round(wall["ours"] / wall["bare"], 3),
        "cpu_ms": {name: round(value * 1000, 1) for name, value in cpu.items()},
        "cpu_ratio": round(cpu["ours"] / cpu["bare"], 3),
    }


def _cost(go: Callable[[int], None], epoch: int, steps: int) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    go(epoch)
    return (time.perf_counter() - wall) / steps, (time.process_time() - cpu) / steps


def _inputs(folder: Path | None, work: Path) -> PreparedInputs:
    if folder is None:
        folder = work / "films"
        for number in range(DRAWN):
            write_film(folder, f"DRAWN-{number}")
    films = collect_films(folder, validation=False).films[:DRAWN]
    return prepare(films, "lungs", work / "prepared")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=4)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
