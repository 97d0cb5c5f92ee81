"""Windows and grey tables, against pydicom's own reference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_windowing

from opacity_studio.domain.display import (
    auto_window,
    default_window,
    grey_table,
    render_grey,
    window_between,
)
from opacity_studio.domain.radiograph import Radiograph, Window

PATH = Path("film.png")

windows = st.builds(
    Window,
    centre=st.floats(-10_000, 80_000, allow_nan=False),
    width=st.floats(1, 100_000, allow_nan=False),
)


def film(pixels: np.ndarray, **more: object) -> Radiograph:
    return Radiograph(np.ascontiguousarray(pixels), PATH, **more)  # type: ignore[arg-type]


def deep_film(**more: object) -> Radiograph:
    return film(np.arange(65536, dtype=np.uint16).reshape(256, 256), **more)


@given(windows)
def test_a_larger_value_is_never_darker(window: Window):
    table = grey_table(deep_film(), window).astype(int)
    assert (np.diff(table) >= 0).all()


@given(windows)
def test_inverting_is_the_complement(window: Window):
    shown = grey_table(deep_film(), window)
    assert np.array_equal(grey_table(deep_film(), window, invert=True), 255 - shown)
    assert np.array_equal(grey_table(deep_film(inverted=True), window), 255 - shown)
    assert np.array_equal(grey_table(deep_film(inverted=True), window, invert=True), shown)


@given(windows)
def test_the_linear_window_is_the_one_of_the_standard(window: Window):
    dataset = Dataset()
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsStored = 16
    dataset.PixelRepresentation = 0
    dataset.WindowCenter = window.centre
    dataset.WindowWidth = window.width
    # The file's decimal strings round to 16 characters: compare with what the file says.
    said = Window(float(dataset.WindowCenter), float(dataset.WindowWidth))
    radiograph = deep_film()
    expected = apply_windowing(radiograph.pixels, dataset) / 65535 * 255
    assert np.abs(render_grey(radiograph, said) - expected).max() <= 0.5 + 1e-6


def test_eight_bit_films_open_with_their_own_greys():
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    radiograph = film(pixels)
    assert np.array_equal(render_grey(radiograph, default_window(radiograph)), pixels)


def test_the_file_s_window_is_the_default():
    window = Window(300.0, 200.0)
    assert default_window(deep_film(suggested_window=window)) == window


def test_a_voi_table_holds_until_the_window_is_changed():
    table = np.full(65536, 7, dtype=np.uint8)
    window = Window(300.0, 200.0)
    radiograph = deep_film(suggested_window=window, voi_lut=table)
    assert (render_grey(radiograph, window) == 7).all()
    assert render_grey(radiograph, Window(301.0, 200.0)).max() == 255


def test_window_ends_are_black_and_white():
    table = grey_table(deep_film(), window_between(1000, 3000))
    assert (table[1000], table[3000]) == (0, 255)
    assert 0 < table[1010] < table[2990] < 255


@pytest.mark.parametrize("mark", [0, 65535])
def test_borders_and_burnt_in_marks_do_not_widen_the_default_window(mark: int):
    rng = np.random.default_rng(1)
    inside = rng.integers(12_000, 20_001, (400, 400), dtype=np.uint16)
    pixels = np.full((600, 600), mark, dtype=np.uint16)
    pixels[100:500, 100:500] = inside
    pixels[110:180, 110:180] = 65535
    window = default_window(film(pixels))
    black = window.centre - 0.5 - (window.width - 1) / 2
    white = window.centre - 0.5 + (window.width - 1) / 2
    assert black == pytest.approx(12_000, abs=100)
    assert white == pytest.approx(20_000, abs=100)


def test_a_film_of_one_value_still_has_a_window():
    assert default_window(film(np.full((8, 8), 900, dtype=np.uint16))).width > 1


def test_auto_window_spreads_the_region_asked_for():
    pixels = np.full((100, 100), 200, dtype=np.uint8)
    pixels[20:60, 20:60] = np.arange(1600).reshape(40, 40) % 50 + 50
    region = np.zeros((100, 100), dtype=bool)
    region[20:60, 20:60] = True
    window = auto_window(film(pixels), region)
    grey = render_grey(film(pixels), window)[region]
    assert grey.min() == 0
    assert grey.max() == 255
    assert window.centre == pytest.approx(75, abs=2)


def test_a_region_without_pixels_means_the_whole_film():
    radiograph = deep_film()
    nothing = np.zeros((256, 256), dtype=bool)
    assert auto_window(radiograph, nothing) == auto_window(radiograph)
