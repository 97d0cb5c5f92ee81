"""A DICOM film without a word of whose it is: shown and measured as before."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.files.nameless_dicom import without_identity
from opacity_studio.files.radiograph_reader import read_radiograph
from tests.files.dicom_files import (
    dicom_bytes,
    dicom_dataset,
    dicom_film,
    film_pixels,
    lookup_table,
    read_film,
)

SECRETS = {
    "PatientID": "SECRET-17",
    "PatientName": "SECRET^Anna",
    "PatientBirthDate": "19600101",
    "StudyDate": "20200315",
    "AccessionNumber": "SECRET-A",
    "InstitutionName": "SECRET hospital",
    "ImageComments": "SECRET comment",
    "ImagePresentationComments": "SECRET, too",
}


def of(**elements: object) -> bytes:
    return dicom_film(**SECRETS, **elements)


def big_endian() -> bytes:
    dataset = dicom_dataset(**SECRETS, WindowCenter="2000", WindowWidth="900")
    dataset.PixelData = film_pixels(12).astype(">u2").tobytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dicom_bytes(dataset, ExplicitVRBigEndian)


def run_lengths() -> bytes:
    dataset = dicom_dataset(**SECRETS)
    dataset.compress(RLELossless, generate_instance_uid=False)
    return dicom_bytes(dataset)


def headless() -> bytes:
    buffer = BytesIO()
    bare = pydicom.Dataset(dicom_dataset(**SECRETS))
    pydicom.dcmwrite(buffer, bare, implicit_vr=True, little_endian=True)
    return buffer.getvalue()


def with_table() -> bytes:
    item = lookup_table(np.linspace(0, 65535, 4096), 0)
    item.LUTExplanation = "SECRET table"
    dataset = dicom_dataset(**SECRETS)
    dataset.VOILUTSequence = [item]
    return dicom_bytes(dataset)


def with_private() -> bytes:
    dataset = dicom_dataset(**SECRETS)
    block = dataset.private_block(0x0029, "SECRET maker", create=True)
    block.add_new(1, "LO", "SECRET value")
    nested = Dataset()
    nested.PatientID = "SECRET nested"
    dataset.OtherPatientIDsSequence = [nested]
    return dicom_bytes(dataset)


FILMS: dict[str, Callable[[], bytes]] = {
    "plain": of,
    "implicit": lambda: dicom_bytes(dicom_dataset(**SECRETS), ImplicitVRLittleEndian),
    "deflated": lambda: dicom_bytes(dicom_dataset(**SECRETS), DeflatedExplicitVRLittleEndian),
    "big endian": big_endian,
    "run lengths": run_lengths,
    "without preamble": headless,
    "eight bits": lambda: of(pixels=film_pixels(8), bits=8),
    "signed": lambda: of(pixels=film_pixels(12, signed=True)),
    "window": lambda: of(WindowCenter="2000", WindowWidth="900", VOILUTFunction="SIGMOID"),
    "table": with_table,
    "private": with_private,
    "rescaled": lambda: of(RescaleSlope="-2", RescaleIntercept="7"),
    "white for small": lambda: of(PhotometricInterpretation="MONOCHROME1"),
    "padded": lambda: of(PixelPaddingValue=0),
    "spacing": lambda: of(
        ImagerPixelSpacing=[0.15, 0.15], EstimatedRadiographicMagnificationFactor=1.25
    ),
    "scanned": lambda: of(NominalScannedPixelSpacing=[0.1, 0.1]),
    "sides": lambda: of(PatientOrientation=["R", "F"]),
    "cosines": lambda: of(ImageOrientationPatient=[1, 0, 0, 0, 0, -1]),
}


def assert_shown_alike(one: Radiograph, other: Radiograph) -> None:
    np.testing.assert_array_equal(one.pixels, other.pixels)
    assert (one.voi_lut is None) == (other.voi_lut is None)
    if one.voi_lut is not None:
        np.testing.assert_array_equal(one.voi_lut, other.voi_lut)
    for name in (
        "inverted",
        "suggested_window",
        "pixel_spacing",
        "edge_sides",
        "value_slope",
        "value_offset",
    ):
        assert getattr(one, name) == getattr(other, name), name


@pytest.mark.parametrize("kind", FILMS)
def test_nothing_of_the_patient_is_left_and_everything_of_the_picture(tmp_path: Path, kind: str):
    data = FILMS[kind]()
    nameless = without_identity(data, "P 9")
    assert b"SECRET" not in nameless
    assert b"19600101" not in nameless
    assert b"20200315" not in nameless
    before, after = (
        read_film(tmp_path, each, name) for each, name in ((data, "a.dcm"), (nameless, "b.dcm"))
    )
    assert before.patient_id == "SECRET-17"
    assert after.patient_id == "P 9"
    assert_shown_alike(after, before)


def test_the_real_film(shared_data: Path, tmp_path: Path):
    path = shared_data / "dicom" / "rsna-850819.dcm"
    nameless = without_identity(path.read_bytes(), None)
    film, before = read_film(tmp_path, nameless), read_radiograph(path)
    assert film.patient_id is None
    assert before.patient_id is not None
    assert before.patient_id.encode() not in nameless
    assert_shown_alike(film, before)


@pytest.mark.parametrize("data", [b"", b"no film", dicom_film()[:200]])
def test_what_is_damaged_is_refused(data: bytes):
    with pytest.raises(ValueError, match="DICOM"):
        without_identity(data, None)
