"""A stroke of the brush on outlines: what it has come to so far, and what it comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
import numpy.typing as npt
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
    selected, from selected shapes only. A region that is only offered so far is accepted by the
    stroke that changes it, unless the stroke comes upon something drawn first.

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
    offered
        Predicted regions that it may accept and change.
    """

    base: Annotation
    label: str
    erases: bool
    reachable: Sequence[Shape]
    selected: frozenset[int]
    smallest: float
    offered: Sequence[Shape] = ()
    _met: list[Shape] = field(default_factory=list)
    _rests: dict[int, Region] = field(default_factory=dict)
    _parts: dict[int, tuple[Shape, ...]] = field(default_factory=dict)
    _area: Region = field(default_factory=shapely.Polygon)
    _sketch: tuple[Shape, ...] = ()

    def __post_init__(self) -> None:
        self._fresh = Shape(self.label, np.empty((0, 2)))
        copies = tuple(region.copied() for region in self.offered)
        self._offers = {copy.key: region for copy, region in zip(copies, self.offered, strict=True)}
        self._within_reach = (*self.reachable, *copies)
        self._bounds = _bounds_of(self._within_reach)
        self._is_met = np.zeros(len(self._within_reach), dtype=bool)
        self._shown = self.base

    @property
    def has_met(self) -> bool:
        """Whether it has come upon any shape it may change."""
        return bool(self._met)

    @property
    def taken(self) -> tuple[Shape, ...]:
        """The offered regions that it has accepted."""
        return tuple(self._offers[shape.key] for shape in self._met if shape.key in self._offers)

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

    def at_once(self, area: Region) -> Annotation:
        """Return the outcome for an `area` that did not grow under the mouse."""
        if not area.is_empty:
            self._meet(area)
        return self.finish(area)

    def finish(self, stroke: Region) -> Annotation:
        """Return the annotation with the whole `stroke`, from the outlines as they were."""
        if stroke.is_empty:
            return self.base
        met = [shape for shape in self._met if overlaps(shape, stroke)]
        if self.erases:
            self._parts = {}
            group = free_group_id(self.base)
            for shape in met:
                rest = polygonal(shapely.difference(region_of(shape), stroke))
                parts = self._parts[shape.key] = self._left_of(shape, rest, group)
                group += len(parts) > 1 and shape.group_id is None
            return self._erased()
        if len(met) == 1 and shapely.covers(region_of(met[0]), stroke):
            return self._accepted(met)
        return self._painted(polygonal(shapely.union(union_of(met), stroke)), met)

    def _meet(self, piece: Region) -> list[Shape]:
        """Note which shapes `piece` is the first to meet, and return them."""
        left, top, right, bottom = piece.bounds
        b = self._bounds
        near = (b[:, 0] <= right) & (b[:, 1] <= bottom) & (b[:, 2] >= left) & (b[:, 3] >= top)
        found = []
        for index in np.flatnonzero(near & ~self._is_met).tolist():
            shape = self._within_reach[index]
            if overlaps(shape, piece):
                self._is_met[index] = True
                found.append(shape)
        found.sort(key=lambda shape: shape.key not in self.selected)
        if not self._met and found:
            found = self._kept_to(found)
        self._met += found
        return found

    def _kept_to(self, found: list[Shape]) -> list[Shape]:
        """Return which of the first shapes met it changes, and keep it to such as these."""
        beyond: Collection[int] = ()
        if self.erases and any(shape.key not in self._offers for shape in found):
            beyond = self._offers
        if self.erases and found[0].key in self.selected:
            beyond = {shape.key for shape in self._within_reach} - self.selected
        if beyond:
            self._is_met |= [shape.key in beyond for shape in self._within_reach]
        return [shape for shape in found if shape.key not in beyond]

    def _paint(self, piece: Region, found: Sequence[Shape]) -> None:
        if not found and shapely.covers(self._area, piece):
            return
        area = shapely.union(self._area, piece)
        if found:
            area = shapely.union(area, union_of(found))
        self._area = polygonal(area)
        host = self._met[0] if self._met else self._fresh
        self._sketch = _sketched(host, self._area, self._sketch)
        self._shown = self._with(self._sketch, self._met)

    def _painted(self, area: Region, met: Sequence[Shape]) -> Annotation:
        area = without_specks(area, self.smallest, known=met)
        host = met[0] if met else self._fresh
        return self._with(reshaped(host, area, free_group_id=free_group_id(self.base)), met)

    def _with(self, parts: Sequence[Shape], met: Sequence[Shape]) -> Annotation:
        """Return the annotation with `parts` in place of the shapes met."""
        if not met:
            return self.base.adding(*parts)
        merged = self._accepted(met).removing(shape.key for shape in met[1:])
        return merged.replacing(met[0].key, *parts)

    def _accepted(self, met: Sequence[Shape]) -> Annotation:
        """Return the annotation with the offered ones among the shapes met."""
        accepted = [shape for shape in met if shape.key in self._offers]
        return self.base.adding(*accepted) if accepted else self.base

    def _erase(self, piece: Region) -> None:
        changed = False
        for shape in self._met:
            rest = self._rests.get(shape.key, region_of(shape))
            if not rest.is_empty and shapely.intersects(rest, piece):
                rest = self._rests[shape.key] = polygonal(shapely.difference(rest, piece))
                known = self._parts.get(shape.key, (shape,))
                self._parts[shape.key] = _sketched(shape, rest, known)
                changed = True
        if changed:
            self._shown = self._erased()

    def _left_of(self, shape: Shape, rest: Region, group: int) -> tuple[Shape, ...]:
        """Return what is left of `shape` as shapes; several share its group, else `group`."""
        smallest = min(self.smallest, _LEAST_LEFT * region_of(shape).area)
        if rest.area < smallest:
            return ()
        rest = without_specks(rest, smallest, known=(shape,))
        return reshaped(shape, rest, free_group_id=group)

    def _erased(self) -> Annotation:
        ground = self._accepted(self._met)
        shapes = (self._parts.get(shape.key, (shape,)) for shape in ground.shapes)
        return replace(self.base, shapes=tuple(chain.from_iterable(shapes)))


def _bounds_of(shapes: Sequence[Shape]) -> npt.NDArray[np.float64]:
    """Return left, top, right and bottom of each shape (N×4)."""
    if not shapes:
        return np.empty((0, 4))
    # In one go: hundreds of outlines are looked through at every press.
    points = np.concatenate([shape.points for shape in shapes])
    starts = np.cumsum([0, *(len(shape.points) for shape in shapes[:-1])])
    low, high = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
    return np.hstack((low, high))


def _sketched(shape: Shape, region: Region, known: Sequence[Shape]) -> tuple[Shape, ...]:
    """Return `shape` with the outline of `region`, to look at: its rings start anywhere.

    The parts take the identities of those `known` before, so that only what changed is drawn.
    """
    parts = shapely.get_parts(region)
    identities = chain((shape,), known[1:], iter(shape.copied, None))
    made = []
    for part, identity in zip(parts, identities, strict=False):
        outline, *holes = (
            shapely.get_coordinates(ring)[:-1] for ring in (part.exterior, *part.interiors)
        )
        made.append(identity.with_outline(outline, holes))
    return tuple(made)


def with_parts(keys: Iterable[int], before: Annotation, after: Annotation) -> frozenset[int]:
    """Return `keys` and those of the parts that their shapes fell into between two states."""
    wanted, old = frozenset(keys), {shape.key for shape in before.shapes}
    groups = {shape.group_id for shape in after.shapes if shape.key in wanted} - {None}
    return wanted | {
        shape.key for shape in after.shapes if shape.key not in old and shape.group_id in groups
    }
