"""A film as it was stored, and what is known about showing it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Window:
    """Window centre and width, in the units of `Radiograph.pixels`.

    The grey ramp is DICOM's linear function (PS3.3 C.11.2.1.2.1): values up to
    ``centre - 0.5 - (width - 1) / 2`` are black, values above
    ``centre - 0.5 + (width - 1) / 2`` are white.
    """

    centre: float
    width: float


@dataclass(frozen=True, slots=True, eq=False)
class Radiograph:
    """One film.

    Attributes
    ----------
    pixels
        Height × width, uint8 or uint16, read-only: the stored values, shifted where they are signed
        so that the least possible one is 0. A DICOM modality look-up table has been applied; a
        rescale slope and intercept have not, because rounding would lose grey levels: they are in
        `value_slope` and `value_offset` (a negative slope turns the stored values round).
    path
        The file it was read from.
    inverted
        True where small values are meant to be bright (DICOM MONOCHROME1).
    suggested_window
        The window the file asks for, in units of `pixels`; None where it says nothing.
    voi_lut
        A DICOM VOI look-up table, or sigmoid window, expanded to one uint8 grey (before polarity)
        for each possible value of `pixels`; None where the file has none. It stands for as long
        as the window is the suggested one.
    pixel_spacing
        Height and width of a pixel in mm as (row spacing, column spacing); None where unknown.
    edge_sides
        What of the patient lies at the left and at the right edge of the stored image, as letters
        (``("R", "L")`` on a frontal film that is not mirrored); None where the file does not say.
    patient_id
        From the file itself (DICOM); None where it does not say. Never logged.
    value_slope, value_offset
        The file's own value (for the readout) is ``pixel * value_slope + value_offset``.
    digest
        sha256 of the file's bytes, hexadecimal.
    """

    pixels: Pixels
    path: Path
    inverted: bool = False
    suggested_window: Window | None = None
    voi_lut: npt.NDArray[np.uint8] | None = None
    pixel_spacing: tuple[float, float] | None = None
    edge_sides: tuple[str, str] | None = None
    patient_id: str | None = None
    value_slope: float = 1.0
    value_offset: float = 0.0
    digest: str = ""

    def __post_init__(self) -> None:
        if self.pixels.ndim != 2 or self.pixels.dtype not in (np.uint8, np.uint16):
            raise ValueError("pixels must be a 2-D uint8 or uint16 array")
        self.pixels.flags.writeable = False

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def max_value(self) -> int:
        """Largest value the pixel type can hold: 255 or 65535."""
        return int(np.iinfo(self.pixels.dtype).max)

    def __repr__(self) -> str:
        # The default would print the patient id into a log or a traceback.
        return f"Radiograph({self.width}×{self.height}, {self.pixels.dtype})"

    def __reduce__(self) -> Any:  # noqa: ANN401
        raise TypeError("a radiograph is read from its file, not unpickled")
