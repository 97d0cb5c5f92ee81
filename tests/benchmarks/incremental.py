r"""What retraining from corrections brings, step by step, beside training anew. Prints one JSON.

    python tests/benchmarks/incremental.py FOLDER --out OUT [--lungs WEIGHTS.h5] [--seeds 3]

For each seed the annotations of half of the training patients are taken away (of those that are
learnt from and of those that validate alike), and an opacity network is trained from lung weights
that never saw a test patient. The annotations come back in two batches; after each the network in
use is trained further and what comes of it is put to use, better or not. Beside that a network is
trained anew from the lung weights on everything. Every step is an ``opacity-studio train`` of its
own, as a person types it. Test patients are the same throughout, lungs are predicted.

Seconds are those of the whole command, from its start to its end, on the same machine; CPU seconds
say the same where other programs share it. Training seconds leave out what every run has once:
loading TensorFlow, preparing the films, writing the network, judging it.

A step that OUT holds is not run again, so an interrupted run goes on; a step that was interrupted
begins anew, or its time would be none. One seed a core:

    taskset -c 0 python tests/benchmarks/incremental.py FOLDER --out OUT --only-seed 0 &
    taskset -c 1 python tests/benchmarks/incremental.py FOLDER --out OUT --only-seed 1

Other settings of the incremental steps (--learning-rate and so on) are further variants beside the
same start: OUT keeps them apart, and only their two steps are run. Without --lungs a lung network
is trained once, on training patients. Keras weights are taken to work at full resolution, and not
to know a test patient: a model folder says both itself.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import mean, stdev
from typing import Any, Final

import numpy as np
from filelock import FileLock

from opacity_studio.domain.operating_threshold import USUAL_THRESHOLDS
from opacity_studio.domain.training_settings import FROM_SCRATCH_EPOCHS
from opacity_studio.files.annotation_store import annotation_path
from opacity_studio.files.model_store import MODELS_VARIABLE, ModelStore, StoredModel
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.resource_path import resource
from opacity_studio.files.run_folder import EVALUATION, RUNS_VARIABLE, RunFolder
from opacity_studio.files.training_films import TrainingFilm, collect_films

BASE, FIRST, SECOND, ANEW = "half", "first batch", "second batch", "everything anew"
STEPS: Final = (BASE, FIRST, SECOND, ANEW)
FALL_ALLOWED: Final = 0.01
TIME_ALLOWED: Final = 1 / 3
PATIENTS: Final = "patients.csv"


def main() -> None:
    """Run what is missing, and print what is there."""
    options = _options()
    films = collect_films(options.folder).films
    options.out.mkdir(parents=True, exist_ok=True)
    with FileLock(options.out / "lungs.lock"):
        lungs = lung_network(films, options)
    for seed in range(options.seeds):
        if options.only_seed in (None, seed):
            Seed(seed, films, lungs, options).run()
    found = {seed: rows for seed in range(options.seeds) if (rows := results(seed, options))}
    print(json.dumps(summary(found, options), indent=2))


def lung_network(films: Sequence[TrainingFilm], options: argparse.Namespace) -> StoredModel:
    """Return the lung network that every training begins with, made if it is not there."""
    home: Path = options.out / "lungs"
    store = ModelStore([home / "models"])
    if not store.ids():
        if options.lungs is not None and options.lungs.is_dir():
            store.publish(options.lungs)
        elif options.lungs is not None:
            threshold = USUAL_THRESHOLDS["lungs"]
            _studio(
                home,
                *("models", "import", options.lungs.absolute(), "--task", "lungs"),
                *("--id", "lungs-start", "--threshold", threshold),
            )
        else:
            _say("training the lung network")
            run = _fresh(home / "run")
            _train(home, options.folder, "lungs", run, start="scratch", epochs=options.lung_epochs)
            store.publish(_model_of(run).folder)
    lungs = store.get(store.ids()[0])
    tested = {read_radiograph(film.path).digest for film in films if film.side == "test"}
    if tested & lungs.version.films_seen:
        raise SystemExit(f"{lungs.id} has learnt from test patients: give other --lungs.")
    return lungs


@dataclass(frozen=True)
class Seed:
    """The steps of one seed."""

    seed: int
    films: Sequence[TrainingFilm]
    lungs: StoredModel
    options: argparse.Namespace

    @property
    def home(self) -> Path:
        """Where it all lies."""
        return _home(self.seed, self.options)

    def run(self) -> None:
        """Carry out the steps that are missing."""
        places = _places(self.seed, self.options)
        kept, *batches = self._dealt()
        given = [*kept, *self._on("test")]
        scratch: dict[str, Any] = {"start": self.lungs.id, "epochs": self.options.scratch_epochs}
        base = self._step(BASE, places[BASE], given, **scratch, models=[self.lungs])
        in_use = base
        for name, batch in zip((FIRST, SECOND), batches, strict=True):
            given += batch
            in_use = self._step(
                name,
                places[name],
                given,
                start=None,
                epochs=self.options.epochs,
                models=[self.lungs, in_use],
            )
        self._step(ANEW, places[ANEW], given, **scratch, models=[self.lungs, base])

    def _dealt(self) -> tuple[list[TrainingFilm], ...]:
        """Return the films of the patients that stay, and of each batch."""
        parts: tuple[list[TrainingFilm], ...] = ([], [], [])
        random = np.random.default_rng(self.seed)
        for side in ("train", "validation"):
            patients = sorted({film.patient for film in self._on(side)})
            order = [patients[i] for i in random.permutation(len(patients))]
            half, three_quarters = (len(order) + 1) // 2, (3 * len(order) + 3) // 4
            place = {
                patient: 0 if i < half else 1 if i < three_quarters else 2
                for i, patient in enumerate(order)
            }
            for film in self._on(side):
                parts[place[film.patient]].append(film)
        return parts

    def _on(self, side: str) -> list[TrainingFilm]:
        return [film for film in self.films if film.side == side]

    def _step(
        self,
        name: str,
        place: Path,
        given: Sequence[TrainingFilm],
        *,
        start: str | None,
        epochs: int | None,
        models: Sequence[StoredModel],
    ) -> StoredModel:
        """Train once, unless it was done, and return the network.

        Parameters
        ----------
        given
            Films whose annotation is there.
        start
            Id of the network to begin with; None for the one in use.
        models
            What is put to use before, one after the other.
        """
        run = RunFolder(place / "run")
        if not (place / "result.json").is_file():
            _say(f"seed {self.seed}: {name}, {len(given)} annotated films")
            shutil.rmtree(place, ignore_errors=True)
            folder = _films_with_annotations(self.films, given, place / "films")
            store = ModelStore([place / "models", resource("models")])
            for model in models:
                store.publish(model.folder)
                store.promote(model.id)
            further = start is None
            cost = _train(
                place,
                folder,
                "opacity",
                run,
                start=start,
                epochs=epochs,
                seed=self.seed,
                learning_rate=self.options.learning_rate if further else None,
                replay_share=self.options.replay_share if further else None,
                patience=self.options.patience if further else None,
            )
            result = {"step": name, "seed": self.seed, **cost, **_figures(run)}
            (place / "result.json").write_text(json.dumps(result, indent=2))
        return _model_of(run)


def _films_with_annotations(
    films: Iterable[TrainingFilm], given: Iterable[TrainingFilm], folder: Path
) -> Path:
    """Make a folder of all films in which `given` have their annotation, and return it."""
    folder.mkdir(parents=True)
    lines = ["file,patient"]
    for film in films:
        (folder / film.path.name).symlink_to(film.path.absolute())
        lines.append(f'"{film.path.name}","{film.patient}"')
    for film in given:
        source = annotation_path(film.path)
        (folder / source.name).symlink_to(source.absolute())
    (folder / PATIENTS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _train(
    home: Path, folder: Path, task: str, run: RunFolder, *, start: str | None, **settings: Any
) -> dict[str, float]:
    """Run the command; return its seconds of wall time, CPU and training."""
    arguments: list[Any] = ["train", folder, "--task", task, "--out", run.path]
    if start is not None:
        arguments += ["--from", start]
    table = folder / PATIENTS
    if table.is_file():
        arguments += ["--metadata", table, "--file-column", "file", "--patient-column", "patient"]
    for name, value in settings.items():
        if value is not None:
            arguments += [f"--{name.replace('_', '-')}", value]
    began, cpu = time.monotonic(), _cpu_of_children()
    _studio(home, *arguments)
    events, _ = run.events()
    data = next(event.time for event in events if event.name == "data")
    learnt = max(event.time for event in events if event.name in ("epoch", "step"))
    return {
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(_cpu_of_children() - cpu, 1),
        "training_seconds": round((learnt - data).total_seconds(), 1),
    }


def _studio(home: Path, *arguments: Any) -> None:
    environment = {
        **os.environ,
        MODELS_VARIABLE: str((home / "models").absolute()),
        RUNS_VARIABLE: str(home.absolute()),  # its lock, too: several seeds go on at once
    }
    subprocess.run(
        [sys.executable, "-m", "opacity_studio", *map(str, arguments)],
        env=environment,
        stdout=sys.stderr,
        check=True,
    )


def _cpu_of_children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _figures(run: RunFolder) -> dict[str, Any]:
    """Return what a run came to."""
    evaluation = json.loads((run.path / EVALUATION).read_text(encoding="utf-8"))
    tested = evaluation["subsets"]["test"]
    middle = next(p for p in evaluation["curve"]["test"] if p["threshold"] == 0.5)
    events, _ = run.events()
    data, last = next(e for e in events if e.name == "data"), events[-1]
    return {
        "test_iou": tested["iou_nonempty"],
        "test_iou_at_0.5": middle["iou_nonempty"],
        "test_f1": tested["f1_nonempty"],
        "test_percent_bias": tested["percent_bias"],
        "test_percent_r": tested["percent_r"],
        "test_films_seen": sum(row["seen"] for row in evaluation["films"]),
        "threshold": evaluation["threshold"],
        "train_films": data["train"]["films"],
        "validation_films": data["validation"]["films"],
        "new_films": data["new"],
        "epochs": last["epochs"],
        "best_epoch": last["best_epoch"],
    }


def results(seed: int, options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Return the steps of a seed if all of them are there, else nothing."""
    files = {name: place / "result.json" for name, place in _places(seed, options).items()}
    if not all(file.is_file() for file in files.values()):
        return {}
    return {name: json.loads(file.read_text()) for name, file in files.items()}


def summary(
    found: Mapping[int, Mapping[str, Mapping[str, Any]]], options: argparse.Namespace
) -> dict[str, Any]:
    """Return the table: mean and spread (standard deviation) over the seeds."""
    if not found:
        return {"seeds": []}

    def over(value: Callable[[Mapping[str, Mapping[str, Any]]], float]) -> dict[str, Any]:
        values = [value(rows) for rows in found.values()]
        return {
            "mean": round(mean(values), 4),
            "spread": round(stdev(values), 4) if len(values) > 1 else None,
            "by_seed": [round(each, 4) for each in values],
        }

    def change(now: str, before: str) -> dict[str, Any]:
        return over(lambda rows: rows[now]["test_iou"] - rows[before]["test_iou"])

    def ratio(steps: Sequence[str], key: str) -> dict[str, Any]:
        return over(lambda rows: mean(rows[step][key] for step in steps) / rows[ANEW][key])

    keys = [key for key in next(iter(found.values()))[BASE] if key not in ("step", "seed")]
    changes = {"first batch": change(FIRST, BASE), "second batch": change(SECOND, FIRST)}
    against = change(SECOND, ANEW)
    ratios = {
        key: {
            FIRST: ratio([FIRST], key),
            SECOND: ratio([SECOND], key),
            "mean of both": ratio([FIRST, SECOND], key),
        }
        for key in ("seconds", "cpu_seconds", "training_seconds")
    }
    return {
        "seeds": list(found),
        "variant": _variant(options),
        "steps": {
            step: {key: over(lambda rows, s=step, k=key: rows[s][k] or 0) for key in keys}
            for step in STEPS
        },
        "change_of_test_iou": changes,
        "second_batch_less_anew": against,
        "time_as_part_of_anew": ratios,
        "holds": {
            "no step falls by more than 0.01": all(
                each["mean"] >= -FALL_ALLOWED for each in changes.values()
            ),
            "as good as anew, by 0.01": against["mean"] >= -FALL_ALLOWED,
            "in a third of the time": ratios["cpu_seconds"][SECOND]["mean"] <= TIME_ALLOWED,
        },
    }


def _home(seed: int, options: argparse.Namespace) -> Path:
    home: Path = options.out / f"seed-{seed}"
    return home


def _places(seed: int, options: argparse.Namespace) -> dict[str, Path]:
    """Return the folder of each step."""
    home = _home(seed, options)
    return {
        BASE: home / "half",
        FIRST: home / _variant(options) / "first",
        SECOND: home / _variant(options) / "second",
        ANEW: home / "anew",
    }


def _variant(options: argparse.Namespace) -> str:
    """Return a name for the settings of the incremental steps."""
    said = {
        "epochs": options.epochs,
        "rate": options.learning_rate,
        "replay": options.replay_share,
        "patience": options.patience,
    }
    return "-".join(f"{k}-{v:g}" for k, v in said.items() if v is not None) or "usual"


def _model_of(run: RunFolder) -> StoredModel:
    store = ModelStore([run.path / "model"])
    return store.get(store.ids()[0])


def _fresh(path: Path) -> RunFolder:
    shutil.rmtree(path, ignore_errors=True)
    return RunFolder(path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lungs", type=Path, help="model folder or Keras weights")
    parser.add_argument("--seeds", type=int, default=3, help="how many, counted from 0")
    parser.add_argument("--only-seed", type=int, help="run the steps of this one alone")
    parser.add_argument("--epochs", type=int, help="of the incremental steps at most")
    parser.add_argument("--learning-rate", type=float, help="of the incremental steps")
    parser.add_argument("--replay-share", type=float, help="of the incremental steps")
    parser.add_argument("--patience", type=int, help="of the incremental steps")
    parser.add_argument("--scratch-epochs", type=int, default=FROM_SCRATCH_EPOCHS["opacity"])
    parser.add_argument("--lung-epochs", type=int, default=FROM_SCRATCH_EPOCHS["lungs"])
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
