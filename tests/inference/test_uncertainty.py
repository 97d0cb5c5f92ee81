from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.doubt import Doubt
from opacity_studio.domain.labels import RIGHT_LUNG
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.triage import Zone
from opacity_studio.files.model_store import ModelStore
from opacity_studio.inference.predictor import PredictionCancelledError, Predictor
from opacity_studio.inference.uncertainty import LOOKS, Look, look_closer
from tests.tiny_networks import opacity_graph, write_model, write_tiny_models

SIDE = 640


def film(grey: int = 40) -> Radiograph:
    """A dark film with a white bar between the lungs, and the right base in `grey`."""
    pixels = np.full((SIDE, SIDE), 40, np.uint8)
    pixels[:, ::2] += 4
    pixels[100:560, 308:332] = 250
    pixels[400:560, 100:300] = grey
    return Radiograph(pixels, Path("film.png"))


IN_BETWEEN = 165
"""Taken for opaque with a chance of about one half."""


@pytest.fixture
def predictor(tmp_path: Path) -> Predictor:
    write_tiny_models(tmp_path)
    # Flat enough that grey is neither opaque nor clear.
    write_model(tmp_path, "opacity-tiny", "opacity", opacity_graph(steepness=8))
    return Predictor(ModelStore([tmp_path]).active())


@given(st.booleans(), st.floats(0.85, 1.15), st.floats(-0.06, 0.06), st.integers(0, 2**32 - 1))
def test_a_look_is_undone(mirrored: bool, zoom: float, shift: float, seed: int) -> None:
    coarse = np.random.default_rng(seed).random((8, 8), np.float32)
    smooth = cv2.resize(coarse, (96, 96), interpolation=cv2.INTER_CUBIC)
    look = Look(mirrored, zoom, shift)
    back = look.undone(look.at(smooth))
    inner = (slice(20, 76), slice(20, 76))
    assert np.abs(back[inner] - smooth[inner]).max() < 0.12


def test_more_is_open_on_a_film_in_between(predictor: Predictor) -> None:
    clear, grey = film(), film(IN_BETWEEN)
    doubts = [
        look_closer(predictor, each, predictor.predict(each)).expected_difference
        for each in (clear, grey)
    ]
    assert doubts[0] < doubts[1]


def test_the_place_of_the_doubt_is_where_the_film_is_grey(predictor: Predictor) -> None:
    grey = film(IN_BETWEEN)
    found = look_closer(predictor, grey, predictor.predict(grey))
    assert (found.lung, found.zone) == (RIGHT_LUNG, Zone.LOWER)


def test_within_a_persons_lungs_no_other_lungs_are_looked_for(predictor: Predictor) -> None:
    ring = np.array([[120.0, 200.0], [280.0, 200.0], [280.0, 600.0], [120.0, 600.0]])
    prediction = predictor.predict(film(), [Shape(RIGHT_LUNG, ring)])
    passes = 0

    def count() -> bool:
        nonlocal passes
        passes += 1
        return False

    look_closer(predictor, film(), prediction, is_cancelled=count)
    assert passes == len(LOOKS)


def test_a_blank_film_without_lungs_is_all_open(predictor: Predictor) -> None:
    blank = Radiograph(np.zeros((SIDE, SIDE), np.uint8), Path("blank.png"))
    assert look_closer(predictor, blank, predictor.predict(blank)) == Doubt(1.0)


def test_nobody_waiting_stops_it_before_the_next_pass(predictor: Predictor) -> None:
    prediction = predictor.predict(film())
    with pytest.raises(PredictionCancelledError):
        look_closer(predictor, film(), prediction, is_cancelled=lambda: True)
