"""The networks that never saw a film: of its patient's fold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from opacity_studio.files.model_store import ModelPair, ModelStore
from opacity_studio.files.training_films import TrainingFilm


def networks_of_films(models: Path, films: Sequence[TrainingFilm]) -> dict[str, ModelPair]:
    """Return the networks for each film, by its name: of its fold, or those in use without folds.

    Films of a fold that is not trained yet are left out.

    Parameters
    ----------
    models
        What `cross_validation.py` left, or a folder of models with an ``active.json``.
    """
    tables = sorted(models.glob("fold*/films.json"))
    if not tables:
        active = ModelStore([models]).active()
        return {film.path.name: active for film in films}
    pairs = {}
    for table in tables:
        store = ModelStore([table.parent])
        number = table.parent.name.removeprefix("fold")
        pair = ModelPair(store.get(f"lungs-fold-{number}"), store.get(f"opacity-fold-{number}"))
        pairs |= {row["film"]: pair for row in json.loads(table.read_text())}
    return pairs
