"""Which outline of one annotation is which of another.

LabelMe's file gives an outline no name, so what became of it is told by what it says: an outline
that is the same on both sides is the same outline; one that is left over belongs to the one it
covers or is a moved copy of, if there is one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from opacity_studio.domain.geometry import Region, region_of
from opacity_studio.domain.shape import Provenance, Shape

_SAME_PLACE: Final = 0.5
"""Intersection over union from which on a changed outline is taken for the one it was."""

_SAME_REGION: Final = 0.2
"""The same where the label is the same, too, and no outline fits better."""


def content_of(shape: Shape) -> Hashable:
    """Return what is equal for two shapes that a file says the same of."""
    made = shape.provenance
    if made is not None and made.outline_digest is None:
        # A record without a digest speaks of the outline it is on; the file always names it.
        made = replace(made, outline_digest=shape.outline_digest)
    return (
        shape.label,
        shape.outline_digest,
        shape.group_id,
        shape.description,
        _text(shape.flags),
        _text(shape.extra),
        None if made is None else _words(made),
    )


def same_content(one: Shape | None, other: Shape | None) -> bool:
    """Whether a file says the same of both shapes; True where neither is there."""
    if one is other:
        return True
    return one is not None and other is not None and content_of(one) == content_of(other)


def _words(made: Provenance) -> Hashable:
    return (
        made.source,
        made.model,
        made.score,
        made.threshold,
        made.edited_by,
        made.reason,
        made.outline_digest,
        _text(made.extra),
    )


def _text(mapping: Mapping[str, Any]) -> str:
    return json.dumps(dict(mapping), sort_keys=True, default=repr)


class Side:
    """What one side made of the shapes of the base."""

    def __init__(self, base: Sequence[Shape], shapes: Sequence[Shape]) -> None:
        self._base = base
        self._shapes = shapes
        self._at: dict[int, int] = {}  # place in the base → place here
        self._pair_equal([shape.key for shape in base], [shape.key for shape in shapes])
        self._pair_equal(list(map(content_of, base)), list(map(content_of, shapes)))
        self._pair_equal([s.outline_digest for s in base], [s.outline_digest for s in shapes])
        self._pair_overlapping(_SAME_PLACE)
        self._pair_equal(list(map(_form, base)), list(map(_form, shapes)))
        self._pair_overlapping(_SAME_REGION, of_a_label=True)
        paired = set(self._at.values())
        self.added = [at for at in range(len(shapes)) if at not in paired]

    def of(self, index: int) -> Shape | None:
        """Return what became of shape `index` of the base; None where it was removed."""
        at = self._at.get(index)
        return None if at is None else self._shapes[at]

    @property
    def removed(self) -> int:
        """Number of shapes of the base that are not here."""
        return len(self._base) - len(self._at)

    @property
    def changed(self) -> int:
        """Number of shapes of the base that are here, but not as they were."""
        return sum(not same_content(self._base[i], self._shapes[at]) for i, at in self._at.items())

    @property
    def is_reordered(self) -> bool:
        """Whether shapes of the base lie over one another in another order here."""
        places = [self._at[index] for index in sorted(self._at)]
        return places != sorted(places)

    def order(self, name: str) -> list[Hashable]:
        """Return the shapes here as tokens, those of the base as ``("base", index)``."""
        index_of = {at: index for index, at in self._at.items()}
        return [
            ("base", index_of[at]) if at in index_of else (name, at)
            for at in range(len(self._shapes))
        ]

    def _left_over(self) -> tuple[list[int], list[int]]:
        taken = set(self._at.values())
        return (
            [index for index in range(len(self._base)) if index not in self._at],
            [at for at in range(len(self._shapes)) if at not in taken],
        )

    def _pair_equal(self, base: Sequence[Hashable], here: Sequence[Hashable]) -> None:
        waiting = defaultdict(list)
        indices, places = self._left_over()
        for at in reversed(places):
            waiting[here[at]].append(at)
        for index in indices:
            if waiting[base[index]]:
                self._at[index] = waiting[base[index]].pop()

    def _pair_overlapping(self, least: float, *, of_a_label: bool = False) -> None:
        indices, places = self._left_over()
        regions = {at: _region(self._shapes[at]) for at in places}
        likeness = []
        for index in indices:
            region = _region(self._base[index])
            for at in places:
                if of_a_label and self._base[index].label != self._shapes[at].label:
                    continue
                share = _overlap(region, regions[at])
                if share >= least:
                    likeness.append((-share, index, at))
        taken: set[int] = set()
        for _, index, at in sorted(likeness):
            if index not in self._at and at not in taken:
                self._at[index] = at
                taken.add(at)


def _form(shape: Shape) -> Hashable:
    """Return what stays the same where a shape is moved as a whole."""
    rings = (shape.points, *shape.holes)
    relative = (np.round(ring - shape.points[:1], 6) + 0.0 for ring in rings)
    return shape.label, shape.shape_type, shape.mask, *(ring.tobytes() for ring in relative)


def _region(shape: Shape) -> Region | None:
    return region_of(shape) if shape.is_polygon and len(shape.points) > 2 else None


def _overlap(one: Region | None, other: Region | None) -> float:
    if one is None or other is None or not one.intersects(other):
        return 0.0
    shared = one.intersection(other).area
    whole = one.area + other.area - shared
    return float(shared / whole) if whole > 0 else 0.0
