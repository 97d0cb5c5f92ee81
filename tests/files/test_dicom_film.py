"""DICOM films, against pydicom's own transformations."""

from __future__ import annotations

import contextlib
import warnings
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import cv2
import gdcm
import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut
from pydicom.uid import (
    JPEG2000,
    UID,
    BasicTextSRStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from opacity_studio.domain.display import default_window, render_grey
from opacity_studio.domain.errors import RadiographError
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.files.dicom_film import read_patient_id
from opacity_studio.files.radiograph_reader import read_radiograph, read_thumbnail
from tests.files.dicom_files import (
    dicom_bytes,
    dicom_dataset,
    dicom_film,
    film_pixels,
    lookup_table,
)

GDCM_SYNTAXES = {
    JPEGLossless: gdcm.TransferSyntax.JPEGLosslessProcess14,
    JPEGLosslessSV1: gdcm.TransferSyntax.JPEGLosslessProcess14_1,
    JPEGLSLossless: gdcm.TransferSyntax.JPEGLSLossless,
    JPEGExtended12Bit: gdcm.TransferSyntax.JPEGExtendedProcess2_4,
    JPEGBaseline8Bit: gdcm.TransferSyntax.JPEGBaselineProcess1,
    JPEG2000: gdcm.TransferSyntax.JPEG2000,
}


def compressed(plain: bytes, syntax: UID, folder: Path) -> bytes:
    """Return the DICOM file `plain` in another transfer syntax, by GDCM."""
    (folder / "plain.dcm").write_bytes(plain)
    reader = gdcm.ImageReader()
    reader.SetFileName(str(folder / "plain.dcm"))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(GDCM_SYNTAXES[syntax]))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(folder / "packed.dcm"))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    data = (folder / "packed.dcm").read_bytes()
    assert pydicom.dcmread(BytesIO(data)).file_meta.TransferSyntaxUID == syntax
    return data


def read(folder: Path, data: bytes, name: str = "a.dcm") -> Radiograph:
    path = folder / name
    path.write_bytes(data)
    return read_radiograph(path)


def refusal(folder: Path, data: bytes, name: str = "a.dcm") -> str:
    with pytest.raises(RadiographError) as caught:
        read(folder, data, name)
    message = caught.value.message
    assert message.startswith(name + " ")
    assert message.endswith(".")
    assert "\n" not in message
    return message


def own_values(film: Radiograph) -> np.ndarray:
    return film.pixels * film.value_slope + film.value_offset


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
    film = read(tmp_path, data)
    assert_as_pydicom(film, data)
    assert film.inverted == (polarity == "MONOCHROME1")


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_a_negative_slope_turns_the_values_round(tmp_path: Path, function: str):
    window = {"WindowCenter": 1500, "WindowWidth": 1000, "VOILUTFunction": function}
    turned = dicom_film(
        4095 - film_pixels(), RescaleSlope=-1, RescaleIntercept=4095, RescaleType="US", **window
    )
    straight = dicom_film(film_pixels(), **window)
    films = [read(tmp_path, turned), read(tmp_path, straight)]
    assert np.array_equal(own_values(films[0]), film_pixels())
    shown = [render_grey(film, default_window(film)) for film in films]
    assert np.array_equal(*shown)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("signed", [False, True])
def test_every_depth(tmp_path: Path, bits: int, signed: bool):
    pixels = film_pixels(bits, signed=signed)
    data = dicom_film(pixels, bits, WindowCenter=30, WindowWidth=(1 << bits) / 2)
    film = read(tmp_path, data)
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
    film = read(tmp_path, data)
    assert film.voi_lut is not None
    assert_as_pydicom(film, data)


@pytest.mark.parametrize("packed", [False, True])
def test_voi_tables_of_bytes(tmp_path: Path, packed: bool):
    entries = np.linspace(255, 0, 4096).astype(np.uint8)
    item = lookup_table(entries, 0, 8)
    if packed:
        item.LUTData = [int(word) for word in entries.view("<u2")]
    film = read(tmp_path, dicom_film(VOILUTSequence=[item]))
    assert np.array_equal(render_grey(film, default_window(film)), entries[film_pixels()])


def test_a_damaged_voi_table_gives_way_to_the_window(tmp_path: Path):
    item = lookup_table(np.arange(100), 0)
    item.LUTDescriptor = [100, 0, 0]
    data = dicom_film(VOILUTSequence=[item], WindowCenter=500, WindowWidth=100)
    film = read(tmp_path, data)
    assert film.voi_lut is None
    assert default_window(film).centre == 500


def test_a_modality_table_is_applied(tmp_path: Path):
    entries = (np.sqrt(np.arange(4096)) * 1000).astype(int)
    data = dicom_film(
        ModalityLUTSequence=[lookup_table(entries, 0)], WindowCenter=30_000, WindowWidth=50_000
    )
    film = read(tmp_path, data)
    assert np.array_equal(film.pixels, entries[film_pixels()])
    expected = np.clip((film.pixels - 29_999.5) / 49_999 + 0.5, 0, 1) * 255
    assert np.abs(render_grey(film, default_window(film)) - expected).max() <= 0.5 + 1e-6


def test_both_polarities_look_alike(tmp_path: Path):
    pixels = film_pixels(12)
    films = [
        read(tmp_path, dicom_film(pixels, WindowCenter=2048, WindowWidth=4096)),
        read(
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
    film = read(tmp_path, dicom_film(pixels, **window))
    shown = default_window(film)
    assert shown.centre == pytest.approx(1500, abs=15)
    assert shown.width == pytest.approx(1000, abs=25)


def test_padding_is_no_part_of_the_film(tmp_path: Path):
    pixels = np.random.default_rng(2).integers(1000, 2001, (100, 100)).astype(np.int16)
    speckle = np.random.default_rng(3).random((100, 100)) < 0.3
    pixels[speckle] = np.random.default_rng(4).integers(-2000, -1900, speckle.sum())
    film = read(
        tmp_path,
        dicom_film(pixels, PixelPaddingValue=-2000, PixelPaddingRangeLimit=-1900),
    )
    window = default_window(film)
    assert window.centre + film.value_offset == pytest.approx(1500, abs=15)
    assert window.width == pytest.approx(1000, abs=25)


def test_eight_bits_without_a_window_are_shown_as_stored(tmp_path: Path):
    pixels = film_pixels(8)
    film = read(tmp_path, dicom_film(pixels, 8))
    assert np.array_equal(render_grey(film, default_window(film)), pixels)


@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian]
)
def test_plain_encodings(tmp_path: Path, syntax: UID):
    assert np.array_equal(
        read(tmp_path, dicom_bytes(dicom_dataset(), syntax)).pixels, film_pixels(12)
    )


def test_big_endian(tmp_path: Path):
    dataset = dicom_dataset()
    dataset.PixelData = film_pixels(12).astype(">u2").tobytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = dicom_bytes(dataset, ExplicitVRBigEndian)
    assert np.array_equal(read(tmp_path, data).pixels, film_pixels(12))


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless])
def test_lossless_encodings_of_pydicom(tmp_path: Path, syntax: UID, bits: int):
    dataset = dicom_dataset(film_pixels(bits), bits)
    if syntax == RLELossless:
        dataset.compress(RLELossless, generate_instance_uid=False)
    else:
        pixels = dataset.pixel_array
        frame = cv2.imencode(".jp2", pixels, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000])[1]
        dataset.PixelData = encapsulate([_codestream(frame.tobytes())])
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = syntax
    film = read(tmp_path, dicom_bytes(dataset))
    if syntax == RLELossless:
        assert np.array_equal(film.pixels, film_pixels(bits))
    else:
        assert np.abs(film.pixels.astype(int) - film_pixels(bits)).max() <= (1 << bits) // 128


def _codestream(jp2: bytes) -> bytes:
    return jp2[jp2.index(b"\xff\x4f\xff\x51") :]


@pytest.mark.parametrize("syntax", [JPEGLossless, JPEGLosslessSV1, JPEGLSLossless, JPEG2000])
@pytest.mark.parametrize(("bits", "signed"), [(8, False), (12, False), (16, False), (12, True)])
def test_lossless_encodings_of_gdcm(tmp_path: Path, syntax: UID, bits: int, signed: bool):
    pixels = film_pixels(bits, signed=signed)
    film = read(tmp_path, compressed(dicom_film(pixels, bits), syntax, tmp_path))
    tolerance = (1 << bits) // 128 if syntax == JPEG2000 else 0
    assert np.abs(own_values(film) - pixels).max() <= tolerance


@pytest.mark.parametrize(("syntax", "bits"), [(JPEGBaseline8Bit, 8), (JPEGExtended12Bit, 12)])
def test_lossy_jpeg(tmp_path: Path, syntax: UID, bits: int):
    pixels = film_pixels(bits)
    film = read(tmp_path, compressed(dicom_film(pixels, bits), syntax, tmp_path))
    assert np.abs(film.pixels.astype(int) - pixels).max() <= (1 << bits) // 32


def test_a_file_without_preamble_or_file_meta(tmp_path: Path):
    dataset = dicom_dataset(PatientID="P 7")
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, pydicom.Dataset(dataset), implicit_vr=True, little_endian=True)
    film = read(tmp_path, buffer.getvalue())
    assert np.array_equal(film.pixels, film_pixels(12))
    assert film.patient_id == "P 7"
    film = read(tmp_path, dicom_film()[128 + 4 :], "IM0001")
    assert np.array_equal(film.pixels, film_pixels(12))


@pytest.mark.parametrize(
    ("elements", "spacing"),
    [
        ({}, None),
        ({"PixelSpacing": [0.2, 0.1]}, (0.2, 0.1)),
        ({"ImagerPixelSpacing": [0.15, 0.15]}, (0.15, 0.15)),
        ({"PixelSpacing": [0.14, 0.14], "ImagerPixelSpacing": [0.15, 0.15]}, (0.14, 0.14)),
        (
            {"ImagerPixelSpacing": [0.15, 0.15], "EstimatedRadiographicMagnificationFactor": 1.25},
            (0.12, 0.12),
        ),
        ({"NominalScannedPixelSpacing": [0.1, 0.1]}, (0.1, 0.1)),
        ({"PixelSpacing": [0, 0]}, None),
        ({"PixelSpacing": ""}, None),
    ],
)
def test_pixel_spacing(
    tmp_path: Path, elements: dict[str, object], spacing: tuple[float, float] | None
):
    assert read(tmp_path, dicom_film(**elements)).pixel_spacing == (
        None if spacing is None else pytest.approx(spacing)
    )


def test_patient_id(tmp_path: Path):
    film = read(tmp_path, dicom_film(PatientID=" A-17 ", PatientName="Nobody^At^All"))
    assert film.patient_id == "A-17"
    assert read_patient_id(tmp_path / "a.dcm") == "A-17"
    assert "A-17" not in repr(film)
    assert read(tmp_path, dicom_film()).patient_id is None
    assert read_patient_id(tmp_path / "a.dcm") is None


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_grey_films_in_colour_become_grey(tmp_path: Path, kind: type):
    bits = np.iinfo(kind).bits
    grey = film_pixels(bits)
    data = dicom_film(np.stack([grey] * 3, axis=-1), bits, PhotometricInterpretation="RGB")
    film = read(tmp_path, data)
    assert film.pixels.dtype == kind
    assert np.abs(film.pixels.astype(int) - grey).max() <= 1


def test_grey_films_with_a_palette_become_grey(tmp_path: Path):
    pixels = film_pixels(8)
    ramp = (np.arange(256)[::-1] * 257).astype("<u2").tobytes()
    names = ("Red", "Green", "Blue")
    tables = {f"{name}PaletteColorLookupTableData": ramp for name in names}
    descriptors = {f"{name}PaletteColorLookupTableDescriptor": [256, 0, 16] for name in names}
    data = dicom_film(pixels, 8, PhotometricInterpretation="PALETTE COLOR", **tables, **descriptors)
    assert np.abs(read(tmp_path, data).pixels.astype(int) - (255 - pixels)).max() <= 1


def test_colour_images_are_refused(tmp_path: Path):
    colour = np.random.default_rng(5).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    message = refusal(tmp_path, dicom_film(colour, 8, PhotometricInterpretation="RGB"))
    assert "colour image" in message


def test_what_is_no_single_film_is_refused(tmp_path: Path):
    frames = dicom_dataset(NumberOfFrames=3)
    frames.PixelData = film_pixels().tobytes() * 3
    assert "3 frames" in refusal(tmp_path, dicom_bytes(frames))
    report = dicom_dataset(PixelData=None, Rows=None, Columns=None, SOPClassUID=BasicTextSRStorage)
    assert "without an image (Basic Text SR)" in refusal(tmp_path, dicom_bytes(report))
    empty = dicom_dataset(PixelData=None)
    assert "pixel data is missing" in refusal(tmp_path, dicom_bytes(empty))
    huge = dicom_dataset(Rows=60_000, Columns=60_000)
    assert "60000 × 60000" in refusal(tmp_path, dicom_bytes(huge))
    undescribed = dicom_dataset(PhotometricInterpretation=None)
    assert "incomplete" in refusal(tmp_path, dicom_bytes(undescribed))


@pytest.mark.parametrize("share", [0.03, 0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize(
    "syntax", [None, JPEGLosslessSV1, JPEGLSLossless, JPEG2000, JPEGBaseline8Bit]
)
def test_truncated_files_are_refused(tmp_path: Path, share: float, syntax: UID | None):
    noise = np.random.default_rng(6).integers(0, 256, (64, 64), dtype=np.uint8)
    data = dicom_film(noise, 8)
    if syntax is not None:
        data = compressed(data, syntax, tmp_path)
    refusal(tmp_path, data[: int(len(data) * share)])


def test_garbage_for_pixels_is_refused(tmp_path: Path):
    for syntax in (JPEGLosslessSV1, JPEGLSLossless, JPEG2000, JPEGBaseline8Bit, RLELossless):
        dataset = dicom_dataset(film_pixels(8), 8)
        dataset.PixelData = encapsulate([b"\x01\x02\x03\x04" * 50])
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = syntax
        assert "pixel data" in refusal(tmp_path, dicom_bytes(dataset))


def test_damaged_headers_never_crash(tmp_path: Path):
    data = bytearray(dicom_film(PatientID="A", PixelSpacing=[0.1, 0.1], WindowCenter=5))
    rng = np.random.default_rng(7)
    for _ in range(150):
        damaged = bytearray(data)
        for place in rng.integers(132, 700, 3):
            damaged[place] = rng.integers(0, 256)
        with contextlib.suppress(RadiographError):
            read(tmp_path, bytes(damaged))


def test_films_may_be_read_in_several_threads(tmp_path: Path):
    paths = [tmp_path / f"{number}.dcm" for number in range(8)]
    for path in paths:
        path.write_bytes(dicom_film(WindowCenter=5, WindowWidth=5))
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        films = list(pool.map(read_radiograph, paths * 4))
    assert all(np.array_equal(film.pixels, film_pixels()) for film in films)
    assert warnings.filters == before


def test_the_real_film(shared_data: Path):
    path = shared_data / "dicom" / "rsna-850819.dcm"
    film = read_radiograph(path)
    assert film.pixels.shape == (1024, 1024)
    assert film.pixel_spacing == pytest.approx((0.168, 0.168))
    assert film.patient_id
    assert not film.inverted
    assert np.abs(film.pixels.astype(int) - pydicom.dcmread(path).pixel_array).max() <= 1
    assert read_thumbnail(path, 128).shape == (128, 128)
