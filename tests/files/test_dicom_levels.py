"""Levels and windows of DICOM films, against pydicom's own transformations."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

from opacity_studio.domain.display import default_window, render_grey
from opacity_studio.domain.radiograph import Radiograph
from tests.files.dicom_files import dicom_film, film_pixels, lookup_table, own_values, read_film


def reference(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Return pydicom's modality values, and its greys from 0 to 255 as they would be shown."""
    dataset = pydicom.dcmread(BytesIO(data), force=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = apply_modality_lut(dataset.pixel_array, dataset)
        shown = apply_voi_lut(values, dataset).astype(np.float64)
    if "VOILUTSequence" in dataset:
        low, high = 0.0, float((1 << int(dataset.VOILUTSequence[0].LUTDescriptor[2])) - 1)
    else:
        ends = apply_modality_lut(np.array(_stored_range(dataset)), dataset)
        low, high = float(ends.min()), float(ends.max())
    shown = (shown - low) / (high - low) * 255
    return values, 255 - shown if dataset.PhotometricInterpretation == "MONOCHROME1" else shown


def _stored_range(dataset: pydicom.Dataset) -> tuple[int, int]:
    bits = dataset.BitsStored
    if dataset.PixelRepresentation:
        return -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    return 0, (1 << bits) - 1


def assert_as_pydicom(film: Radiograph, data: bytes) -> None:
    values, shown = reference(data)
    assert np.allclose(own_values(film), values, atol=1e-9)
    grey = render_grey(film, default_window(film))
    assert np.abs(grey - shown).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("polarity", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("rescale", [(1, 0), (1, -1024), (2.5, -100), (0.25, 7.5)])
@pytest.mark.parametrize("function", [None, "LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_windows_are_pydicom_s(
    tmp_path: Path, polarity: str, signed: bool, rescale: tuple[float, float], function: str | None
):
    slope, intercept = rescale
    middle = (0 if signed else 2048) * slope + intercept
    more = {"VOILUTFunction": function} if function else {}
    data = dicom_film(
        film_pixels(12, signed=signed),
        PhotometricInterpretation=polarity,
        RescaleSlope=slope,
        RescaleIntercept=intercept,
        RescaleType="US",
        WindowCenter=[middle + 100 * slope, 7],
        WindowWidth=[abs(1500 * slope), 9],
        **more,
    )
    film = read_film(tmp_path, data)
    assert_as_pydicom(film, data)
    assert film.inverted == (polarity == "MONOCHROME1")


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_a_negative_slope_turns_the_values_round(tmp_path: Path, function: str):
    window = {"WindowCenter": 1500, "WindowWidth": 1000, "VOILUTFunction": function}
    turned = dicom_film(
        4095 - film_pixels(), RescaleSlope=-1, RescaleIntercept=4095, RescaleType="US", **window
    )
    straight = dicom_film(film_pixels(), **window)
    films = [read_film(tmp_path, turned), read_film(tmp_path, straight)]
    assert np.array_equal(own_values(films[0]), film_pixels())
    shown = [render_grey(film, default_window(film)) for film in films]
    assert np.array_equal(*shown)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("signed", [False, True])
def test_every_depth(tmp_path: Path, bits: int, signed: bool):
    pixels = film_pixels(bits, signed=signed)
    data = dicom_film(pixels, bits, WindowCenter=30, WindowWidth=(1 << bits) / 2)
    film = read_film(tmp_path, data)
    assert film.pixels.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert np.array_equal(own_values(film), pixels)
    assert_as_pydicom(film, data)


@pytest.mark.parametrize("entry_bits", [10, 12, 16])  # pydicom's own 8-bit tables wrap round
@pytest.mark.parametrize(("first", "intercept"), [(0, 0), (500, 0), (3000, 1000)])
def test_voi_tables_are_pydicom_s(tmp_path: Path, entry_bits: int, first: int, intercept: int):
    entries = np.linspace(0, 1, 2000) ** 2 * ((1 << entry_bits) - 1)
    data = dicom_film(
        RescaleSlope=1,
        RescaleIntercept=intercept,
        RescaleType="US",
        VOILUTSequence=[lookup_table(entries.astype(int), first, entry_bits)],
        WindowCenter=5,
        WindowWidth=5,
    )
    film = read_film(tmp_path, data)
    assert film.voi_lut is not None
    assert_as_pydicom(film, data)


@pytest.mark.parametrize("packed", [False, True])
def test_voi_tables_of_bytes(tmp_path: Path, packed: bool):
    entries = np.linspace(255, 0, 4096).astype(np.uint8)
    item = lookup_table(entries, 0, 8)
    if packed:
        item.LUTData = [int(word) for word in entries.view("<u2")]
    film = read_film(tmp_path, dicom_film(VOILUTSequence=[item]))
    assert np.array_equal(render_grey(film, default_window(film)), entries[film_pixels()])


def test_a_damaged_voi_table_gives_way_to_the_window(tmp_path: Path):
    item = lookup_table(np.arange(100), 0)
    item.LUTDescriptor = [100, 0, 0]
    data = dicom_film(VOILUTSequence=[item], WindowCenter=500, WindowWidth=100)
    film = read_film(tmp_path, data)
    assert film.voi_lut is None
    assert default_window(film).centre == 500


def test_a_modality_table_is_applied(tmp_path: Path):
    entries = (np.sqrt(np.arange(4096)) * 1000).astype(int)
    data = dicom_film(
        ModalityLUTSequence=[lookup_table(entries, 0)], WindowCenter=30_000, WindowWidth=50_000
    )
    film = read_film(tmp_path, data)
    assert np.array_equal(film.pixels, entries[film_pixels()])
    expected = np.clip((film.pixels - 29_999.5) / 49_999 + 0.5, 0, 1) * 255
    assert np.abs(render_grey(film, default_window(film)) - expected).max() <= 0.5 + 1e-6


def test_both_polarities_look_alike(tmp_path: Path):
    pixels = film_pixels(12)
    films = [
        read_film(tmp_path, dicom_film(pixels, WindowCenter=2048, WindowWidth=4096)),
        read_film(
            tmp_path,
            dicom_film(
                4095 - pixels,
                PhotometricInterpretation="MONOCHROME1",
                WindowCenter=2048,
                WindowWidth=4096,
            ),
        ),
    ]
    shown = [render_grey(film, default_window(film)).astype(int) for film in films]
    assert np.abs(shown[0] - shown[1]).max() <= 1


@pytest.mark.parametrize(
    "window",
    [
        {"WindowCenter": "", "WindowWidth": ""},
        {"WindowCenter": 100, "WindowWidth": 0},
        {"WindowCenter": 100},
        {},
    ],
)
def test_a_film_without_a_usable_window_shows_the_range_it_uses(
    tmp_path: Path, window: dict[str, object]
):
    pixels = np.full((100, 100), 0, dtype=np.uint16)
    pixels[10:90, 10:90] = np.random.default_rng(2).integers(1000, 2001, (80, 80))
    pixels[:10] = 4000
    film = read_film(tmp_path, dicom_film(pixels, **window))
    shown = default_window(film)
    assert shown.centre == pytest.approx(1500, abs=15)
    assert shown.width == pytest.approx(1000, abs=25)


def test_padding_is_no_part_of_the_film(tmp_path: Path):
    pixels = np.random.default_rng(2).integers(1000, 2001, (100, 100)).astype(np.int16)
    speckle = np.random.default_rng(3).random((100, 100)) < 0.3
    pixels[speckle] = np.random.default_rng(4).integers(-2000, -1900, speckle.sum())
    film = read_film(
        tmp_path,
        dicom_film(pixels, PixelPaddingValue=-2000, PixelPaddingRangeLimit=-1900),
    )
    window = default_window(film)
    assert window.centre + film.value_offset == pytest.approx(1500, abs=15)
    assert window.width == pytest.approx(1000, abs=25)


def test_eight_bits_without_a_window_are_shown_as_stored(tmp_path: Path):
    pixels = film_pixels(8)
    film = read_film(tmp_path, dicom_film(pixels, 8))
    assert np.array_equal(render_grey(film, default_window(film)), pixels)
