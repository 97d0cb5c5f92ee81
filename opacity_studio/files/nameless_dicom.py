"""A DICOM film without a word of whose it is: only what showing and measuring it takes is kept.

A list of what to keep, not of what to take out: nobody knows in how many places a hospital's
systems write a name. The coded pixels are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, generate_uid

from opacity_studio.files.dicom_film import complete_transfer_syntax, quiet

_IMAGE_GROUP: Final = 0x0028
"""How pixels are stored and shown: PS3.3 C.7.6.3, C.11.1 and C.11.2."""

_KEPT: Final = (
    "SOPClassUID",
    "Modality",
    "ImagerPixelSpacing",
    "NominalScannedPixelSpacing",
    "EstimatedRadiographicMagnificationFactor",
    "PatientOrientation",
    "ImageOrientationPatient",
    "PixelData",
    "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
)
"""What else `dicom_film` looks at."""

_WORDS: Final = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"))
"""Kinds of values in which people write what they like."""


def without_identity(data: bytes, patient: str | None) -> bytes:
    """Return the film in `data` as a DICOM file that names no one but `patient`.

    Parameters
    ----------
    data
        A whole DICOM file, with or without preamble.
    patient
        The patient id it has from now on; None for none.

    Raises
    ------
    ValueError
        When it is no DICOM film or too damaged to be written again.
    """
    with quiet():
        try:
            return _written(_nameless(pydicom.dcmread(BytesIO(data), force=True), patient))
        except Exception as error:  # a damaged file provokes any exception
            raise ValueError("it cannot be written again as a DICOM film") from error


def _nameless(dataset: FileDataset, patient: str | None) -> FileDataset:
    complete_transfer_syntax(dataset)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = UID(dataset.file_meta.TransferSyntaxUID)
    meta.MediaStorageSOPClassUID = UID(dataset.get("SOPClassUID") or generate_uid())
    meta.MediaStorageSOPInstanceUID = generate_uid()
    image = Dataset()
    image.update({element.tag: element for element in _kept(dataset)})
    image.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    if patient is not None:
        image.PatientID = patient
    if "PixelData" not in image:
        raise ValueError("it has no image")
    return FileDataset("", image, preamble=b"\0" * 128, file_meta=meta)


def _kept(dataset: Dataset) -> Iterator[pydicom.DataElement]:
    for keyword in _KEPT:
        if keyword in dataset:
            yield dataset[keyword]
    for element in dataset.group_dataset(_IMAGE_GROUP):
        if element.VR == "SQ":
            for item in element.value:
                for word in [each.tag for each in item if each.VR in _WORDS]:
                    del item[word]
        if element.VR not in _WORDS:
            yield element


def _written(dataset: FileDataset) -> bytes:
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()
