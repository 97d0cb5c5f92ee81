"""A stroke of the brush on outlines: what it has come to so far, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import (
    Region,
    free_group_id,
    polygonal,
    region_of,
    reshaped,
    union_of,
)
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.strokes import overlaps, without_specks

_LEAST_LEFT = 0.05
"""Of a shape: what is less than this part of it may be too small a rest, however far out one is."""


@dataclass
class Painting:
    """One stroke, growing piece by piece; `extend` follows the mouse, `finish` is the outcome.

    Where a stroke paints, it becomes one with every shape of its label that it meets: the first
    one met, a selected one before others, keeps its identity. Where it meets none it is a shape
    of its own. Where it erases, it takes away from the shapes it meets; if the first it meets is
    selected, from selected shapes only.

    Attributes
    ----------
    base
        The annotation at the press.
    label
        What is painted.
    erases
        Whether it takes away.
    reachable
        The polygons it may change; others are never touched.
    selected
        Keys of the selected ones among them.
    smallest
        Parts and holes left behind that are smaller than this many px² are not worth having.
    """

    base: Annotation
    label: str
    erases: bool
    reachable: Sequence[Shape]
    selected: frozenset[int]
    smallest: float
    _met: list[Shape] = field(default_factory=list)
    _rests: dict[int, Region] = field(default_factory=dict)
    _area: Region = field(default_factory=shapely.Polygon)

    def __post_init__(self) -> None:
        self._fresh = Shape(self.label, np.empty((0, 2)))
        self._bounds = np.array(
            [(*shape.points.min(axis=0), *shape.points.max(axis=0)) for shape in self.reachable]
        ).reshape(-1, 4)
        self._is_met = np.zeros(len(self.reachable), dtype=bool)
        self._shown = self.base

    @property
    def has_met(self) -> bool:
        """Whether it has come upon any shape it may change."""
        return bool(self._met)

    def extend(self, piece: Region) -> Annotation:
        """Return the annotation with one more `piece` of the stroke, quickly.

        It may differ from what `finish` makes by less than one sees.
        """
        if not piece.is_empty:
            found = self._meet(piece)
            if self.erases:
                self._erase(piece)
            else:
                self._paint(piece, found)
        return self._shown

    def finish(self, stroke: Region) -> Annotation:
        """Return the annotation with the whole `stroke`, from the outlines as they were."""
        if stroke.is_empty:
            return self.base
        met = [shape for shape in self._met if overlaps(shape, stroke)]
        if self.erases:
            return self._erased(
                {s.key: polygonal(shapely.difference(region_of(s), stroke)) for s in met}
            )
        if len(met) == 1 and shapely.covers(region_of(met[0]), stroke):
            return self.base
        return self._painted(polygonal(shapely.union(union_of(met), stroke)), met)

    def _meet(self, piece: Region) -> list[Shape]:
        """Note which shapes `piece` is the first to meet, and return them."""
        left, top, right, bottom = piece.bounds
        b = self._bounds
        near = (b[:, 0] <= right) & (b[:, 1] <= bottom) & (b[:, 2] >= left) & (b[:, 3] >= top)
        found = []
        for index in np.flatnonzero(near & ~self._is_met).tolist():
            shape = self.reachable[index]
            if overlaps(shape, piece):
                self._is_met[index] = True
                found.append(shape)
        found.sort(key=lambda shape: shape.key not in self.selected)
        if self.erases and not self._met and found and found[0].key in self.selected:
            found = [shape for shape in found if shape.key in self.selected]
            self._is_met |= [shape.key not in self.selected for shape in self.reachable]
        self._met += found
        return found

    def _paint(self, piece: Region, found: Sequence[Shape]) -> None:
        if not found and shapely.covers(self._area, piece):
            return
        area = shapely.union(self._area, piece)
        if found:
            area = shapely.union(area, union_of(found))
        self._area = polygonal(area)
        self._shown = self._painted(self._area, self._met)

    def _painted(self, area: Region, met: Sequence[Shape]) -> Annotation:
        host = met[0] if met else self._fresh
        area = without_specks(area, self.smallest, known=met)
        parts = reshaped(host, area, free_group_id=free_group_id(self.base))
        if not met:
            return self.base.adding(*parts)
        return self.base.replacing(host.key, *parts).removing(shape.key for shape in met[1:])

    def _erase(self, piece: Region) -> None:
        changed = False
        for shape in self._met:
            rest = self._rests.get(shape.key, region_of(shape))
            if not rest.is_empty and shapely.intersects(rest, piece):
                self._rests[shape.key] = polygonal(shapely.difference(rest, piece))
                changed = True
        if changed:
            self._shown = self._erased(self._rests)

    def _erased(self, rests: Mapping[int, Region]) -> Annotation:
        new, group = self.base, free_group_id(self.base)
        for shape in self._met:
            rest = rests.get(shape.key)
            if rest is None:
                continue
            smallest = min(self.smallest, _LEAST_LEFT * region_of(shape).area)
            if rest.area < smallest:
                new = new.removing((shape.key,))
                continue
            rest = without_specks(rest, smallest, known=(shape,))
            parts = reshaped(shape, rest, free_group_id=group)
            group += len(parts) > 1 and shape.group_id is None
            new = new.replacing(shape.key, *parts)
        return new


def with_parts(keys: Iterable[int], before: Annotation, after: Annotation) -> frozenset[int]:
    """Return `keys` and those of the parts that their shapes fell into between two states."""
    wanted, old = frozenset(keys), {shape.key for shape in before.shapes}
    groups = {shape.group_id for shape in after.shapes if shape.key in wanted} - {None}
    return wanted | {
        shape.key for shape in after.shapes if shape.key not in old and shape.group_id in groups
    }
