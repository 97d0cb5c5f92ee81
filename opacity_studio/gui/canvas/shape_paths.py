"""Painter paths of shapes in the image plane, made once for each shape there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QByteArray, QDataStream, QPointF, QRectF
from PySide6.QtGui import QPainterPath

from opacity_studio.domain.outline import CIRCLE, is_dots, outline_of
from opacity_studio.domain.shape import Points, Shape

_FARTHEST: Final = 1e7
"""Farther out no film reaches, and Qt's painter would count its way there in dashes."""

_ELEMENT: Final = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1


@dataclass(frozen=True, slots=True)
class ShapePath:
    """What to draw of one shape.

    Attributes
    ----------
    shape
        The shape this was made of.
    path
        In image coordinates; filled by the even–odd rule, so that holes stay open.
    bounds, corners
        Of the path and the dots, in image coordinates; the same as left, top, right, bottom.
    is_area
        True where the path encloses something.
    dots
        N×2 points to be marked at a fixed size on the screen (LabelMe's point shapes).
    """

    shape: Shape
    path: QPainterPath
    bounds: QRectF
    corners: tuple[float, float, float, float]
    is_area: bool
    dots: Points


class PathCache:
    """Paths by shape identity: an edit costs one path, an unchanged shape none."""

    def __init__(self) -> None:
        self._paths: dict[int, ShapePath] = {}

    def __getitem__(self, shape: Shape) -> ShapePath:
        """Return the path of `shape`."""
        known = self._paths.get(shape.key)
        if known is None or not _is_outlined_alike(known.shape, shape):
            known = self._paths[shape.key] = shape_path(shape)
        elif known.shape is not shape:
            known = self._paths[shape.key] = replace(known, shape=shape)
        return known

    def corners_of(self, shapes: Sequence[Shape]) -> npt.NDArray[np.float64]:
        """Return N×4 (left, top, right, bottom) of what is to be drawn of each of `shapes`.

        No path is made that is not there yet: those of hundreds take a while.
        """
        known = [self._paths.get(shape.key) for shape in shapes]
        rows = [
            path.corners if path is not None and _is_outlined_alike(path.shape, shape) else None
            for path, shape in zip(known, shapes, strict=True)
        ]
        unknown = [shape for row, shape in zip(rows, shapes, strict=True) if row is None]
        fresh = iter(_corners_of(unknown).tolist())
        return np.array([next(fresh) if row is None else row for row in rows]).reshape(-1, 4)

    def keep_only(self, keys: Iterable[int]) -> None:
        """Forget the shapes that are gone."""
        kept = frozenset(keys)
        self._paths = {key: path for key, path in self._paths.items() if key in kept}


def _corners_of(shapes: Sequence[Shape]) -> npt.NDArray[np.float64]:
    """Return what `PathCache.corners_of` does, for all shapes at once and without their paths."""
    drawn = [shape for shape in shapes if _is_plain(shape)]
    if len(drawn) < len(shapes):
        return np.array([shape_path(shape).corners for shape in shapes]).reshape(-1, 4)
    if not drawn:
        return np.empty((0, 4))
    outlines = [(shape.points, *shape.holes) for shape in drawn]
    points = np.concatenate([ring for rings in outlines for ring in rings])
    starts = np.cumsum([0, *(sum(map(len, rings)) for rings in outlines[:-1])])
    return np.hstack((np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)))


def _is_plain(shape: Shape) -> bool:
    """Whether what is drawn lies exactly within the points."""
    return shape.is_polygon and len(shape.points) > 0 and _is_near(shape.points)


def _is_near(points: Points) -> bool:
    return bool((np.abs(points) <= _FARTHEST).all())


def _is_outlined_alike(one: Shape, other: Shape) -> bool:
    """Whether two states of a shape share the very arrays of their outline."""
    return one is other or (
        one.points is other.points
        and one.shape_type == other.shape_type
        and one.mask is other.mask
        and len(one.holes) == len(other.holes)
        and all(a is b for a, b in zip(one.holes, other.holes, strict=True))
    )


def shape_path(shape: Shape) -> ShapePath:
    """Return what to draw of `shape`, whatever its LabelMe type; an odd one shows its points."""
    points = shape.points
    if not _is_near(points):
        points = np.clip(points[np.isfinite(points).all(axis=1)], -_FARTHEST, _FARTHEST)
    dots = points if is_dots(shape) or len(points) < 2 else points[:0]
    path, is_area = _path(shape, points)
    path.setFillRule(path.fillRule().OddEvenFill)
    bounds = path.boundingRect()
    if len(dots):
        low, high = dots.min(axis=0), dots.max(axis=0)
        around = QRectF(QPointF(*low), QPointF(*high))
        bounds = around if path.isEmpty() else bounds.united(around)
    corners = bounds.left(), bounds.top(), bounds.right(), bounds.bottom()
    return ShapePath(shape, path, bounds, corners, is_area, dots)


def _path(shape: Shape, points: Points) -> tuple[QPainterPath, bool]:
    """Return the path of a shape without its dots, and whether it encloses something."""
    if shape.shape_type == CIRCLE and len(points) > 1:
        # A ring of points would show its corners much enlarged.
        radius = float(np.hypot(*(points[1] - points[0])))
        circle = QPainterPath()
        circle.addEllipse(QPointF(*points[0]), radius, radius)
        return circle, True
    if points is not shape.points:
        shape = shape.with_outline(points, shape.holes)
    outline = outline_of(shape)
    return ring_path(outline.rings, closed=outline.is_closed), outline.is_closed


def ring_path(rings: Iterable[Points], *, closed: bool) -> QPainterPath:
    """Return the path along `rings` (each N×2, image coordinates).

    Read from a `QDataStream` image of a path: a call of Qt for each point would cost ten times
    as much.
    """
    parts = []
    for ring in rings:
        if len(ring) < 2:
            continue
        part = np.empty(len(ring) + closed, _ELEMENT)
        part["type"] = _LINE
        part["type"][0] = _MOVE
        part["x"][: len(ring)], part["y"][: len(ring)] = ring[:, 0], ring[:, 1]
        if closed:
            part["x"][-1], part["y"][-1] = ring[0]
        parts.append(part)
    path = QPainterPath()
    if parts:
        # Joining turns the numbers round to this machine's byte order.
        elements = np.concatenate(parts).astype(_ELEMENT)
        count = np.array([len(elements)], ">i4").tobytes()
        start_and_fill_rule = np.zeros(2, ">i4").tobytes()
        data = QByteArray(count + elements.tobytes() + start_and_fill_rule)
        QDataStream(data) >> path
    return path
