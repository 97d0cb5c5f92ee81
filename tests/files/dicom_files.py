"""DICOM films made by pydicom for tests."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    ExplicitVRLittleEndian,
    generate_uid,
)

from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.files.radiograph_reader import read_radiograph


def film_pixels(bits: int = 12, *, signed: bool = False, edge: int = 64) -> np.ndarray:
    """Return a smooth slope with the full range of `bits` in it."""
    ramp = np.add.outer(np.arange(edge), np.arange(edge)).astype(np.float64)
    values = np.round(ramp / ramp.max() * ((1 << bits) - 1)).astype(np.int64)
    if signed:
        values -= 1 << (bits - 1)
    kind = {(True, True): "i1", (True, False): "u1", (False, True): "i2", (False, False): "u2"}
    return values.astype(kind[bits <= 8, signed])


def dicom_dataset(pixels: np.ndarray | None = None, bits: int = 12, **elements: Any) -> FileDataset:
    """Return a computed radiograph; `elements` set or (None) delete elements by keyword."""
    if pixels is None:
        pixels = film_pixels(bits)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = ComputedRadiographyImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset = FileDataset("", Dataset(), file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.Modality = "CR"
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.SamplesPerPixel = 1 if pixels.ndim == 2 else pixels.shape[2]
    if pixels.ndim == 3:
        dataset.PlanarConfiguration = 0
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.BitsAllocated = pixels.dtype.itemsize * 8
    dataset.BitsStored = bits
    dataset.HighBit = bits - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes()
    dataset["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 else "OW"
    for keyword, value in elements.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    return dataset


def dicom_bytes(dataset: FileDataset, syntax: UID | None = None, **options: Any) -> bytes:
    """Return the dataset as a file's bytes, in another encoding where `syntax` names one."""
    if syntax is not None:
        dataset.file_meta.TransferSyntaxUID = syntax
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True, **options)
    return buffer.getvalue()


def dicom_film(pixels: np.ndarray | None = None, bits: int = 12, **elements: Any) -> bytes:
    """Return the bytes of a DICOM film; parameters as `dicom_dataset`."""
    return dicom_bytes(dicom_dataset(pixels, bits, **elements))


def lookup_table(entries: np.ndarray, first: int, bits: int = 16) -> Dataset:
    """Return an item of a modality or VOI look-up table sequence."""
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [len(entries) % 65536, first, bits])
    item.add_new("LUTData", "US", [int(entry) for entry in entries])
    return item


def read_film(folder: Path, data: bytes, name: str = "a.dcm") -> Radiograph:
    """Return the film in `data`, read from a file in `folder`."""
    path = folder / name
    path.write_bytes(data)
    return read_radiograph(path)


def own_values(film: Radiograph) -> np.ndarray:
    """Return the pixels as the modality's values."""
    return film.pixels * film.value_slope + film.value_offset
