"""A picture on the image plane, resampled to the screen and looked up in a colour table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from opacity_studio.domain.radiograph import Pixels
    from opacity_studio.gui.canvas.view_transform import ViewTransform

Box = tuple[float, float, float, float]
ColourTable = npt.NDArray[np.int32]

_AHEAD: Final = 0.25
"""Share of the view that is resampled on each side, once the film is being moved."""


@dataclass(frozen=True, slots=True, eq=False)
class _Tile:
    """Values at the centres of the device pixels `where`, under `transform`."""

    transform: ViewTransform
    where: QRect
    values: Pixels


class ResampledLayer(ABC):
    """Keeps what it resampled and what it looked up for as long as they hold.

    Zooming resamples the part in view; moving reuses it, a little more than the view at a time;
    another colour table only looks the values up again, which makes dragging the window smooth.
    """

    def __init__(self, table: ColourTable, form: QImage.Format) -> None:
        self._table = table
        self._form = form
        self._tile: _Tile | None = None
        self._colours: ColourTable | None = None
        self._image: QImage | None = None

    @abstractmethod
    def box(self) -> Box | None:
        """Return left, top, right and bottom of the picture in the image; None without one."""

    @abstractmethod
    def resampled(self, transform: ViewTransform, part: QRect) -> Pixels:
        """Return the values at the centres of the device pixels of `part`; never mirrored."""

    def values_in(self, transform: ViewTransform, part: QRect) -> Pixels:
        """Return the values at the centres of the device pixels of `part`, mirrored or not."""
        if not transform.mirrored:
            return self.resampled(transform, part)
        # The same film seen from behind: device pixel x is device pixel -1 - x there.
        behind = replace(transform, left=-transform.left, mirrored=False)
        there = QRect(-part.x() - part.width(), part.y(), part.width(), part.height())
        values: Pixels = cv2.flip(self.resampled(behind, there), 1)  # type: ignore[assignment]
        return values

    def forget(self) -> None:
        """Resample anew: the picture changed."""
        self._tile = self._colours = self._image = None

    def set_table(self, table: ColourTable) -> None:
        """Colour through another table: 1×256 or 1×65536 colours of 32 bits."""
        self._table = table
        self._image = None

    def draw(self, painter: QPainter, transform: ViewTransform, view: QRect) -> QRect:
        """Draw on `painter`, in device pixels; return what of `view` the picture covers."""
        box = self.box()
        part = QRect() if box is None else covered(transform, box) & view
        if box is None or part.isEmpty():
            return QRect()
        moved = self._moved_tile(transform)
        if moved is None or not moved.contains(part):
            ahead = part if moved is None else _wider(part, view) & covered(transform, box)
            self._tile = _Tile(transform, ahead, self.values_in(transform, ahead))
            self._colours, self._image = _looked_up(self._tile.values, self._table, self._form)
            moved = ahead
        if self._image is None and self._tile is not None:
            if not part.contains(moved):
                # Another table: what was resampled ahead need not be looked up, too.
                self._tile, moved = _cut(self._tile, moved, part), moved & part
            self._colours, self._image = _looked_up(self._tile.values, self._table, self._form)
        if self._image is not None:
            painter.drawImage(moved.topLeft(), self._image)
        return part

    def draw_once(self, painter: QPainter, transform: ViewTransform, part: QRect) -> None:
        """Draw `part` of the view under another `transform`; nothing of it is kept."""
        box = self.box()
        part = QRect() if box is None else covered(transform, box) & part
        if not part.isEmpty():
            values = self.values_in(transform, part)
            _memory, image = _looked_up(values, self._table, self._form)
            painter.drawImage(part.topLeft(), image)

    def _moved_tile(self, transform: ViewTransform) -> QRect | None:
        """Return where the tile lies now; None unless it moved by whole pixels only."""
        tile = self._tile
        if tile is None or tile.transform.scale_x != transform.scale_x:
            return None
        dx, dy = transform.left - tile.transform.left, transform.top - tile.transform.top
        if dx != round(dx) or dy != round(dy):
            return None
        return tile.where.translated(QPoint(round(dx), round(dy)))


def covered(transform: ViewTransform, box: Box) -> QRect:
    """Return the device pixels that `box` of the image covers."""
    left, top, right, bottom = map(round, transform.box_in_view(*box))
    return QRect(left, top, right - left, bottom - top)


def warped(
    source: Pixels,
    step: tuple[float, float],
    start: tuple[float, float],
    size: tuple[int, int],
    *,
    sharp: bool = False,
) -> Pixels:
    """Return `source` at ``start + step·(column, row)`` (as x, y), `size` columns and rows of it.

    With linear interpolation, or the nearest pixel where `sharp`.
    """
    inverse = np.array([[step[0], 0.0, start[0]], [0.0, step[1], start[1]]])
    how = cv2.INTER_NEAREST if sharp else cv2.INTER_LINEAR
    sampled: Pixels = cv2.warpAffine(  # type: ignore[assignment]
        source,
        inverse,
        size,
        flags=how | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return sampled


def _cut(tile: _Tile, where: QRect, part: QRect) -> _Tile:
    """Return what of `tile`, which now lies at `where`, lies in `part`."""
    kept = (where & part).translated(-where.topLeft())
    rows = slice(kept.top(), kept.top() + kept.height())
    columns = slice(kept.left(), kept.left() + kept.width())
    at = kept.translated(tile.where.topLeft())
    values: Pixels = np.ascontiguousarray(tile.values[rows, columns])  # type: ignore[assignment]
    return _Tile(tile.transform, at, values)


def _wider(part: QRect, view: QRect) -> QRect:
    x, y = round(view.width() * _AHEAD), round(view.height() * _AHEAD)
    return part.adjusted(-x, -y, x, y)


def _looked_up(
    values: Pixels, table: ColourTable, form: QImage.Format
) -> tuple[ColourTable, QImage]:
    """Return `values` through a table of colours: an image, and the memory it lies in."""
    colours: ColourTable = cv2.LUT(values, table)  # type: ignore[assignment]
    height, width = colours.shape
    return colours, QImage(colours.data, width, height, 4 * width, form)
