"""From the stored values of a DICOM film to grey levels: modality and VOI transformations.

References are to the DICOM standard, part 3 (PS3.3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut

from opacity_studio.domain.display import robust_window, window_between
from opacity_studio.domain.radiograph import Pixels, Window
from opacity_studio.domain.wording import tr


class LevelsError(ValueError):
    """Values that cannot be shown; the message is a clause about the file."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Pixels from 0 up, and the line that leads from them to the modality's values.

    ``value = pixel * slope + offset``, with a positive slope.
    """

    pixels: Pixels
    slope: float = 1.0
    offset: float = 0.0

    def to_pixel(self, value: float) -> float:
        """Return the (fractional) pixel that stands for a value of the modality."""
        return (value - self.offset) / self.slope

    def window(self, centre: float, width: float) -> Window:
        """Return a LINEAR window given in the modality's values, in units of the pixels."""
        # LINEAR has its -0.5 and -1 in the modality's units: carry the ramp's ends over instead.
        middle, span = self.to_pixel(centre - 0.5), (width - 1.0) / self.slope
        return Window(middle + 0.5, span + 1.0)


def levels_of(dataset: Dataset, stored: npt.NDArray[Any]) -> Levels:
    """Apply the modality transformation (C.11.1).

    Parameters
    ----------
    dataset
        The file.
    stored
        H×W, the stored values, signed or not.

    Raises
    ------
    LevelsError
        When the look-up table is damaged or 16 bits do not hold the values.
    """
    if dataset.get("ModalityLUTSequence"):
        try:
            stored = apply_modality_lut(stored, dataset)
        except Exception as error:
            raise LevelsError(
                tr("has a damaged modality look-up table; export it again")
            ) from error
        pixels, least = _from_zero(stored, _least(dataset, stored))
        return Levels(pixels, offset=least)
    slope = number(dataset.get("RescaleSlope"), 1.0) or 1.0
    intercept = number(dataset.get("RescaleIntercept"), 0.0)
    pixels, least = _from_zero(stored, _least(dataset, stored))
    if slope > 0:
        return Levels(pixels, slope, slope * least + intercept)
    # Turned round, so that a larger pixel is a larger value of the modality.
    top = max(int(pixels.max()), (1 << min(int(dataset.get("BitsStored") or 16), 16)) - 1)
    turned: Pixels = (
        (top - pixels.astype(np.int64)).astype(np.uint8)
        if pixels.dtype == np.uint8
        else (top - pixels.astype(np.int64)).astype(np.uint16)
    )
    return Levels(turned, -slope, slope * (top + least) + intercept)


def _least(dataset: Dataset, stored: npt.NDArray[Any]) -> int:
    """Return the least value the file's pixel type can hold, 0 for unsigned ones."""
    if stored.dtype.kind != "i":
        return 0
    bits = int(dataset.get("BitsStored") or 16)
    return min(int(-(1 << (bits - 1))), int(stored.min())) if bits <= 16 else int(stored.min())


def _from_zero(stored: npt.NDArray[Any], least: int) -> tuple[Pixels, float]:
    top = int(stored.max()) - least
    if top > 65535:
        raise LevelsError(tr("has more than 65,536 grey levels; export it with 16 bits a pixel"))
    narrow = stored.dtype.itemsize == 1
    if least:
        stored = stored.astype(np.int64) - least
    if narrow and top <= 255:
        return stored.astype(np.uint8, copy=False), float(least)
    return stored.astype(np.uint16, copy=False), float(least)


@dataclass(frozen=True, slots=True)
class Voi:
    """What the file says about showing its values (C.11.2)."""

    window: Window | None = None
    table: npt.NDArray[np.uint8] | None = None


def voi_of(dataset: Dataset, levels: Levels) -> Voi:
    """Return the first VOI look-up table, else the first window, else nothing."""
    table = _voi_table(dataset, levels)
    if table is not None:
        return Voi(_window_of_table(table), table)
    centre = number(_first(dataset.get("WindowCenter")), math.nan)
    width = number(_first(dataset.get("WindowWidth")), math.nan)
    if math.isnan(centre) or math.isnan(width) or width <= 0:
        return Voi()
    function = str(dataset.get("VOILUTFunction") or "LINEAR").strip().upper()
    if function == "LINEAR_EXACT":
        # C.11.2.1.3.2: (x - c) / w + 0.5, which is LINEAR with c + 0.5 and w + 1.
        return Voi(levels.window(centre + 0.5, width + 1.0))
    window = levels.window(centre, width)
    if function == "SIGMOID":
        # C.11.2.1.3.1: 1 / (1 + exp(-4 (x - c) / w)).
        values = _modality_values(levels)
        exponent = np.clip(-4.0 * (values - centre) / width, -700.0, 700.0)
        greys = 1.0 / (1.0 + np.exp(exponent))
        return Voi(window, _to_bytes(greys))
    return Voi(window) if width >= 1 else Voi()


def _to_bytes(greys: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    return np.floor(greys * 255.0 + 0.5).astype(np.uint8)


def _modality_values(levels: Levels) -> npt.NDArray[np.float64]:
    number = int(np.iinfo(levels.pixels.dtype).max) + 1
    return np.arange(number, dtype=np.float64) * levels.slope + levels.offset


def _voi_table(dataset: Dataset, levels: Levels) -> npt.NDArray[np.uint8] | None:
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


def full_window(dataset: Dataset, levels: Levels, stored: npt.NDArray[Any]) -> Window:
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


def _first(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value[0] if len(value) else None
    return value


def number(value: Any, default: float) -> float:  # noqa: ANN401
    """Return an element's value as a finite number, else `default`."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return default
    return number if math.isfinite(number) else default
