"""A `Radiograph` from a DICOM file: pixels, polarity, windows, spacing.

References are to the DICOM standard, part 3 (PS3.3).
"""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NoReturn

import cv2
import numpy as np
import numpy.typing as npt
import pydicom
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.pixels.utils import pixel_array
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
)

from opacity_studio.domain.display import robust_window, window_between
from opacity_studio.domain.errors import RadiographError
from opacity_studio.domain.radiograph import Pixels, Radiograph, Window

_COLOUR_TOLERANCE: Final = 12
"""Largest difference between the channels of a grey film stored in colour (JPEG noise)."""

_COLOUR_SHARE: Final = 0.05
"""Share of a grey film that burnt-in coloured marks may cover."""

# pydicom reports oddities of a file as warnings; the filters are the process's, not a thread's.
_quiet_lock: Final = threading.Lock()


@contextmanager
def _quiet() -> Iterator[None]:
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
    with _quiet():
        try:
            return _film(pydicom.dcmread(BytesIO(data), force=True), path, digest, max_pixels)
        except RadiographError:
            raise
        except Exception as error:  # noqa: BLE001 - a damaged file provokes any exception
            _fail(path, "is a damaged or incomplete DICOM file; copy or export it again", error)


def _film(dataset: Dataset, path: Path, digest: str, max_pixels: int) -> Radiograph:
    _check_image(dataset, path, max_pixels)
    stored = _stored_pixels(dataset, path)
    levels = _levels(dataset, stored, path)
    voi = _voi(dataset, levels)
    return Radiograph(
        levels.pixels,
        path,
        inverted=str(dataset.PhotometricInterpretation).strip() == "MONOCHROME1",
        suggested_window=voi.window or _full_window(dataset, levels, stored),
        voi_lut=voi.table,
        pixel_spacing=_pixel_spacing(dataset),
        patient_id=_patient_id(dataset),
        value_slope=levels.slope,
        value_offset=levels.offset,
        digest=digest,
    )


def read_patient_id(path: Path) -> str | None:
    """Return the patient id in a DICOM file's header; None where there is none to be read."""
    try:
        with _quiet():
            header = pydicom.dcmread(
                path, stop_before_pixels=True, specific_tags=["PatientID"], force=True
            )
            return _patient_id(header)
    except Exception:  # noqa: BLE001 - pydicom raises whatever a damaged file provokes
        return None


def _fail(path: Path, clause: str, cause: BaseException | None = None) -> NoReturn:
    raise RadiographError(f"{path.name} {clause}.", path) from cause


def _check_image(dataset: Dataset, path: Path, max_pixels: int) -> None:
    if "FloatPixelData" in dataset or "DoubleFloatPixelData" in dataset:
        _fail(path, "has floating-point pixels; export it with whole-number pixels")
    if "PixelData" not in dataset:
        if "Rows" in dataset or "Columns" in dataset:
            _fail(path, "is incomplete (its pixel data is missing); copy or export it again")
        _fail(path, f"is a DICOM file without an image{_kind(dataset)}; choose another film")
    _complete_transfer_syntax(dataset)
    try:
        rows, columns = int(dataset.Rows), int(dataset.Columns)
        frames = int(dataset.get("NumberOfFrames") or 1)
        str(dataset.PhotometricInterpretation)
        UID(dataset.file_meta.TransferSyntaxUID)
    except (AttributeError, TypeError, ValueError) as error:
        _fail(path, "is damaged (its image description is incomplete); export it again", error)
    if frames > 1:
        _fail(path, f"holds {frames} frames, not one film; export the frame you want by itself")
    if rows <= 0 or columns <= 0:
        _fail(path, "is damaged (it says it has no pixels); copy or export it again")
    if rows * columns > max_pixels:
        _fail(
            path,
            f"says it is {columns} × {rows} pixels, more than any film; "
            f"export it with at most {max_pixels // 1_000_000} megapixels",
        )


def _complete_transfer_syntax(dataset: Dataset) -> None:
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
    if syntax == JPEGExtended12Bit and int(dataset.get("BitsStored") or 8) > 8:
        # pydicom's plugin refuses these, but GDCM takes the kind of JPEG from the data itself.
        dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    try:
        pixels = pixel_array(dataset)
    except Exception as error:  # noqa: BLE001 - decoders raise whatever damaged data provokes
        _fail(path, f"has damaged or unreadable pixel data ({syntax.name}); export it again", error)
    if photometric == "PALETTE COLOR":
        pixels = apply_color_lut(pixels, dataset)
        if pixels.dtype == np.uint16:
            pixels = (pixels >> 8).astype(np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] == 3:
        return _grey_of_colour(pixels, path)
    if pixels.ndim != 2 or pixels.dtype.kind not in "iu":
        _fail(path, f"holds an image of a kind no film has ({photometric}); export it as grey")
    return pixels


def _grey_of_colour(pixels: npt.NDArray[Any], path: Path) -> npt.NDArray[Any]:
    if pixels.dtype not in (np.uint8, np.uint16):
        _fail(path, "is a colour image of a rare kind; export it as grey")
    sample = pixels[::4, ::4].astype(np.int32)
    tolerance = _COLOUR_TOLERANCE * (257 if pixels.dtype == np.uint16 else 1)
    if (np.ptp(sample, axis=2) > tolerance).mean() > _COLOUR_SHARE:
        _fail(path, "is a colour image, not a chest film; choose another file")
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY))


@dataclass(frozen=True, slots=True)
class _Levels:
    """Pixels from 0 up, and the line that leads from them to the modality's values."""

    pixels: Pixels
    slope: float = 1.0
    offset: float = 0.0

    def to_pixel(self, value: float) -> float:
        return (value - self.offset) / self.slope

    def window(self, centre: float, width: float) -> Window:
        # LINEAR has its -0.5 and -1 in the modality's units: carry the ramp's ends over instead.
        middle, span = self.to_pixel(centre - 0.5), (width - 1.0) / self.slope
        return Window(middle + 0.5, span + 1.0)


def _levels(dataset: Dataset, stored: npt.NDArray[Any], path: Path) -> _Levels:
    """Apply the modality transformation (C.11.1)."""
    if dataset.get("ModalityLUTSequence"):
        try:
            stored = apply_modality_lut(stored, dataset)
        except Exception as error:  # noqa: BLE001 - a damaged table provokes any exception
            _fail(path, "has a damaged modality look-up table; export it again", error)
        pixels, least = _from_zero(stored, _least(dataset, stored), path)
        return _Levels(pixels, offset=least)
    slope = _number(dataset.get("RescaleSlope"), 1.0) or 1.0
    intercept = _number(dataset.get("RescaleIntercept"), 0.0)
    pixels, least = _from_zero(stored, _least(dataset, stored), path)
    if slope > 0:
        return _Levels(pixels, slope, slope * least + intercept)
    # Turned round, so that a larger pixel is a larger value of the modality.
    top = max(int(pixels.max()), (1 << min(int(dataset.get("BitsStored") or 16), 16)) - 1)
    turned: Pixels = (
        (top - pixels.astype(np.int64)).astype(np.uint8)
        if pixels.dtype == np.uint8
        else (top - pixels.astype(np.int64)).astype(np.uint16)
    )
    return _Levels(turned, -slope, slope * (top + least) + intercept)


def _least(dataset: Dataset, stored: npt.NDArray[Any]) -> int:
    """Return the least value the file's pixel type can hold, 0 for unsigned ones."""
    if stored.dtype.kind != "i":
        return 0
    bits = int(dataset.get("BitsStored") or 16)
    return min(int(-(1 << (bits - 1))), int(stored.min())) if bits <= 16 else int(stored.min())


def _from_zero(stored: npt.NDArray[Any], least: int, path: Path) -> tuple[Pixels, float]:
    top = int(stored.max()) - least
    if top > 65535:
        _fail(path, "has more than 65,536 grey levels; export it with 16 bits a pixel")
    narrow = stored.dtype.itemsize == 1
    if least:
        stored = stored.astype(np.int64) - least
    if narrow and top <= 255:
        return stored.astype(np.uint8, copy=False), float(least)
    return stored.astype(np.uint16, copy=False), float(least)


@dataclass(frozen=True, slots=True)
class _Voi:
    """What the file says about showing its values (C.11.2)."""

    window: Window | None = None
    table: npt.NDArray[np.uint8] | None = None


def _voi(dataset: Dataset, levels: _Levels) -> _Voi:
    """Return the first VOI look-up table, else the first window, else nothing."""
    table = _voi_table(dataset, levels)
    if table is not None:
        return _Voi(_window_of_table(table), table)
    centre = _number(_first(dataset.get("WindowCenter")), math.nan)
    width = _number(_first(dataset.get("WindowWidth")), math.nan)
    if math.isnan(centre) or math.isnan(width) or width <= 0:
        return _Voi()
    function = str(dataset.get("VOILUTFunction") or "LINEAR").strip().upper()
    if function == "LINEAR_EXACT":
        # C.11.2.1.3.2: (x - c) / w + 0.5, which is LINEAR with c + 0.5 and w + 1.
        return _Voi(levels.window(centre + 0.5, width + 1.0))
    window = levels.window(centre, width)
    if function == "SIGMOID":
        # C.11.2.1.3.1: 1 / (1 + exp(-4 (x - c) / w)).
        values = _modality_values(levels)
        exponent = np.clip(-4.0 * (values - centre) / width, -700.0, 700.0)
        greys = 1.0 / (1.0 + np.exp(exponent))
        return _Voi(window, _to_bytes(greys))
    return _Voi(window) if width >= 1 else _Voi()


def _to_bytes(greys: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    return np.floor(greys * 255.0 + 0.5).astype(np.uint8)


def _modality_values(levels: _Levels) -> npt.NDArray[np.float64]:
    number = int(np.iinfo(levels.pixels.dtype).max) + 1
    return np.arange(number, dtype=np.float64) * levels.slope + levels.offset


def _voi_table(dataset: Dataset, levels: _Levels) -> npt.NDArray[np.uint8] | None:
    """Expand the first VOI LUT (C.11.2.1.1) to a grey for each possible pixel; None if absent."""
    sequence = dataset.get("VOILUTSequence")
    if not sequence:
        return None
    try:
        _, first, bits = (int(value) for value in sequence[0].LUTDescriptor)
        entries = _lut_entries(sequence[0], dataset)
    except (AttributeError, TypeError, ValueError, OverflowError, KeyError):
        return None
    if not entries.size or not 1 <= bits <= 16:
        return None
    if dataset.get("PixelRepresentation") == 1 and first >= 32768:
        first -= 65536
    index = np.clip(np.floor(_modality_values(levels)) - first, 0, entries.size - 1)
    return _to_bytes(np.clip(entries[index.astype(np.int64)] / float((1 << bits) - 1), 0.0, 1.0))


def _lut_entries(item: Dataset, dataset: Dataset) -> npt.NDArray[np.float64]:
    raw = item["LUTData"].value
    if isinstance(raw, bytes):
        little = dataset.original_encoding[1] is not False
        words = np.frombuffer(raw, dtype="<u2" if little else ">u2").astype(np.uint16)
    else:
        words = np.atleast_1d(np.asarray(raw, dtype=np.uint16))
    count, _, bits = (int(value) for value in item.LUTDescriptor)
    if bits == 8 and words.size * 2 == count:
        # Two entries of 8 bits in a word, the first in its lower half.
        words = np.stack([words & 255, words >> 8], axis=1).ravel()
    return words[: count or 65536].astype(np.float64)


def _window_of_table(table: npt.NDArray[np.uint8]) -> Window:
    """Return the linear window nearest to a table: from its last black to its first white."""
    low, high = int(table.min()), int(table.max())
    margin = 0.02 * (high - low)
    inside = np.flatnonzero((table > low + margin) & (table < high - margin))
    if not inside.size:
        return window_between(0.0, float(table.size - 1))
    return window_between(float(inside[0]), float(max(inside[-1], inside[0] + 1)))


def _full_window(dataset: Dataset, levels: _Levels, stored: npt.NDArray[Any]) -> Window:
    """Return the window of a file that names none: all of 8 bits, else the range in use."""
    bits = int(dataset.get("BitsStored") or 16)
    if bits <= 8 and not dataset.get("ModalityLUTSequence"):
        return window_between(0.0, float((1 << bits) - 1))
    return robust_window(levels.pixels, ignored=_padding(dataset, stored))


def _padding(dataset: Dataset, stored: npt.NDArray[Any]) -> npt.NDArray[np.bool_] | None:
    """Return where the pixels are padding (C.7.5.1.1.2), or None where there is none."""
    value = dataset.get("PixelPaddingValue")
    if value is None:
        return None
    limit = dataset.get("PixelPaddingRangeLimit")
    try:
        ends = sorted((int(value), int(value if limit is None else limit)))
    except (TypeError, ValueError):
        return None
    padding: npt.NDArray[np.bool_] = (stored >= ends[0]) & (stored <= ends[1])
    return padding if padding.any() else None


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
        magnification = _number(dataset.get("EstimatedRadiographicMagnificationFactor"), 1.0)
        if magnification > 0:
            return spacing[0] / magnification, spacing[1] / magnification
        return spacing
    return _pair(dataset.get("NominalScannedPixelSpacing"))


def _pair(value: Any) -> tuple[float, float] | None:  # noqa: ANN401
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        return None
    row, column = _number(value[0], 0.0), _number(value[1], 0.0)
    return (row, column) if row > 0 and column > 0 else None


def _first(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value[0] if len(value) else None
    return value


def _number(value: Any, default: float) -> float:  # noqa: ANN401
    try:
        number = float(value)
    except (TypeError, ValueError):
        return default
    return number if math.isfinite(number) else default


def _patient_id(dataset: Dataset) -> str | None:
    return str(dataset.get("PatientID") or "").strip() or None
