"""The networks that are shipped, on the sample worklist whose truth is known."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import parse_annotation
from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.resource_path import resource
from opacity_studio.files.worklist import open_worklist
from opacity_studio.inference.predictor import Predictor

BUILT_IN = resource("models")
SAMPLES = resource("samples")


def sample_films() -> list[Path]:
    return [film.path for film in open_worklist(SAMPLES).films]


@cache
def predictor() -> Predictor:
    return Predictor(ModelStore([BUILT_IN]).active())


@cache
def predicted(film: Path) -> tuple[Radiograph, tuple[Shape, ...], tuple[Shape, ...]]:
    radiograph = read_radiograph(film)
    prediction = predictor().predict(radiograph)
    return radiograph, prediction.lungs, prediction.shapes_at(prediction.operating_threshold)


def truth_of(film: Path) -> tuple[Shape, ...]:
    path = SAMPLES / "truth" / f"{film.stem}.json"
    return parse_annotation(path.read_bytes(), path).shapes


def dice(one: np.ndarray, other: np.ndarray) -> float:
    total = int(one.sum()) + int(other.sum())
    return 2 * int((one & other).sum()) / total if total else 1.0


def mask(film: Radiograph, shapes: tuple[Shape, ...], *labels: str) -> np.ndarray:
    chosen = [shape for shape in shapes if shape.label in labels]
    return rasterise_shapes(chosen, film.height, film.width)


@pytest.mark.parametrize("film", sample_films(), ids=lambda film: film.name)
def test_both_lungs_are_found_and_named(film: Path) -> None:
    radiograph, lungs, _ = predicted(film)
    for label in LUNG_LABELS:
        drawn = mask(radiograph, truth_of(film), label)
        assert dice(mask(radiograph, lungs, label), drawn) > 0.9, label


@pytest.mark.parametrize("film", sample_films(), ids=lambda film: film.name)
def test_outlines_are_sparse_and_inside_the_film(film: Path) -> None:
    radiograph, lungs, opacity = predicted(film)
    for shape in (*lungs, *opacity):
        assert 4 <= len(shape.points) <= 200
        assert shape.points.min() >= 0
        assert (shape.points.max(axis=0) <= (radiograph.width, radiograph.height)).all()


def test_opacity_is_found() -> None:
    shared = total = 0
    for film in sample_films():
        radiograph, _, opacity = predicted(film)
        drawn = mask(radiograph, truth_of(film), OPACITY)
        shared += int((mask(radiograph, opacity, OPACITY) & drawn).sum())
        total += int(drawn.sum())
    assert shared / total > 0.6


def test_percentages_follow_the_truth() -> None:
    said, true = [], []
    for film in sample_films():
        radiograph, lungs, opacity = predicted(film)
        size = {"width": radiograph.width, "height": radiograph.height}
        said.append(measure((*lungs, *opacity), **size).opacity_percent)
        true.append(measure(truth_of(film), **size).opacity_percent)
    assert np.corrcoef(said, true)[0, 1] > 0.95
