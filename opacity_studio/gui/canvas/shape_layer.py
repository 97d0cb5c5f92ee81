"""Shapes kept as a picture: drawn once, moved with the film, redrawn where one changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QRegion

from opacity_studio.gui.canvas.common_step import common_step
from opacity_studio.gui.canvas.rectangles import rectangles_of
from opacity_studio.gui.canvas.shape_painter import Style, draw_shape

if TYPE_CHECKING:
    from opacity_studio.domain.shape import Shape
    from opacity_studio.gui.canvas.shape_paths import PathCache
    from opacity_studio.gui.canvas.view_transform import ViewTransform

_MARGIN: Final = 4.0
"""Device pixels a stroke or a dot may reach beyond its path, for each unit of pixel ratio."""

_FAR: Final = 1e8

_MANY: Final = 24
"""Boxes that changed from which on one around all of them is drawn again: they overlap, and each
rectangle of their union would have the same outlines drawn for it."""

_WHOLE: Final = 1e-3
"""Device pixels by which a step may differ from whole ones and still be taken for these."""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A shape and how it is drawn."""

    shape: Shape
    style: Style

    def is_same(self, other: Item | None) -> bool:
        """Tell whether drawing `other` would give the same picture."""
        return other is not None and other.shape is self.shape and other.style is self.style


@dataclass(slots=True)
class _Job:
    """A rectangle being redrawn, aside, in slices of time."""

    where: QRect
    image: QImage
    todo: Iterator[Item]


class ShapeLayer:
    """A transparent image of the view with shapes that are not reshaped at this moment.

    Moving the film, or all of the shapes alike, shifts the image and draws the strips that come
    into view; an edit redraws the box of that shape. Where there is more to draw than fits into a
    frame, it is drawn aside in slices (`advance`) and what stood there before, scaled or shifted,
    serves until it is complete: three hundred outlines never hold up the mouse.
    """

    def __init__(self, paths: PathCache) -> None:
        self._paths = paths
        self._items: dict[int, Item] = {}
        self._bounds: npt.NDArray[np.float64] = np.empty((0, 4))
        self._transform: ViewTransform | None = None
        self._ratio = 1.0
        self._image = QImage()
        self._before: tuple[QImage, ViewTransform] | None = None
        self._dirty = QRegion()
        self._job: _Job | None = None
        self._is_blank = True
        self._spent = 0.0
        self._seconds = 0.0

    @property
    def seconds(self) -> float:
        """How long drawing everything in view took the last time."""
        return self._seconds

    @property
    def is_complete(self) -> bool:
        """True when nothing waits to be drawn."""
        return self._job is None and self._dirty.isEmpty()

    def set_view(self, size: QSize, ratio: float) -> None:
        """Take another size, in device pixels, and device pixel ratio."""
        if size == self._image.size() and ratio == self._ratio:
            return
        self._ratio = ratio
        self._before, self._is_blank = None, False
        self._clear(size)

    @property
    def count(self) -> int:
        """How many shapes there are to be seen."""
        return len(self._items)

    def set_items(self, items: Sequence[Item]) -> QRegion:
        """Take what is to be drawn, the last on top; return what is to be drawn again."""
        if len(items) == len(self._items) and all(map(Item.is_same, self._items.values(), items)):
            return QRegion()
        new = {item.shape.key: item for item in items}
        step = self._common_step(new)
        if step is not None:
            self._items = new
            return self._shift(*step)
        is_known = list(new) == list(self._items)
        changed: list[Item] = []
        for key in self._items.keys() | new.keys():
            was, is_now = self._items.get(key), new.get(key)
            if was is None or not was.is_same(is_now):
                changed += (item for item in (was, is_now) if item is not None)
        if not is_known:
            changed += self._reordered(list(self._items), list(new.values()))
        if changed or not is_known:
            self._bounds = self._paths.corners_of([item.shape for item in items])
        area = self._area(changed)
        # The first ones are everything in view: how long that takes is to be known.
        self._dirty += area if self._items else QRegion(self._image.rect())
        self._items = new
        return area

    def _common_step(self, new: dict[int, Item]) -> tuple[float, float] | None:
        """Return the step in the image by which all shapes have moved; None where they have not."""
        before, after = self._items.values(), new.values()
        if [item.style for item in before] != [item.style for item in after]:
            return None
        return common_step([item.shape for item in before], [item.shape for item in after])

    def _shift(self, dx: float, dy: float) -> QRegion:
        """Move the picture of all shapes by a step in the image; return what looks different."""
        if self._transform is None or (dx, dy) == (0.0, 0.0):
            return QRegion()
        if self._job is not None:  # It draws them where they were.
            self._dirty += self._job.where
            self._job = None
        before = self._everywhere()
        self._bounds = self._bounds + np.array((dx, dy, dx, dy))
        across, down = dx * self._transform.scale_x, dy * self._transform.scale
        whole = round(across), round(down)
        near = max(abs(across - whole[0]), abs(down - whole[1])) < _WHOLE
        if near and self._before is None:
            self._scroll(QPoint(*whole))
        else:
            image, was = self._before or (self._image, self._transform)
            if self._before is None:
                self._is_blank = False
            # The picture was drawn as under this transform, now that the shapes lie further on.
            self._before = image, was.moved(-dx * was.scale_x, -dy * was.scale)
            self._clear(self._image.size())
        return QRegion(before.united(self._everywhere()) & self._image.rect())

    def _everywhere(self) -> QRect:
        """Return the device pixels that any of the shapes can touch."""
        assert self._transform is not None  # Set before anything is drawn.
        left, top, right, bottom = _around(self._bounds)[0].tolist()
        corners = QRectF(QPointF(left, top), QPointF(right, bottom))
        return device_box(corners, self._transform, self._ratio)

    def _area(self, items: Sequence[Item]) -> QRegion:
        """Return the device pixels of the view that `items` can touch."""
        area = QRegion()
        if not items or self._transform is None:
            return area
        corners = self._paths.corners_of([item.shape for item in items])
        if len(items) > _MANY:
            corners = _around(corners)
        for left, top, right, bottom in corners.tolist():
            box = QRectF(QPointF(left, top), QPointF(right, bottom))
            area += device_box(box, self._transform, self._ratio) & self._image.rect()
        return area

    def _reordered(self, before: Sequence[int], items: Sequence[Item]) -> list[Item]:
        """Return what is to be drawn again where shapes lie in another order than before."""
        there = {item.shape.key for item in items}
        known = frozenset(before)
        old = [key for key in before if key in there]
        new = [item for item in items if item.shape.key in known]
        return [item for key, item in zip(old, new, strict=True) if key != item.shape.key]

    def set_transform(self, transform: ViewTransform) -> None:
        """Follow the film."""
        old, self._transform = self._transform, transform
        if old is None or old == transform or self._is_empty:
            return
        dx, dy = transform.left - old.left, transform.top - old.top
        whole = dx == int(dx) and dy == int(dy)
        if transform.scale_x == old.scale_x and whole:
            self._scroll(QPoint(int(dx), int(dy)))
            return
        if self._before is None:
            self._before = (self._image, old)
            self._is_blank = False
        self._clear(self._image.size())

    def _clear(self, size: QSize) -> None:
        """Begin anew with nothing drawn."""
        if not self._is_blank:
            self._image = _transparent(size)
            self._is_blank = True
        self._job, self._spent = None, 0.0
        self._dirty = QRegion(self._image.rect())

    def advance(self, seconds: float) -> QRegion:
        """Draw what waits for at most about `seconds`; return where the picture changed."""
        changed = QRegion()
        if self._transform is None:
            return changed
        if not self._items:
            return self._emptied()
        start = time.perf_counter()
        was_whole = self._dirty == QRegion(self._image.rect()) or self._spent > 0.0
        while not self.is_complete:
            job = self._job = self._job or self._next_job()
            if not self._draw_slice(job, start + seconds):
                break
            self._is_blank = False
            painter = QPainter(self._image)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.drawImage(job.where.topLeft(), job.image)
            painter.end()
            changed += job.where
            self._job = None
        if was_whole:
            self._spent += time.perf_counter() - start
        if self.is_complete and self._spent > 0.0:
            self._seconds, self._spent = self._spent, 0.0
        if self.is_complete and self._before is not None:
            self._before = None
            return QRegion(self._image.rect())
        return changed

    def _emptied(self) -> QRegion:
        """Take away the picture of what is gone; return where it was."""
        was_seen = not self._is_blank or self._before is not None
        self._before = None
        self._clear(self._image.size())
        self._dirty, self._seconds = QRegion(), 0.0
        return QRegion(self._image.rect()) if was_seen else QRegion()

    def draw(self, painter: QPainter, part: QRect) -> None:
        """Draw what there is of `part` on `painter`, whose units are device pixels."""
        if self._is_blank and self._before is None:
            return
        if self._before is not None and self._transform is not None:
            image, was = self._before
            painter.save()
            to_image, _ = was.qt().inverted()
            painter.setTransform(to_image * self._transform.qt(), combine=True)
            painter.drawImage(QPoint(0, 0), image)
            painter.restore()
            return
        painter.drawImage(part, self._image, part)

    @property
    def _is_empty(self) -> bool:
        """Whether there is nothing to be seen, nor left to be taken away."""
        return self._is_blank and self._before is None and not self._items

    def _scroll(self, by: QPoint) -> None:
        moved = _transparent(self._image.size())
        painter = QPainter(moved)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(by, self._image)
        painter.end()
        self._image = moved
        everything = QRegion(moved.rect())
        self._dirty = self._dirty.translated(by) & everything
        self._dirty += everything - everything.translated(by)
        if self._job is not None:
            self._job.where.translate(by)

    def _next_job(self) -> _Job:
        where = next(rectangles_of(self._dirty))
        self._dirty -= QRegion(where)
        touched = compress(list(self._items.values()), self._touching(where))
        return _Job(QRect(where), _transparent(where.size()), touched)

    def _touching(self, where: QRect) -> npt.NDArray[np.bool_]:
        """Tell for each item whether it can touch `where`."""
        assert self._transform is not None  # Set before anything is drawn.
        reach = _MARGIN * self._ratio
        left, top, right, bottom = self._transform.box_in_image(
            where.left() - reach,
            where.top() - reach,
            where.left() + where.width() + reach,
            where.top() + where.height() + reach,
        )
        b = self._bounds
        return (b[:, 0] <= right) & (b[:, 1] <= bottom) & (b[:, 2] >= left) & (b[:, 3] >= top)

    def _draw_slice(self, job: _Job, stop: float) -> bool:
        """Draw until `stop`; return True when the job is done."""
        assert self._transform is not None  # Set before anything is drawn.
        painter = QPainter(job.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-job.where.topLeft())
        done = True
        for item in job.todo:
            draw_shape(painter, self._paths[item.shape], item.style, self._transform, self._ratio)
            if time.perf_counter() > stop:
                done = False
                break
        painter.end()
        return done


def _around(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the one row around all of `corners` (N×4: left, top, right, bottom)."""
    return np.hstack((corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)))[None]


def device_box(bounds: QRectF, transform: ViewTransform, ratio: float) -> QRect:
    """Return the device pixels a shape with these `bounds` in the image can touch."""
    left, top, right, bottom = transform.box_in_view(
        bounds.left(), bounds.top(), bounds.right(), bounds.bottom()
    )
    reach = _MARGIN * ratio
    # Qt's rectangles are 32-bit: an outline far outside, much enlarged, would wrap around.
    left, top = max(left - reach, -_FAR), max(top - reach, -_FAR)
    right, bottom = min(right + reach, _FAR), min(bottom + reach, _FAR)
    return QRectF(left, top, right - left, bottom - top).toAlignedRect()


def _transparent(size: QSize) -> QImage:
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    return image
