"""A drawn folder of films and tiny networks that see them: evaluated for real in a second."""

from __future__ import annotations

import hashlib
from pathlib import Path

from opacity_studio.files.model_store import ModelPair, ModelStore
from opacity_studio.files.training_films import TrainingFilm, collect_films
from opacity_studio.inference.predictor import Predictor
from tests.learning.tiny_films import patients_on, write_film
from tests.tiny_networks import OPACITY_ID, opacity_graph, write_model, write_tiny_models

BLIND_ID = "opacity-blind"


def write_films(folder: Path, *, train: int = 2, test: int = 3) -> Path:
    """Write films on both sides of the split; the last test film has no opacity."""
    for patient in patients_on("train", train):
        write_film(folder, patient)
    tested = patients_on("test", test)
    for patient in tested:
        write_film(folder, patient, opacity=patient != tested[-1])
    return folder


def films_of(folder: Path) -> tuple[TrainingFilm, ...]:
    return collect_films(folder).films


def predictor_in(root: Path) -> Predictor:
    return Predictor(ModelStore([write_tiny_models(root)]).active())


def predictor_that_saw(root: Path, *films: Path) -> Predictor:
    """Return the tiny pipeline with an opacity network whose card lists `films`."""
    seen = [{"image_sha256": hashlib.sha256(film.read_bytes()).hexdigest()} for film in films]
    write_tiny_models(root)
    write_model(root, OPACITY_ID, "opacity", opacity_graph(), training={"films": seen})
    return Predictor(ModelStore([root]).active())


def blind_predictor(root: Path) -> Predictor:
    """Return a pipeline whose opacity network finds nothing at its own threshold."""
    store = ModelStore([write_tiny_models(root)])
    write_model(root, BLIND_ID, "opacity", opacity_graph(steepness=0.01), operating_threshold=0.9)
    pair: ModelPair = store.active().with_model(store.get(BLIND_ID))
    return Predictor(pair)
