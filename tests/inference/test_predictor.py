from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import shapely

from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape
from opacity_studio.files.model_store import ModelStore
from opacity_studio.inference.predictor import PredictionCancelledError, Predictor
from tests.tiny_networks import LUNGS_ID, OPACITY_ID, lungs_graph, write_model, write_tiny_models

WIDTH, HEIGHT = 800, 640
SPOT = (250, 330)


def film(dtype: type = np.uint8) -> Radiograph:
    """A dark film with one bright spot in the right lung and one outside the lungs."""
    pixels = np.full((HEIGHT, WIDTH), 40, np.uint8)
    pixels[:, ::2] += 10
    cv2.circle(pixels, SPOT, 45, 230, -1)
    cv2.circle(pixels, (400, 60), 30, 230, -1)
    scaled = pixels.astype(dtype) * (257 if dtype is np.uint16 else 1)
    return Radiograph(scaled.astype(dtype), Path("film.png"))


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return write_tiny_models(tmp_path)


@pytest.fixture
def predictor(models: Path) -> Predictor:
    return Predictor(ModelStore([models]).active())


def polygons(prediction: Prediction, label: str) -> list[shapely.Polygon]:
    shapes = (*prediction.lungs, *prediction.shapes_at(0.5))
    return [shapely.Polygon(s.points, s.holes) for s in shapes if s.label == label]


def test_the_pipeline_finds_lungs_and_what_is_bright_within(predictor: Predictor) -> None:
    prediction = predictor.predict(film())
    (right,), (left,) = polygons(prediction, RIGHT_LUNG), polygons(prediction, LEFT_LUNG)
    assert right.centroid.x == pytest.approx(100 / 320 * WIDTH, abs=3)
    assert left.centroid.x == pytest.approx(220 / 320 * WIDTH, abs=3)
    (spot,) = polygons(prediction, OPACITY)
    assert (spot.centroid.x, spot.centroid.y) == pytest.approx(SPOT, abs=4)
    assert spot.area == pytest.approx(np.pi * 45**2, rel=0.1)
    assert (prediction.image_width, prediction.image_height) == (WIDTH, HEIGHT)
    assert (prediction.model, prediction.lungs_model) == (OPACITY_ID, LUNGS_ID)
    assert not prediction.lungs_from_person
    assert prediction.message == ""


def test_the_map_lies_where_its_box_says(predictor: Predictor) -> None:
    """Pasted back at native size the map is bright where the film is."""
    prediction = predictor.predict(film())
    box = prediction.box
    size = (round(box.width), round(box.height))
    native = cv2.resize(prediction.probability, size, interpolation=cv2.INTER_LINEAR)
    pasted = np.zeros((HEIGHT, WIDTH), np.uint8)
    top, left = round(box.top), round(box.left)
    pasted[top : top + size[1], left : left + size[0]] = native
    drawn = np.zeros_like(pasted)
    cv2.circle(drawn, SPOT, 45, 255, -1)
    said, truth = pasted > 127, drawn > 0
    assert (said & truth).sum() / (said | truth).sum() > 0.93


@pytest.mark.parametrize("variant", ["16 bit", "MONOCHROME1"])
def test_depth_and_polarity_make_no_difference(predictor: Predictor, variant: str) -> None:
    plain = film()
    other = (
        film(np.uint16)
        if variant == "16 bit"
        else replace(plain, pixels=(255 - plain.pixels).astype(np.uint8), inverted=True)
    )
    one, two = predictor.predict(plain), predictor.predict(other)
    difference = one.probability.astype(int) - two.probability.astype(int)
    assert np.abs(difference).mean() < 2
    assert one.box == two.box


def test_a_persons_lungs_replace_the_predicted_ones(predictor: Predictor) -> None:
    drawn = Shape(RIGHT_LUNG, [[150, 200], [350, 200], [350, 450], [150, 450]])
    prediction = predictor.predict(film(), [drawn, Shape(OPACITY, [[0, 0], [9, 0], [9, 9]])])
    assert prediction.lungs == (drawn,)
    assert prediction.lungs_from_person
    assert prediction.box.left <= 150
    assert prediction.box.right < 400
    (spot,) = polygons(prediction, OPACITY)
    assert spot.centroid.x == pytest.approx(SPOT[0], abs=4)


def test_a_film_without_lungs_says_so(predictor: Predictor) -> None:
    blank = Radiograph(np.full((HEIGHT, WIDTH), 90, np.uint8), Path("blank.png"))
    prediction = predictor.predict(blank)
    assert prediction.lungs == ()
    assert prediction.shapes_at(0.01) == ()
    assert "No lungs were found" in prediction.message


def test_drawn_lungs_off_the_film_are_no_field(predictor: Predictor) -> None:
    away = Shape(RIGHT_LUNG, [[-90, -90], [-10, -90], [-10, -10]])
    assert predictor.predict(film(), [away]).shapes_at(0.01) == ()


def test_both_directions_are_averaged_where_the_card_says_so(models: Path) -> None:
    store = ModelStore([models])
    write_model(models, "once", "lungs", lungs_graph(), test_time_flip=False)
    passes: list[int] = []

    def count() -> bool:
        passes.append(1)
        return False

    Predictor(store.active()).predict(film(), is_cancelled=count)
    assert len(passes) == 4
    passes.clear()
    Predictor(store.active().with_model(store.get("once"))).predict(film(), is_cancelled=count)
    assert len(passes) == 3


def test_it_can_be_cancelled_between_passes(predictor: Predictor) -> None:
    answers = iter([False, True])
    with pytest.raises(PredictionCancelledError):
        predictor.predict(film(), is_cancelled=lambda: next(answers))


def test_threads_may_share_it(predictor: Predictor) -> None:
    start = threading.Barrier(4)

    def run(_: int) -> bytes:
        start.wait()
        return predictor.predict(film()).probability.tobytes()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(run, range(4)))) == 1


def test_opacity_ends_where_the_lungs_end(predictor: Predictor) -> None:
    """A white-out outside the outlined lungs is shown to the network but not counted."""
    drawn = Shape(RIGHT_LUNG, [[150, 200], SPOT, [350, 450], [150, 450]])
    prediction = predictor.predict(film(), [drawn])
    (spot,) = polygons(prediction, OPACITY)
    outside = spot.difference(shapely.Polygon(drawn.points))
    assert outside.area < 0.1 * spot.area
