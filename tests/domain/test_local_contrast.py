"""Contrast evened out: what is flat gains, nothing turns round, no level is lost."""

from __future__ import annotations

import numpy as np
import pytest

from opacity_studio.domain.local_contrast import with_local_contrast


def chest(dtype: type, *, height: int = 320, width: int = 256) -> np.ndarray:
    """Return a bright frame with two dark fields of faint texture."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[:height, :width]
    lungs = (abs(x - width * 0.3) < width * 0.15) | (abs(x - width * 0.7) < width * 0.15)
    shares = np.where(lungs, 0.2, 0.75) + 0.1 * y / height + rng.normal(0, 0.01, (height, width))
    return (shares * np.iinfo(dtype).max * 0.9).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_texture_of_a_flat_field_gains_contrast(dtype):
    pixels = chest(dtype)
    evened = with_local_contrast(pixels)
    assert evened.shape == pixels.shape
    assert evened.dtype == pixels.dtype
    field = slice(100, 200), slice(60, 90)
    assert evened[field].std() > 1.3 * pixels[field].std()


def test_at_one_place_a_larger_value_stays_larger():
    pixels = chest(np.uint16)
    evened = with_local_contrast(pixels).astype(float)
    steps = np.diff(pixels.astype(float), axis=1)
    gained = np.diff(evened, axis=1)
    # Neighbours share their maps but for a 40th part of a tile.
    clear = abs(steps) > 200
    assert (np.sign(steps) == np.sign(gained))[clear].mean() > 0.999


def test_a_deep_film_keeps_its_levels():
    y, x = np.mgrid[:400, :400]
    pixels = (20_000 + 20 * x + y).astype(np.uint16)
    evened = with_local_contrast(pixels)
    assert len(np.unique(evened)) > 4000


def test_values_stay_within_the_film_and_marks_stay_as_they_are():
    pixels = chest(np.uint16)
    pixels[:3, :3] = 65535
    evened = with_local_contrast(pixels)
    assert (evened[:3, :3] == 65535).all()
    assert evened.min() >= pixels.min()


@pytest.mark.parametrize("shape", [(1, 9), (12, 400)])
def test_a_film_too_small_for_tiles_is_left_alone(shape):
    pixels = np.arange(shape[0] * shape[1], dtype=np.uint16).reshape(shape)
    assert np.array_equal(with_local_contrast(pixels), pixels)


def test_a_film_of_one_value_is_left_alone():
    pixels = np.full((100, 100), 77, np.uint8)
    assert np.array_equal(with_local_contrast(pixels), pixels)
