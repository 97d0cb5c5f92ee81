"""What the pipeline costs beside the networks: decode to polygons against the bare passes.

    python -m tests.benchmarks.pipeline [--rounds N] [--film FILE] [--models DIR]

Makes an 8-bit PNG of 2000×2000 pixels from a film of the sample worklist (or takes `--film`),
then alternates, in one run, the whole pipeline (file to polygons) with the passes of the two
networks that it makes (their cost does not depend on what they are shown). Prints one JSON object;
the exit code is 1 where the ratio of the medians is above 1.5.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from opacity_studio.files.model_store import ModelPair, ModelStore
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.resource_path import resource
from opacity_studio.inference.network import FloatArray, Network
from opacity_studio.inference.predictor import Predictor

LIMIT = 1.5
EDGE = 2000


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--film", type=Path)
    parser.add_argument("--models", type=Path)
    arguments = parser.parse_args()
    store = ModelStore([arguments.models]) if arguments.models else ModelStore.standard()
    with tempfile.TemporaryDirectory() as folder:
        film = arguments.film or large_film(Path(folder))
        report = measured(store, film, arguments.rounds)
    sys.stdout.write(json.dumps(report) + "\n")
    return 0 if report["ratio"] <= LIMIT else 1


def large_film(folder: Path) -> Path:
    """Write a 2000×2000 8-bit PNG of a sample film, grain included, and return its path."""
    sample = min(resource("samples").glob("*.png"))
    pixels = cv2.imread(str(sample), cv2.IMREAD_GRAYSCALE)
    large = cv2.resize(pixels, (EDGE, EDGE), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    grain = np.random.default_rng(0).normal(0, 3, large.shape)
    path = folder / "film.png"
    cv2.imwrite(str(path), np.clip(large + grain, 0, 255).astype(np.uint8))
    return path


def measured(store: ModelStore, film: Path, rounds: int) -> dict[str, object]:
    """Time pipeline and passes in turn and return the medians in milliseconds."""
    predictor = Predictor(store.active())
    threshold = predictor.models.opacity.version.operating_threshold
    asked = 0

    def count() -> bool:
        nonlocal asked
        asked += 1
        return False

    found = predictor.predict(read_radiograph(film), is_cancelled=count)
    if not found.lungs:
        raise SystemExit("no lungs were found, so the pipeline did not run to its end")
    bare_passes = passes_of(predictor.models)
    if len(bare_passes) != asked:
        raise SystemExit(f"the pipeline made {asked} passes, not {len(bare_passes)}")

    def pipeline() -> None:
        predictor.predict(read_radiograph(film)).shapes_at(threshold)

    def bare() -> None:
        for network, batch in bare_passes:
            network.probability(batch)

    times: dict[str, list[float]] = {"pipeline": [], "bare": [], "decode": []}
    for _ in range(rounds):
        times["pipeline"].append(seconds(pipeline))
        times["bare"].append(seconds(bare))
        times["decode"].append(seconds(lambda: read_radiograph(film)))
    median = {name: statistics.median(values) * 1000 for name, values in times.items()}
    return {
        "film": f"{found.image_width}x{found.image_height}",
        "passes": asked,
        "pipeline_ms": round(median["pipeline"], 1),
        "bare_passes_ms": round(median["bare"], 1),
        "decode_ms": round(median["decode"], 1),
        "ratio": round(median["pipeline"] / median["bare"], 3),
        "limit": LIMIT,
        "rounds": rounds,
        "cores": os.cpu_count(),
    }


def passes_of(models: ModelPair) -> list[tuple[Network, FloatArray]]:
    """Return the passes that a prediction with `models` takes, the networks made ready."""
    passes = []
    for model in (models.lungs, models.opacity):
        size = model.version.input_size
        film = np.random.default_rng(0).random((1, size, size, 3), dtype=np.float32)
        network = Network(model)
        network.probability(film)
        passes += [(network, film)] * (2 if model.version.test_time_flip else 1)
    return passes


def seconds(run: Callable[[], object]) -> float:
    """Return the wall time of one run."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
