from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opacity_studio.domain.labels import LEFT_LUNG, RIGHT_LUNG
from opacity_studio.domain.preprocessing import (
    INPUT_SIZE,
    MARGIN,
    lung_box,
    lungs_input,
    opacity_input,
    rings_in_box,
)
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape

LUNG = Shape(RIGHT_LUNG, [[100, 80], [300, 80], [300, 480], [100, 480]])
OTHER = Shape(LEFT_LUNG, [[400, 80], [560, 80], [560, 440], [400, 440]])


def film(height: int = 600, width: int = 700) -> Radiograph:
    noise = np.random.default_rng(0).normal(size=(height, width))
    smooth = cv2.GaussianBlur(noise, (0, 0), 12)
    grey = (smooth - smooth.min()) / (smooth.max() - smooth.min()) * 200 + 20
    return Radiograph(grey.astype(np.uint8), Path("film.png"))


def test_the_whole_film_is_stretched_to_the_networks_square() -> None:
    whole = lungs_input(film())
    assert (whole.shape, whole.dtype) == ((INPUT_SIZE, INPUT_SIZE), np.float32)
    assert (whole.min(), whole.max()) == (0.0, 1.0)
    plain = cv2.resize(film().pixels, (INPUT_SIZE, INPUT_SIZE), interpolation=cv2.INTER_AREA)
    assert np.corrcoef(whole.ravel(), plain.ravel())[0, 1] > 0.995


@pytest.mark.parametrize("lungs", [(), (LUNG, OTHER)])
def test_depth_range_and_polarity_make_no_difference(lungs: tuple[Shape, ...]) -> None:
    def seen(radiograph: Radiograph) -> np.ndarray:
        crop = opacity_input(radiograph, lungs)
        return lungs_input(radiograph) if crop is None else crop.film

    plain = film()
    deep = replace(plain, pixels=plain.pixels.astype(np.uint16) * 100 + 7000)
    turned = replace(plain, pixels=(255 - plain.pixels).astype(np.uint8), inverted=True)
    np.testing.assert_allclose(seen(deep), seen(plain), atol=0.01)
    np.testing.assert_allclose(seen(turned), seen(plain), atol=0.01)


def test_a_blank_film_is_a_blank_input() -> None:
    blank = Radiograph(np.full((50, 60), 77, np.uint8), Path("film.png"))
    assert not lungs_input(blank).any()


def test_the_crop_shows_the_lungs_and_a_little_around_them() -> None:
    crop = opacity_input(film(), (LUNG, OTHER))
    assert crop is not None
    assert crop.box.left == pytest.approx(100 - 460 * MARGIN, abs=1)
    assert crop.box.bottom == pytest.approx(480 + 400 * MARGIN, abs=1)
    scale = INPUT_SIZE / crop.box.width
    right_half = crop.field[INPUT_SIZE // 2, : INPUT_SIZE // 2]
    assert right_half.sum() == pytest.approx(200 * scale, abs=0.06 * INPUT_SIZE)
    assert right_half.sum() > 200 * scale
    between = round((350 - crop.box.left) * scale)
    assert crop.field[INPUT_SIZE // 2, between] == 0
    assert not crop.film[crop.field == 0].any()
    assert crop.film[crop.field == 1].any()
    assert set(np.unique(crop.field)) == {0.0, 1.0}
    pixel = crop.box.width * crop.box.height / INPUT_SIZE**2
    assert crop.lungs.sum() * pixel == pytest.approx(200 * 400 + 160 * 360, rel=0.02)
    assert (crop.lungs <= crop.field).all()


def test_what_lies_apart_from_the_lungs_does_not_darken_them() -> None:
    """Such as a white marker in a corner of the film."""
    marked = film().pixels.copy()
    marked[:60, :60] = 255
    crop, clean = (
        opacity_input(Radiograph(pixels, Path("f")), (LUNG, OTHER))
        for pixels in (marked, film().pixels.copy())
    )
    assert crop is not None
    assert clean is not None
    np.testing.assert_array_equal(crop.film, clean.film)


def test_white_lungs_stay_white() -> None:
    """How white is told by what lies between and around them, not by the lungs themselves."""

    def inside(grey: float) -> float:
        pixels = film().pixels.copy()
        pixels[80:480, 100:300] = np.clip(pixels[80:480, 100:300] / 4 + grey, 0, 255)
        pixels[80:440, 400:560] = np.clip(pixels[80:440, 400:560] / 4 + grey, 0, 255)
        crop = opacity_input(Radiograph(pixels, Path("f")), (LUNG, OTHER))
        assert crop is not None
        return float(crop.film[crop.lungs == 1].mean())

    assert inside(180) > inside(60) + 0.3


def test_one_lung_is_the_whole_field() -> None:
    crop = opacity_input(film(), (LUNG,))
    assert crop is not None
    assert crop.box.right < 330


@pytest.mark.parametrize(
    "lungs",
    [
        (),
        (Shape(RIGHT_LUNG, [[10, 10], [20, 20]], shape_type="rectangle"),),
        (Shape(RIGHT_LUNG, [[-90, -90], [-10, -90], [-10, -10]]),),
        (Shape(RIGHT_LUNG, [[10, 10], [400, 10], [200, 10]]),),
    ],
)
def test_lungs_that_enclose_nothing_give_no_crop(lungs: tuple[Shape, ...]) -> None:
    crop = opacity_input(film(), lungs)
    assert crop is None


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-500, 1500), st.floats(-500, 1500)), min_size=3, max_size=8, unique=True
    )
)
def test_the_box_stays_on_the_film(points: list[tuple[float, float]]) -> None:
    box = lung_box((Shape(RIGHT_LUNG, points),), 700, 600)
    if box is not None:
        assert 0 <= box.left < box.right <= 700
        assert 0 <= box.top < box.bottom <= 600
        assert box.left == int(box.left)


def test_outlines_go_to_the_grid_of_the_crop_and_back() -> None:
    box = lung_box((LUNG,), 700, 600)
    assert box is not None
    (ring,) = rings_in_box(LUNG, box, INPUT_SIZE)
    back = ring * (box.width / INPUT_SIZE, box.height / INPUT_SIZE) + (box.left, box.top)
    np.testing.assert_allclose(back, LUNG.points)
    assert ring.min() > 0
    assert ring.max() < INPUT_SIZE
