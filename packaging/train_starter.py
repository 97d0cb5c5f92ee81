r"""Train the two networks that travel with the program.

    python packaging/train_starter.py FOLDER --evaluation CV.json --models resources/models \
        --work DIR [--extra SYNTHETIC] [--start H5] [--start-opacity H5] [--lungs ID]

FOLDER holds the films with outlines; all of them are trained on. What the recipe is worth was
measured before, by `tests/benchmarks/cross_validation.py`, whose output is given as CV.json: its
figures go into the cards and its operating threshold into the opacity network's. A network whose
folder is there already is kept; --lungs names a lung network that stays in use.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from opacity_studio.domain.model_version import TASKS
from opacity_studio.domain.training_settings import FROM_SCRATCH_EPOCHS
from opacity_studio.files.model_store import POINTER, ModelPair
from opacity_studio.files.training_films import collect_films
from opacity_studio.inference.predictor import Predictor
from opacity_studio.learning.pair import PairPlaces, PairRecipe, train_pair

NOTE = (
    "It was trained on all films of its folder, test patients included: its worth was measured by "
    "cross-validation beforehand. It starts from the network of one of the folds, trained for "
    f"{FROM_SCRATCH_EPOCHS['lungs']} epochs (lungs) or {FROM_SCRATCH_EPOCHS['opacity']} (opacity), "
    "and went on with all films for as many epochs as its settings say. Synthetic radiographs "
    "(packaging/render_samples.py) were learnt from first, and are one film in four of every batch."
)


def main() -> None:
    """Train what is missing and point to it."""
    options = _options()
    measured = json.loads(options.evaluation.read_text(encoding="utf-8"))
    ids = {task: f"{task}-starter-{options.number}" for task in TASKS}
    if options.lungs is not None:
        ids["lungs"] = options.lungs
    train_pair(
        collect_films(options.folder, validation=False).films,
        PairRecipe(options.lung_epochs, options.opacity_epochs, seed=options.seed),
        PairPlaces(options.models, ids, options.work),
        lung_outlines_of=lambda lungs: Predictor(ModelPair(lungs, lungs)).predict_lungs,
        start={
            task: path
            for task, path in (("lungs", options.start), ("opacity", options.start_opacity))
            if path
        },
        extra=options.extra,
        thresholds={
            "lungs": measured["lung_threshold"],
            "opacity": measured["operating_threshold"],
        },
        metrics={"cross_validation": measured},
        note=NOTE,
        say=lambda text: print(text, file=sys.stderr, flush=True),
    )
    (options.models / POINTER).write_text(json.dumps(ids, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--evaluation", type=Path, required=True, help="of the cross-validation")
    parser.add_argument("--models", type=Path, required=True, help="folder of model folders")
    parser.add_argument("--work", type=Path, required=True, help="folder for prepared films")
    parser.add_argument("--extra", type=Path, help="folder of synthetic films mixed in")
    parser.add_argument("--start", type=Path, help="Keras weights the lung network starts from")
    parser.add_argument("--start-opacity", type=Path, help="likewise; else the lung network's")
    parser.add_argument("--lungs", help="id of the lung network in DIR that is kept in use")
    parser.add_argument("--number", type=int, default=1, help="of this generation of networks")
    parser.add_argument("--lung-epochs", type=int, default=PairRecipe().lung_epochs)
    parser.add_argument("--opacity-epochs", type=int, default=PairRecipe().opacity_epochs)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
