"""Where model and person agree, and where the person added or removed: a pattern for each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QRegion

from opacity_studio.domain.wording import tr
from opacity_studio.gui.canvas.rectangles import rectangles_of
from opacity_studio.gui.canvas.shape_layer import device_box
from opacity_studio.gui.canvas.shape_paths import PathCache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opacity_studio.domain.shape import Shape
    from opacity_studio.gui.canvas.view_transform import ViewTransform

_TILE: Final = 8
"""Side of a pattern in logical pixels."""

_MODEL, _PERSON = 1, 2


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three outcomes.

    Attributes
    ----------
    name
        As the legend says it.
    colour
        ``#rrggbb``.
    code
        Sum of `_MODEL` and `_PERSON`, for those who drew it.
    """

    name: str
    colour: str
    code: int


AGREED: Final = Part(tr("agreed"), "#f2f2f2", _MODEL | _PERSON)
ADDED: Final = Part(tr("added by the reader"), "#ff7a1f", _PERSON)
REMOVED: Final = Part(tr("removed by the reader"), "#56b4e9", _MODEL)
PARTS: Final = (AGREED, ADDED, REMOVED)


class DifferenceLayer:
    """Two sides, filled and compared pixel by pixel of the screen: exact at every zoom.

    An edit recomputes the box of the shapes that changed; another transform all of it.
    """

    def __init__(self) -> None:
        self._paths = PathCache()
        self._model: tuple[Shape, ...] = ()
        self._person: tuple[Shape, ...] = ()
        self._transform: ViewTransform | None = None
        self._ratio = 1.0
        self._image = QImage()
        self._dirty = QRegion()
        self._drawn = QRect()

    def set_view(self, size: QSize, ratio: float) -> None:
        """Take another size, in device pixels, and device pixel ratio."""
        if size != self._image.size() or ratio != self._ratio:
            self._ratio = ratio
            self._image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._image.fill(0)
            self._everything()

    def set_transform(self, transform: ViewTransform) -> None:
        """Follow the film."""
        old, self._transform = self._transform, transform
        if transform == old:
            return
        dx = 0.0 if old is None else transform.left - old.left
        dy = 0.0 if old is None else transform.top - old.top
        moved = old is not None and replace(transform, left=old.left, top=old.top) == old
        if moved and dx == int(dx) and dy == int(dy):
            self._scroll(QPoint(int(dx), int(dy)))
        else:
            self._everything()

    def set_sides(self, model: Sequence[Shape], person: Sequence[Shape]) -> QRegion:
        """Take what each side drew; return the device pixels to be painted again."""
        area = QRegion()
        for before, now in ((self._model, model), (self._person, person)):
            was, is_now = {id(shape) for shape in before}, {id(shape) for shape in now}
            changed = [shape for shape in before if id(shape) not in is_now]
            changed += [shape for shape in now if id(shape) not in was]
            for shape in changed:
                area += self._box(shape)
        self._model, self._person = tuple(model), tuple(person)
        self._paths.keep_only(shape.key for shape in (*self._model, *self._person))
        self._dirty += area
        return area

    def draw(self, painter: QPainter, part: QRect) -> None:
        """Draw `part` on `painter`, whose units are device pixels."""
        boxes = QRegion()
        for shape in (*self._model, *self._person):
            boxes += self._box(shape)
        # A strip along two edges is two rectangles: their common box would be everything.
        for dirty in rectangles_of(self._dirty & self._image.rect()):
            self._compare(dirty, boxes)
        self._dirty = QRegion()
        seen = boxes.boundingRect() & part
        if not seen.isEmpty():
            painter.drawImage(seen, self._image, seen)

    def codes(self, where: QRect) -> npt.NDArray[np.uint8]:
        """Return who drew what in `where` (device pixels): 0 nobody, or a `Part`'s code."""
        model = self._filled(self._model, where)
        person = self._filled(self._person, where)
        return (model > 0) * np.uint8(_MODEL) + (person > 0) * np.uint8(_PERSON)

    def _scroll(self, by: QPoint) -> None:
        """Keep what only moved; what comes into view is compared when it is drawn."""
        image = QImage(self._image.size(), self._image.format())
        image.fill(0)
        painter = QPainter(image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(by, self._image)
        painter.end()
        self._image = image
        everything = QRegion(image.rect())
        self._dirty = self._dirty.translated(by) & everything
        self._dirty += everything - everything.translated(by)

    def _everything(self) -> None:
        self._dirty = QRegion(self._image.rect())

    def _box(self, shape: Shape) -> QRect:
        if self._transform is None:
            return QRect()
        return device_box(self._paths[shape].bounds, self._transform, self._ratio)

    def _compare(self, dirty: QRect, boxes: QRegion) -> None:
        painter = QPainter(self._image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(dirty, QColor(0, 0, 0, 0))
        where = boxes.boundingRect() & dirty
        if not where.isEmpty() and self._transform is not None:
            tiles = _tiles(round(_TILE * self._ratio))
            side = tiles.shape[1]
            # The patterns lie on the film: they do not swim when it is moved.
            rows = (np.arange(where.height()) + where.top() - round(self._transform.top)) % side
            columns = (np.arange(where.width()) + where.left() - round(self._transform.left)) % side
            colours = tiles[self.codes(where), rows[:, None], columns[None, :]]
            image = QImage(
                np.ascontiguousarray(colours).data,
                where.width(),
                where.height(),
                4 * where.width(),
                QImage.Format.Format_ARGB32_Premultiplied,
            )
            painter.drawImage(where.topLeft(), image)
        painter.end()

    def _filled(self, shapes: Sequence[Shape], where: QRect) -> npt.NDArray[np.uint8]:
        image = QImage(where.size(), QImage.Format.Format_Grayscale8)
        image.fill(0)
        if self._transform is not None:
            painter = QPainter(image)
            painter.translate(-QPoint(where.topLeft()))
            painter.setTransform(self._transform.qt(), combine=True)
            for shape in shapes:
                if self._paths[shape].is_area and self._box(shape).intersects(where):
                    painter.fillPath(self._paths[shape].path, QColor(255, 255, 255))
            painter.end()
        data = np.frombuffer(image.constBits(), np.uint8)
        # A copy: the memory goes with the image.
        return data.reshape(where.height(), image.bytesPerLine())[:, : where.width()].copy()


@lru_cache(maxsize=4)
def _tiles(side: int) -> npt.NDArray[np.uint32]:
    """Return the patterns by code, 4 × side × side premultiplied colours: dots, ╱ and ╲ lines."""
    y, x = np.mgrid[:side, :side]
    stroke = max(round(side / 5), 1)
    marks = {
        AGREED: (x % (side // 2) < stroke) & (y % (side // 2) < stroke),
        ADDED: (x + y) % side < stroke,
        REMOVED: (x - y) % side < stroke,
    }
    strength = {AGREED: (0.05, 0.45), ADDED: (0.16, 0.90), REMOVED: (0.16, 0.90)}
    tiles = np.zeros((4, side, side), np.uint32)
    for part, mark in marks.items():
        faint, strong = strength[part]
        alpha = np.where(mark, strong, faint)
        colour = QColor(part.colour)
        channels = (255.0, float(colour.red()), float(colour.green()), float(colour.blue()))
        a, r, g, b = (np.rint(alpha * channel).astype(np.uint32) for channel in channels)
        tiles[part.code] = a << 24 | r << 16 | g << 8 | b
    return tiles


def swatch(part: Part, size: QSize, ratio: float) -> QImage:
    """Return a piece of the pattern of `part`, `size` logical pixels, for a legend."""
    tile = _tiles(round(_TILE * ratio))[part.code]
    high, wide = round(size.height() * ratio), round(size.width() * ratio)
    rows, columns = np.arange(high) % tile.shape[0], np.arange(wide) % tile.shape[1]
    data = np.ascontiguousarray(tile[rows[:, None], columns[None, :]])
    image = QImage(
        data.data, wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied
    ).copy()
    image.setDevicePixelRatio(ratio)
    return image
