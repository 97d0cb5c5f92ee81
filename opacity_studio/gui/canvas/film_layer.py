"""The film itself: resampled to the screen, then windowed through a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage

from opacity_studio.domain.radiograph import Pixels

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

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

    def level(self, k: int) -> Pixels:
        """Return level `k`, or the coarsest there can be."""
        while len(self._levels) <= k and min(self._levels[-1].shape) > 1:
            self._levels.append(_halved(self._levels[-1]))
        return self._levels[min(k, len(self._levels) - 1)]

    def resampled(self, transform: ViewTransform, part: QRect) -> Pixels:
        """Return the film's values at the centres of the device pixels of `part`.

        Minified from the level that needs at most halving, with linear interpolation; beyond
        `SHARP_FROM` the nearest pixel.

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
        sharp = transform.scale >= SHARP_FROM
        # Cutting first: OpenCV's warp takes no source side of 32,767 or more.
        column, row = max(math.floor(x) - 1, 0), max(math.floor(y) - 1, 0)
        columns = math.ceil(x + part.width() * step) + 2
        rows = math.ceil(y + part.height() * step) + 2
        cut = source[row:rows, column:columns]
        return warped(cut, (step, step), (x - column, y - row), part, sharp=sharp)


def warped(
    source: Pixels,
    step: tuple[float, float],
    start: tuple[float, float],
    part: QRect,
    *,
    sharp: bool = False,
) -> Pixels:
    """Return `source` at ``start + step·(column, row)`` (as x, y) for every pixel of `part`."""
    inverse = np.array([[step[0], 0.0, start[0]], [0.0, step[1], start[1]]])
    how = cv2.INTER_NEAREST if sharp else cv2.INTER_LINEAR
    sampled: Pixels = cv2.warpAffine(  # type: ignore[assignment]
        source,
        inverse,
        (part.width(), part.height()),
        flags=how | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return sampled


def _halved(pixels: Pixels) -> Pixels:
    height, width = pixels.shape
    if height % 2 or width % 2:
        pixels = cv2.copyMakeBorder(  # type: ignore[assignment]
            pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE
        )
    return cv2.resize(  # type: ignore[return-value]
        pixels, (-(-width // 2), -(-height // 2)), interpolation=cv2.INTER_AREA
    )


class FilmLayer:
    """The film in the view.

    Moving and zooming resample the part in view; a new grey table only looks the values already
    resampled up again, which is what makes dragging the window smooth.
    """

    def __init__(self) -> None:
        self._pyramid: Pyramid | None = None
        self._size = (0, 0)
        self._table: npt.NDArray[np.int32] = np.zeros((1, 256), np.int32)
        self._where: tuple[ViewTransform, QRect] | None = None
        self._values: Pixels | None = None
        self._colours: npt.NDArray[np.int32] | None = None
        self._image: QImage | None = None

    def set_film(self, pixels: Pixels | None) -> None:
        """Show another film, or none."""
        self._pyramid = None if pixels is None else Pyramid(pixels)
        self._size = (0, 0) if pixels is None else (pixels.shape[1], pixels.shape[0])
        self._where = self._values = self._colours = self._image = None

    def set_grey_table(self, table: npt.NDArray[np.uint8]) -> None:
        """Show through another table: 256 or 65536 greys, one for each value of the film."""
        grey = table.astype(np.uint32)
        colours = np.uint32(0xFF000000) | grey << 16 | grey << 8 | grey
        self._table = colours.view(np.int32).reshape(1, -1)
        self._image = None

    def draw(self, painter: QPainter, transform: ViewTransform, view: QRect) -> None:
        """Draw the film on `painter`, whose units are device pixels."""
        if self._pyramid is None:
            return
        part = visible_part(transform, (0.0, 0.0, *map(float, self._size)), view)
        if part.isEmpty():
            return
        if self._values is None or self._where != (transform, part):
            self._values = self._pyramid.resampled(transform, part)
            self._where, self._image = (transform, part), None
        if self._image is None:
            self._colours, self._image = looked_up(
                self._values, self._table, QImage.Format.Format_RGB32
            )
        painter.drawImage(QPoint(part.left(), part.top()), self._image)


def visible_part(
    transform: ViewTransform, box: tuple[float, float, float, float], view: QRect
) -> QRect:
    """Return the device pixels of `view` that `box` (left, top, right, bottom) covers."""
    left, top = transform.to_view(box[0], box[1])
    right, bottom = transform.to_view(box[2], box[3])
    first, last = (round(left), round(top)), (round(right), round(bottom))
    return QRect(first[0], first[1], last[0] - first[0], last[1] - first[1]) & view


def looked_up(
    values: Pixels, table: npt.NDArray[np.int32], form: QImage.Format
) -> tuple[npt.NDArray[np.int32], QImage]:
    """Return `values` through a table of 32-bit colours, as an image and the memory it lies in."""
    colours: npt.NDArray[np.int32] = cv2.LUT(values, table)  # type: ignore[assignment]
    height, width = colours.shape
    return colours, QImage(colours.data, width, height, 4 * width, form)
