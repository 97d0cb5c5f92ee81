"""The film itself: resampled to the screen, then windowed through a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from opacity_studio.gui.canvas.resampled_layer import Box, ResampledLayer, warped

if TYPE_CHECKING:
    from PySide6.QtCore import QRect

    from opacity_studio.domain.radiograph import Pixels
    from opacity_studio.gui.canvas.view_transform import ViewTransform

SHARP_FROM: Final = 4.0
"""Scale from which film pixels are shown as the squares they are."""


class Pyramid:
    """A film at full, half, quarter … size, each level made when it is first looked at.

    Pixel (r, c) of level k is the mean of the film's pixels [2ᵏr, 2ᵏ(r+1)) × [2ᵏc, 2ᵏ(c+1)), so
    every level lies exactly on the image plane.

    Parameters
    ----------
    pixels
        H×W uint8 or uint16.
    """

    def __init__(self, pixels: Pixels) -> None:
        self._levels: list[Pixels] = [pixels]

    @property
    def height(self) -> int:
        """Of the film, in pixels."""
        return int(self._levels[0].shape[0])

    @property
    def width(self) -> int:
        """Of the film, in pixels."""
        return int(self._levels[0].shape[1])

    def level(self, k: int) -> Pixels:
        """Return level `k`, or the coarsest there can be."""
        while len(self._levels) <= k and min(self._levels[-1].shape) > 1:
            self._levels.append(_halved(self._levels[-1]))
        return self._levels[min(k, len(self._levels) - 1)]

    def resampled(self, transform: ViewTransform, part: QRect) -> Pixels:
        """Return the film's values at the centres of the device pixels of `part`.

        Minified from the level that needs at most halving, with linear interpolation; from
        `SHARP_FROM` on the nearest pixel.

        Returns
        -------
        ndarray, part.height() × part.width(), the film's dtype
        """
        wanted = max(0, math.floor(math.log2(1.0 / transform.scale))) if transform.scale < 1 else 0
        source = self.level(wanted)
        k = min(wanted, len(self._levels) - 1)
        step = 1.0 / (transform.scale * 2.0**k)
        x = (part.left() + 0.5 - transform.left) * step - 0.5
        y = (part.top() + 0.5 - transform.top) * step - 0.5
        # Cutting first: OpenCV's warp takes no source side of 32,767 or more.
        column, row = max(math.floor(x) - 1, 0), max(math.floor(y) - 1, 0)
        columns = math.ceil(x + part.width() * step) + 2
        rows = math.ceil(y + part.height() * step) + 2
        cut = source[row:rows, column:columns]
        sharp = transform.scale >= SHARP_FROM
        size = part.width(), part.height()
        return warped(cut, (step, step), (x - column, y - row), size, sharp=sharp)


def _halved(pixels: Pixels) -> Pixels:
    height, width = pixels.shape
    if height % 2 or width % 2:
        pixels = cv2.copyMakeBorder(  # type: ignore[assignment]
            pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE
        )
    return cv2.resize(  # type: ignore[return-value]
        pixels, (-(-width // 2), -(-height // 2)), interpolation=cv2.INTER_AREA
    )


class FilmLayer(ResampledLayer):
    """The film in the view."""

    def __init__(self) -> None:
        super().__init__(np.zeros((1, 256), np.int32), QImage.Format.Format_RGB32)
        self._pyramid: Pyramid | None = None
        self._box: Box | None = None

    def set_film(self, film: Pyramid | None) -> None:
        """Show another film, or none."""
        self._pyramid = film
        self._box = None if film is None else (0.0, 0.0, film.width, film.height)
        self.forget()

    def set_grey_table(self, table: npt.NDArray[np.uint8]) -> None:
        """Show through another table: 256 or 65536 greys, one for each value of the film."""
        grey = table.astype(np.uint32)
        colours = np.uint32(0xFF000000) | grey << 16 | grey << 8 | grey
        self.set_table(colours.view(np.int32).reshape(1, -1))

    def box(self) -> Box | None:
        """Return the whole film."""
        return self._box

    def resampled(self, transform: ViewTransform, part: QRect) -> Pixels:
        """Return the film's values at the centres of the device pixels of `part`."""
        if self._pyramid is None:
            raise ValueError("no film to resample")
        return self._pyramid.resampled(transform, part)
