"""A `Radiograph` from a DICOM file: pixels, polarity, windows, spacing.

References are to the DICOM standard, part 3 (PS3.3).
"""

from __future__ import annotations

import struct
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NoReturn

import cv2
import numpy as np
import numpy.typing as npt
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.processing import apply_color_lut
from pydicom.pixels.utils import pixel_array
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

from opacity_studio.domain.errors import RadiographError
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.wording import tr
from opacity_studio.files.dicom_levels import LevelsError, full_window, levels_of, number, voi_of
from opacity_studio.files.image_header import DamagedImageError, read_image_header

_COLOUR_TOLERANCE: Final = 12
"""Largest difference between the channels of a grey film stored in colour (JPEG noise)."""

_COLOUR_SHARE: Final = 0.05
"""Share of a grey film that burnt-in coloured marks may cover."""

_JPEG_DEPTHS: Final[dict[UID, tuple[int, int]]] = {
    JPEGBaseline8Bit: (8, 8),
    JPEGExtended12Bit: (8, 16),  # 12 is the most there is, but GDCM itself writes 16
    JPEGLossless: (2, 16),
    JPEGLosslessSV1: (2, 16),
    JPEGLSLossless: (2, 16),
    JPEGLSNearLossless: (2, 16),
}
"""Least and most bits of a sample in the transfer syntaxes GDCM decodes by its own JPEG code."""

_OPPOSITE: Final = {"R": "L", "L": "R", "A": "P", "P": "A", "H": "F", "F": "H"}
"""The patient's sides in DICOM's letters: right, left, anterior, posterior, head, feet."""

# pydicom reports oddities of a file as warnings; the filters are the process's, not a thread's.
_quiet_lock: Final = threading.Lock()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep to itself what pydicom remarks about a file; one thread at a time."""
    with _quiet_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_dicom(data: bytes, path: Path, digest: str, max_pixels: int) -> Radiograph:
    """Return the film in the bytes of a DICOM file.

    Parameters
    ----------
    data
        The whole file, with or without preamble.
    path, digest
        Go into the radiograph; `path` names the file in errors.
    max_pixels
        Larger images are refused before they are decoded.

    Raises
    ------
    RadiographError
        For files without an image, with several, in true colour, damaged or too large.
    """
    with quiet():
        try:
            return _film(pydicom.dcmread(BytesIO(data), force=True), path, digest, max_pixels)
        except RadiographError:
            raise
        except Exception as error:  # noqa: BLE001 - a damaged file provokes any exception
            _fail(path, tr("is a damaged or incomplete DICOM file; copy or export it again"), error)


def _film(dataset: Dataset, path: Path, digest: str, max_pixels: int) -> Radiograph:
    _check_image(dataset, path, max_pixels)
    stored = _stored_pixels(dataset, path)
    try:
        levels = levels_of(dataset, stored)
    except LevelsError as error:
        _fail(path, str(error), error)
    voi = voi_of(dataset, levels)
    return Radiograph(
        levels.pixels,
        path,
        inverted=str(dataset.PhotometricInterpretation).strip() == "MONOCHROME1",
        suggested_window=voi.window or full_window(dataset, levels, stored),
        voi_lut=voi.table,
        pixel_spacing=_pixel_spacing(dataset),
        edge_sides=_edge_sides(dataset),
        patient_id=_patient_id(dataset),
        value_slope=levels.slope,
        value_offset=levels.offset,
        digest=digest,
    )


def read_patient_id(path: Path) -> str | None:
    """Return the patient id in a DICOM file's header; None where there is none to be read."""
    try:
        with quiet():
            header = pydicom.dcmread(
                path, stop_before_pixels=True, specific_tags=["PatientID"], force=True
            )
            return _patient_id(header)
    except Exception:  # noqa: BLE001 - pydicom raises whatever a damaged file provokes
        return None


def _fail(path: Path, clause: str, cause: BaseException | None = None) -> NoReturn:
    said = tr("{file} {problem}.", file=path.name, problem=clause)
    raise RadiographError(said, path) from cause


def _check_image(dataset: Dataset, path: Path, max_pixels: int) -> None:
    if "FloatPixelData" in dataset or "DoubleFloatPixelData" in dataset:
        _fail(path, tr("has floating-point pixels; export it with whole-number pixels"))
    if "PixelData" not in dataset:
        if "Rows" in dataset or "Columns" in dataset:
            _fail(path, tr("is incomplete (its pixel data is missing); copy or export it again"))
        _fail(
            path,
            tr("is a DICOM file without an image{kind}; choose another film", kind=_kind(dataset)),
        )
    complete_transfer_syntax(dataset)
    try:
        rows, columns = int(dataset.Rows), int(dataset.Columns)
        frames = int(dataset.get("NumberOfFrames") or 1)
        str(dataset.PhotometricInterpretation)
        UID(dataset.file_meta.TransferSyntaxUID)
    except (AttributeError, TypeError, ValueError) as error:
        _fail(path, tr("is damaged (its image description is incomplete); export it again"), error)
    if frames > 1:
        _fail(
            path,
            tr(
                "holds {frames} frames, not one film; export the frame you want by itself",
                frames=frames,
            ),
        )
    if rows <= 0 or columns <= 0:
        _fail(path, tr("is damaged (it says it has no pixels); copy or export it again"))
    if rows * columns > max_pixels:
        _fail(
            path,
            tr(
                "says it is {columns} × {rows} pixels, more than any film; export it "
                "with at most {max_pixels} megapixels",
                columns=columns,
                rows=rows,
                max_pixels=max_pixels // 1000000,
            ),
        )


def complete_transfer_syntax(dataset: Dataset) -> None:
    """Name the transfer syntax of a file that has no file meta group."""
    meta = getattr(dataset, "file_meta", None)
    if meta is None or "TransferSyntaxUID" in meta:
        return
    implicit, little = dataset.original_encoding
    if little is False:
        meta.TransferSyntaxUID = ExplicitVRBigEndian
    else:
        meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def _kind(dataset: Dataset) -> str:
    name = UID(str(dataset.get("SOPClassUID", ""))).name
    return f" ({name.removesuffix(' Storage')})" if name and not name[0].isdigit() else ""


def _stored_pixels(dataset: Dataset, path: Path) -> npt.NDArray[Any]:
    """Return the one grey plane as stored; grey films in colour are turned to grey."""
    photometric = str(dataset.PhotometricInterpretation).strip()
    syntax = UID(dataset.file_meta.TransferSyntaxUID)
    if syntax in _JPEG_DEPTHS:
        _check_jpeg(dataset, syntax, path)
    if syntax == JPEGExtended12Bit and int(dataset.get("BitsStored") or 8) > 8:
        # pydicom's plugin refuses these, but GDCM takes the kind of JPEG from the data itself.
        dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    try:
        pixels = pixel_array(dataset)
    except Exception as error:  # noqa: BLE001 - decoders raise whatever damaged data provokes
        _fail(
            path,
            tr(
                "has damaged or unreadable pixel data ({syntax}); export it again",
                syntax=syntax.name,
            ),
            error,
        )
    if photometric == "PALETTE COLOR":
        pixels = apply_color_lut(pixels, dataset)
        if pixels.dtype == np.uint16:
            pixels = (pixels >> 8).astype(np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] == 3:
        return _grey_of_colour(pixels, path)
    if pixels.ndim != 2 or pixels.dtype.kind not in "iu":
        _fail(
            path,
            tr(
                "holds an image of a kind no film has ({photometric}); export it as grey",
                photometric=photometric,
            ),
        )
    return pixels


def _check_jpeg(dataset: Dataset, syntax: UID, path: Path) -> None:
    """Compare the coded frame's own header with the file's.

    GDCM takes the process down with it when a damaged one leads it beyond its buffers.
    """
    try:
        frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
        header = read_image_header(bytes(frame))
    except (DamagedImageError, ValueError, StopIteration, struct.error) as error:
        _fail(
            path,
            tr("has damaged pixel data ({syntax}); copy or export it again", syntax=syntax.name),
            error,
        )
    described = (int(dataset.Columns), int(dataset.Rows), int(dataset.SamplesPerPixel))
    least, most = _JPEG_DEPTHS[syntax]
    if (
        header is None
        or (header.width, header.height, header.samples) != described
        or not least <= header.bits <= min(most, int(dataset.BitsAllocated))
    ):
        _fail(
            path,
            tr("has damaged pixel data ({syntax}); copy or export it again", syntax=syntax.name),
        )


def _grey_of_colour(pixels: npt.NDArray[Any], path: Path) -> npt.NDArray[Any]:
    if pixels.dtype not in (np.uint8, np.uint16):
        _fail(path, tr("is a colour image of a rare kind; export it as grey"))
    sample = pixels[::4, ::4].astype(np.int32)
    tolerance = _COLOUR_TOLERANCE * (257 if pixels.dtype == np.uint16 else 1)
    if (np.ptp(sample, axis=2) > tolerance).mean() > _COLOUR_SHARE:
        _fail(path, tr("is a colour image, not a chest film; choose another file"))
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY))


def _pixel_spacing(dataset: Dataset) -> tuple[float, float] | None:
    """Return (row, column) spacing in mm.

    PixelSpacing where the file has one; else the spacing at the detector, reduced to the
    patient by the estimated magnification where that is given (10.7.1.3, C.8.7.10).
    """
    spacing = _pair(dataset.get("PixelSpacing"))
    if spacing is not None:
        return spacing
    spacing = _pair(dataset.get("ImagerPixelSpacing"))
    if spacing is not None:
        magnification = number(dataset.get("EstimatedRadiographicMagnificationFactor"), 1.0)
        if magnification > 0:
            return spacing[0] / magnification, spacing[1] / magnification
        return spacing
    return _pair(dataset.get("NominalScannedPixelSpacing"))


def _edge_sides(dataset: Dataset) -> tuple[str, str] | None:
    """Return the letters at the left and right edge of the image; None where nothing says.

    PatientOrientation names the direction in which the columns run (C.7.6.1.1.1); where it is
    missing, the first three cosines of ImageOrientationPatient do, whose x grows to the patient's
    left (C.7.6.2.1.1). Laterality says which half of the body is imaged, not how it lies.
    """
    letters = dataset.get("PatientOrientation")
    if isinstance(letters, Sequence) and not isinstance(letters, str) and len(letters) == 2:
        towards = str(letters[0]).strip().upper()
        if towards and all(letter in _OPPOSITE for letter in towards):
            return "".join(_OPPOSITE[letter] for letter in towards), towards
    cosines = dataset.get("ImageOrientationPatient")
    if isinstance(cosines, Sequence) and not isinstance(cosines, str) and len(cosines) == 6:
        across, depth = number(cosines[0], 0.0), number(cosines[1], 0.0)
        # Within 45 degrees of the axis, or the letter would mislead.
        if abs(across) > 0.7:
            return ("R", "L") if across > 0 else ("L", "R")
        if abs(depth) > 0.7:
            return ("A", "P") if depth > 0 else ("P", "A")
    return None


def _pair(value: Any) -> tuple[float, float] | None:  # noqa: ANN401
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        return None
    row, column = number(value[0], 0.0), number(value[1], 0.0)
    return (row, column) if row > 0 and column > 0 else None


def _patient_id(dataset: Dataset) -> str | None:
    return str(dataset.get("PatientID") or "").strip() or None
