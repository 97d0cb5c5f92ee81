"""Cross-validate the whole pipeline by patient and print its figures as one JSON object.

For each fold both networks are trained on the other folds' patients; every film is then predicted
end to end (lungs, then opacity within the predicted lungs) by networks that never saw its patient.

    python tests/benchmarks/cross_validation.py FOLDER --out OUT [--extra SYNTHETIC] [--start H5]

Each network takes some ten minutes of two cores. A fold that OUT already holds is not trained
again, so an interrupted run goes on where it stopped. The fold models stay in OUT: benchmarks that
must not use a network on films it has seen take these.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from opacity_studio.analysis.evaluation import judge_films
from opacity_studio.domain.judged_film import JudgedFilm
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.metrics import bootstrap_interval, pearson_r
from opacity_studio.domain.model_version import TASKS, Task
from opacity_studio.domain.operating_threshold import USUAL_THRESHOLDS
from opacity_studio.domain.split import stratified_folds
from opacity_studio.files.model_store import ModelPair, ModelStore
from opacity_studio.files.training_films import TrainingFilm, collect_films
from opacity_studio.inference.predictor import Predictor
from opacity_studio.learning.model_export import WEIGHTS
from opacity_studio.learning.pair import PairPlaces, PairRecipe, train_pair

THRESHOLDS = tuple(round(0.10 + 0.05 * i, 2) for i in range(15))


def main() -> None:
    """Train what is missing, evaluate, print."""
    options = _options()
    films = collect_films(options.folder, validation=False).films
    fold_of = stratified_folds(severity(films), options.folds)
    rows: list[dict[str, Any]] = []
    for fold in range(options.folds):
        table = options.out / f"fold{fold}" / "films.json"
        if not table.is_file() and options.only in (None, fold):
            inside = [film for film in films if fold_of[film.patient] != fold]
            outside = [film for film in films if fold_of[film.patient] == fold]
            train_fold(inside, fold, options)
            table.write_text(json.dumps(evaluate_fold(inside, outside, fold, options)))
        if table.is_file():
            rows += json.loads(table.read_text())
    print(json.dumps(summary(rows), indent=2))


def severity(films: Sequence[TrainingFilm]) -> dict[str, float]:
    """Return the opacity percentage of each patient as drawn, the mean over the films."""
    drawn: dict[str, list[float]] = {}
    for film in films:
        width, height = film.annotation.image_width or 0, film.annotation.image_height or 0
        measured = measure(film.annotation.shapes, width=width, height=height)
        drawn.setdefault(film.patient, []).append(measured.opacity_percent or 0.0)
    return {patient: float(np.mean(percents)) for patient, percents in drawn.items()}


def train_fold(films: list[TrainingFilm], fold: int, options: argparse.Namespace) -> None:
    """Train both networks on `films` and leave them in OUT/fold<k>/."""
    home: Path = options.out / f"fold{fold}"
    train_pair(
        films,
        PairRecipe(options.lung_epochs, options.opacity_epochs, seed=fold),
        PairPlaces(home, {task: f"{task}-fold-{fold}" for task in TASKS}, home / "prepared"),
        lung_outlines_of=lambda lungs: Predictor(ModelPair(lungs, lungs)).predict_lungs,
        start=_start(fold, options),
        extra=options.extra,
        say=lambda text: _say(f"fold {fold}: {text}"),
    )


def _start(fold: int, options: argparse.Namespace) -> dict[Task, Path]:
    if options.start_folds is not None:
        home = options.start_folds / f"fold{fold}"
        return {task: home / f"{task}-fold-{fold}" / WEIGHTS for task in TASKS}
    return {"lungs": options.start} if options.start else {}


def evaluate_fold(
    inside: list[TrainingFilm], outside: list[TrainingFilm], fold: int, options: argparse.Namespace
) -> list[dict[str, Any]]:
    """Predict films that the fold's networks never saw; one row a film.

    The threshold they are judged at is chosen on the films the networks learnt from.
    """
    store = ModelStore([options.out / f"fold{fold}"])
    pair = ModelPair(store.get(f"lungs-fold-{fold}"), store.get(f"opacity-fold-{fold}"))
    predictor = Predictor(pair)

    def judged(films: list[TrainingFilm], task: Task, thresholds: tuple[float, ...]) -> Any:
        found = judge_films(films, predictor, task, options.folder, thresholds=thresholds)
        for _path, reason in found.skipped:
            _say(f"fold {fold}: {reason}")
        return found.films

    lungs = judged(outside, "lungs", (pair.lungs.version.operating_threshold,))
    dice = {film.image: next(iter(film.at.values())).overlap.f1() for film in lungs}
    learnt = [_row(film, fold, float("nan")) for film in judged(inside, "opacity", THRESHOLDS)]
    threshold = least_biased(learnt)
    rows = [
        _row(film, fold, dice.get(film.image, float("nan")))
        for film in judged(outside, "opacity", THRESHOLDS)
    ]
    return [{**row, "threshold": threshold} for row in rows]


def _row(film: JudgedFilm, fold: int, lung_dice: float) -> dict[str, Any]:
    row: dict[str, Any] = {
        "film": film.image,
        "patient": film.patient,
        "fold": fold,
        "lung_dice": lung_dice,
        "has_opacity": film.has_opacity,
        "percent_reference": film.percent_reference,
    }
    for threshold, judged in film.at.items():
        row[f"iou@{threshold}"], row[f"f1@{threshold}"] = judged.overlap.iou(), judged.overlap.f1()
        row[f"percent@{threshold}"] = judged.percent_predicted or 0.0
    return row


def least_biased(rows: list[dict[str, Any]]) -> float:
    """Return the threshold at which the opacity percentage is least biased.

    Readers agree on the percentage rather than on outlines, and IoU hardly changes over a wide
    range of thresholds, so that the highest would be picked by chance.
    """
    return min(
        THRESHOLDS,
        key=lambda t: abs(sum(r[f"percent@{t}"] - r["percent_reference"] for r in rows)),
    )


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return each figure with its 95 % patient-bootstrap interval, and those of each fold."""
    folds = sorted({row["fold"] for row in rows})
    thresholds = {row["fold"]: row["threshold"] for row in rows}
    table = [
        {
            **row,
            "iou": row[f"iou@{row['threshold']}"],
            "f1": row[f"f1@{row['threshold']}"],
            "percent": row[f"percent@{row['threshold']}"],
        }
        for row in rows
    ]
    statistics = _statistics(table)
    patients = [row["patient"] for row in table]
    everything = np.arange(len(table))
    return {
        "films": len(table),
        "patients": len(set(patients)),
        "folds": len(folds),
        "threshold_of_fold": thresholds,
        "operating_threshold": round(float(np.median(list(thresholds.values()))), 2),
        "lung_threshold": USUAL_THRESHOLDS["lungs"],
        **{
            name: {
                "value": round(statistic(everything), 4),
                "interval_95": [round(x, 4) for x in bootstrap_interval(patients, statistic)],
            }
            for name, statistic in statistics.items()
        },
        "by_fold": {
            fold: {
                name: round(statistic([i for i in everything if table[i]["fold"] == fold]), 4)
                for name, statistic in statistics.items()
            }
            for fold in folds
        },
    }


def _statistics(table: list[dict[str, Any]]) -> dict[str, Any]:
    """Return figures as functions of the rows they are taken over."""

    def mean(key: str, *, nonempty: bool = False) -> Any:
        def value(indices: Any) -> float:
            picked = [table[i] for i in indices]
            return float(np.mean([r[key] for r in picked if r["has_opacity"] or not nonempty]))

        return value

    return {
        "lung_dice": mean("lung_dice"),
        "opacity_iou_nonempty": mean("iou", nonempty=True),
        "opacity_f1_nonempty": mean("f1", nonempty=True),
        "iou_empty_as_one": mean("iou"),
        "percent_r": lambda indices: pearson_r(
            [table[i]["percent"] for i in indices],
            [table[i]["percent_reference"] for i in indices],
        ),
        "percent_bias": lambda indices: float(
            np.mean([table[i]["percent"] - table[i]["percent_reference"] for i in indices])
        ),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--extra", type=Path, help="folder of synthetic films mixed in")
    parser.add_argument("--start", type=Path, help="Keras weights the lung networks start from")
    parser.add_argument(
        "--start-folds",
        type=Path,
        help="an earlier OUT with the same folds, whose networks are trained further",
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--only", type=int, help="train this fold alone")
    parser.add_argument("--lung-epochs", type=int, default=PairRecipe().lung_epochs)
    parser.add_argument("--opacity-epochs", type=int, default=PairRecipe().opacity_epochs)
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
