"""DICOM files: every encoding, what they say of the film, and what is refused."""

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

from opacity_studio.domain.errors import RadiographError
from opacity_studio.files.dicom_film import read_patient_id
from opacity_studio.files.radiograph_reader import read_radiograph, read_thumbnail
from tests.files.dicom_files import (
    dicom_bytes,
    dicom_dataset,
    dicom_film,
    film_pixels,
    own_values,
    read_film,
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


def refusal(folder: Path, data: bytes, name: str = "a.dcm") -> str:
    with pytest.raises(RadiographError) as caught:
        read_film(folder, data, name)
    message = caught.value.message
    assert message.startswith(name + " ")
    assert message.endswith(".")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian]
)
def test_plain_encodings(tmp_path: Path, syntax: UID):
    assert np.array_equal(
        read_film(tmp_path, dicom_bytes(dicom_dataset(), syntax)).pixels, film_pixels(12)
    )


def test_big_endian(tmp_path: Path):
    dataset = dicom_dataset()
    dataset.PixelData = film_pixels(12).astype(">u2").tobytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = dicom_bytes(dataset, ExplicitVRBigEndian)
    assert np.array_equal(read_film(tmp_path, data).pixels, film_pixels(12))


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
    film = read_film(tmp_path, dicom_bytes(dataset))
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
    film = read_film(tmp_path, compressed(dicom_film(pixels, bits), syntax, tmp_path))
    tolerance = (1 << bits) // 128 if syntax == JPEG2000 else 0
    assert np.abs(own_values(film) - pixels).max() <= tolerance


@pytest.mark.parametrize(("syntax", "bits"), [(JPEGBaseline8Bit, 8), (JPEGExtended12Bit, 12)])
def test_lossy_jpeg(tmp_path: Path, syntax: UID, bits: int):
    pixels = film_pixels(bits)
    film = read_film(tmp_path, compressed(dicom_film(pixels, bits), syntax, tmp_path))
    assert np.abs(film.pixels.astype(int) - pixels).max() <= (1 << bits) // 32


def test_a_file_without_preamble_or_file_meta(tmp_path: Path):
    dataset = dicom_dataset(PatientID="P 7")
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, pydicom.Dataset(dataset), implicit_vr=True, little_endian=True)
    film = read_film(tmp_path, buffer.getvalue())
    assert np.array_equal(film.pixels, film_pixels(12))
    assert film.patient_id == "P 7"
    film = read_film(tmp_path, dicom_film()[128 + 4 :], "IM0001")
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
    assert read_film(tmp_path, dicom_film(**elements)).pixel_spacing == (
        None if spacing is None else pytest.approx(spacing)
    )


def test_patient_id(tmp_path: Path):
    film = read_film(tmp_path, dicom_film(PatientID=" A-17 ", PatientName="Nobody^At^All"))
    assert film.patient_id == "A-17"
    assert read_patient_id(tmp_path / "a.dcm") == "A-17"
    assert "A-17" not in repr(film)
    assert read_film(tmp_path, dicom_film()).patient_id is None
    assert read_patient_id(tmp_path / "a.dcm") is None


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_grey_films_in_colour_become_grey(tmp_path: Path, kind: type):
    bits = np.iinfo(kind).bits
    grey = film_pixels(bits)
    data = dicom_film(np.stack([grey] * 3, axis=-1), bits, PhotometricInterpretation="RGB")
    film = read_film(tmp_path, data)
    assert film.pixels.dtype == kind
    assert np.abs(film.pixels.astype(int) - grey).max() <= 1


def test_grey_films_with_a_palette_become_grey(tmp_path: Path):
    pixels = film_pixels(8)
    ramp = (np.arange(256)[::-1] * 257).astype("<u2").tobytes()
    names = ("Red", "Green", "Blue")
    tables = {f"{name}PaletteColorLookupTableData": ramp for name in names}
    descriptors = {f"{name}PaletteColorLookupTableDescriptor": [256, 0, 16] for name in names}
    data = dicom_film(pixels, 8, PhotometricInterpretation="PALETTE COLOR", **tables, **descriptors)
    assert np.abs(read_film(tmp_path, data).pixels.astype(int) - (255 - pixels)).max() <= 1


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


@pytest.mark.parametrize(
    ("syntax", "marker"),
    [
        (JPEGBaseline8Bit, b"\xff\xc0"),
        (JPEGExtended12Bit, b"\xff\xc1"),
        (JPEGLosslessSV1, b"\xff\xc3"),
        (JPEGLSLossless, b"\xff\xf7"),
    ],
)
@pytest.mark.parametrize("place", [4, 6, 8, 9, -1])
def test_a_damaged_frame_header_does_not_reach_gdcm(
    tmp_path: Path, syntax: UID, marker: bytes, place: int
):
    # Precision, height, width, components or the next marker: GDCM would end the process.
    bits = 8 if syntax == JPEGBaseline8Bit else 12
    data = bytearray(compressed(dicom_film(film_pixels(bits), bits), syntax, tmp_path))
    start = data.index(marker)
    data[start + (place if place >= 0 else 13)] ^= 0x93
    assert "damaged pixel data" in refusal(tmp_path, bytes(data))


def test_damaged_headers_never_crash(tmp_path: Path):
    data = bytearray(dicom_film(PatientID="A", PixelSpacing=[0.1, 0.1], WindowCenter=5))
    rng = np.random.default_rng(7)
    for _ in range(150):
        damaged = bytearray(data)
        for place in rng.integers(132, 700, 3):
            damaged[place] = rng.integers(0, 256)
        with contextlib.suppress(RadiographError):
            read_film(tmp_path, bytes(damaged))


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


@pytest.mark.parametrize(
    ("elements", "sides"),
    [
        ({"PatientOrientation": ["L", "F"]}, ("R", "L")),
        ({"PatientOrientation": ["R", "F"]}, ("L", "R")),
        ({"PatientOrientation": ["A", "F"]}, ("P", "A")),
        ({"PatientOrientation": ["LA", "F"]}, ("RP", "LA")),
        ({"PatientOrientation": ["X", "F"]}, None),
        ({"PatientOrientation": ""}, None),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 0, -1]}, ("R", "L")),
        ({"ImageOrientationPatient": [-1, 0, 0, 0, 0, -1]}, ("L", "R")),
        ({"ImageOrientationPatient": [0, -1, 0, 0, 0, -1]}, ("P", "A")),
        ({"ImageOrientationPatient": [0, 0, 1, 1, 0, 0]}, None),
        (
            {"PatientOrientation": ["R", "F"], "ImageOrientationPatient": [1, 0, 0, 0, 0, -1]},
            ("L", "R"),
        ),
        ({"Laterality": "R"}, None),
        ({}, None),
    ],
)
def test_the_sides_of_the_patient_are_those_the_file_names(tmp_path, elements, sides):
    assert read_film(tmp_path, dicom_film(**elements)).edge_sides == sides
