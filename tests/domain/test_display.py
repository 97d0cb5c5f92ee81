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
    full_range_window,
    grey_table,
    narrow_window,
    render_grey,
    window_alike,
    window_between,
    window_in_file_values,
    window_of_file_values,
)
from opacity_studio.domain.labels import RIGHT_LUNG
from opacity_studio.domain.radiograph import Radiograph, Window
from opacity_studio.domain.shape import Shape

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


@pytest.mark.parametrize("side", [100, 1500])
def test_auto_window_spreads_the_lungs_over_the_scale(side: int):
    pixels = np.full((side, side), 200, dtype=np.uint8)
    low, high = side // 5, side * 3 // 5
    inside = slice(low, high), slice(low, high)
    pixels[inside] = np.arange((high - low) ** 2).reshape(high - low, -1) % 50 + 50
    lung = Shape(RIGHT_LUNG, [[low, low], [high, low], [high, high], [low, high]])
    window = auto_window(film(pixels), (lung,))
    grey = render_grey(film(pixels), window)[inside]
    assert grey.min() == 0
    assert grey.max() == 255
    assert window.centre == pytest.approx(75, abs=2)


def test_lungs_beside_the_film_mean_the_whole_film():
    radiograph = deep_film()
    beside = Shape(RIGHT_LUNG, [[900, 900], [950, 900], [950, 950]])
    assert auto_window(radiograph, (beside,)) == auto_window(radiograph)


def test_the_full_range_goes_from_the_least_to_the_greatest_value():
    pixels = np.array([[1200, 3000], [4000, 2000]], dtype=np.uint16)
    shown = render_grey(film(pixels), full_range_window(film(pixels)))
    assert (shown.min(), shown.max()) == (0, 255)
    assert full_range_window(film(np.zeros((3, 3), np.uint8))).width > 1


def test_a_narrowed_window_has_twice_the_contrast_about_the_same_grey():
    window = Window(5000, 2001)
    narrow = narrow_window(window)
    wide = grey_table(deep_film(), window).astype(int)
    steep = grey_table(deep_film(), narrow).astype(int)
    assert narrow.centre == window.centre
    assert steep[5200] - 128 == pytest.approx(2 * (wide[5200] - 128), abs=2)


@given(windows, st.sampled_from([1.0, 2.0, -1.0, 0.1]), st.floats(-2000, 2000))
def test_windows_in_the_files_own_values_and_back(window: Window, slope: float, offset: float):
    radiograph = deep_film(value_slope=slope, value_offset=offset)
    said = window_in_file_values(radiograph, window)
    back = window_of_file_values(radiograph, said)
    assert back.centre == pytest.approx(window.centre, rel=1e-9, abs=1e-6)
    assert back.width == pytest.approx(window.width, rel=1e-9)
    assert said.width > 0


@given(windows, st.floats(0.3, 3.0), st.booleans())
def test_gamma_moves_the_middle_and_keeps_both_ends(window: Window, gamma: float, invert: bool):
    plain = grey_table(deep_film(), window, invert=invert).astype(int)
    bent = grey_table(deep_film(), window, invert=invert, gamma=gamma).astype(int)
    assert (bent[plain == 0] <= 40).all()
    assert (bent[plain == 255] >= 250).all()
    assert ((bent >= plain - 1) if gamma > 1 else (bent <= plain + 1)).all()
    order = -1 if invert else 1
    assert (np.diff(bent) * order >= 0).all()


def test_gamma_bends_a_lut_of_the_file_too():
    lut = np.linspace(0, 255, 65536).astype(np.uint8)
    window = Window(100, 50)
    radiograph = deep_film(suggested_window=window, voi_lut=lut)
    assert np.array_equal(grey_table(radiograph, window), lut)
    assert grey_table(radiograph, window, gamma=2.0)[32768] == pytest.approx(180, abs=2)


def test_a_narrow_window_shows_levels_that_a_wide_one_merges():
    """Sixteen bits are looked up as sixteen bits: nothing is cut to 256 levels on the way."""
    pixels = np.arange(20_000, 20_256, dtype=np.uint16).reshape(16, 16)
    wide = render_grey(film(pixels), window_between(0, 65535))
    narrow = render_grey(film(pixels), window_between(20_000, 20_255))
    assert len(np.unique(wide)) <= 2
    assert len(np.unique(narrow)) == 256


@given(st.floats(0, 255), st.floats(1, 255))
def test_a_film_of_other_depth_is_shown_alike(centre: float, width: float):
    """A film in 16 bit looks through the window carried over as its 8-bit twin does."""
    shallow = film(np.tile(np.arange(256, dtype=np.uint8), (16, 1)))
    twin = (shallow.pixels.astype(np.uint16) + 1) * 200
    deep = film(twin, suggested_window=window_between(200, 256 * 200))
    window = Window(centre, width)
    alike = window_alike(window, shallow, deep)
    one = render_grey(shallow, window).astype(int)
    other = render_grey(deep, alike).astype(int)
    # A window one value wide is a step, whose place is within one value.
    if width > 2:
        assert np.abs(one - other).max() <= 2 + 512 / width
    back = window_alike(alike, deep, shallow)
    assert back.centre == pytest.approx(window.centre)


def test_a_film_is_alike_to_itself():
    shown = film(np.tile(np.arange(256, dtype=np.uint8), (16, 1)))
    assert window_alike(Window(90.0, 60.0), shown, shown) == Window(90.0, 60.0)
