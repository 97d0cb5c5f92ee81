"""Two people's changes to different stretches of one outline, both made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from opacity_studio.domain.geometry import is_simple
from opacity_studio.domain.shape import Points, Provenance, Shape
from opacity_studio.domain.three_way import BOTH_CHANGED, either

Vertex = tuple[float, float]


def merged_outline(before: Shape, mine: Shape, theirs: Shape) -> Shape | None:
    """Return `mine` with the stretches of its outline that `theirs` changed.

    Every vertex of the result is one that a person put there. None where both changed the same
    stretch, or neighbouring ones with no untouched vertex between them, where both changed the
    holes, and where the result would cross itself.
    """
    sides = before, mine, theirs
    if not all(shape.is_polygon for shape in sides):
        return None
    ring = merged_ring(*(_vertices(shape.points) for shape in sides))
    holes: Any = either(*(tuple(map(_vertices, shape.holes)) for shape in sides))
    if ring is None or len(ring) < 3 or holes is BOTH_CHANGED:
        return None
    merged = mine.with_outline(ring, holes)
    if not is_simple(merged):
        return None
    return replace(merged, provenance=_made_by_both(merged, mine, theirs))


def merged_ring(
    before: Sequence[Vertex], mine: Sequence[Vertex], theirs: Sequence[Vertex]
) -> list[Vertex] | None:
    """Return the closed ring `before` with what either side made of it; None where they meet."""
    one, other = _stretches(before, mine), _stretches(before, theirs)
    if any(_meet(a, b, len(before)) for a in one for b in other if a != b):
        return None
    ring, at = [], 0
    for stretch in sorted({*one, *other}, key=lambda each: (each.begin, each.end)):
        ring += [*before[at : stretch.begin], *stretch.vertices]
        at = stretch.end
    return [*ring, *before[at:]]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Vertices `begin` to `end` (not included) of a ring, and what they became."""

    begin: int
    end: int
    vertices: tuple[Vertex, ...]


def _stretches(before: Sequence[Vertex], after: Sequence[Vertex]) -> list[_Stretch]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        _Stretch(begin, end, tuple(after[start:stop]))
        for tag, begin, end, start, stop in matcher.get_opcodes()
        if tag != "equal"
    ]


def _meet(one: _Stretch, other: _Stretch, length: int) -> bool:
    """Whether no vertex that both left alone lies between two stretches of a closed ring."""
    first, second = sorted((one, other), key=lambda each: (each.begin, each.end))
    return second.begin <= first.end or second.end - length >= first.begin


def _vertices(ring: Points) -> tuple[Vertex, ...]:
    return tuple((x, y) for x, y in ring.tolist())


def _made_by_both(merged: Shape, mine: Shape, theirs: Shape) -> Provenance:
    """Return who made `merged`: whoever made the outline that both changed, changed by both."""
    made = mine.provenance if mine.provenance is not None else theirs.provenance
    sides = (theirs.provenance, mine.provenance)
    readers = [side.edited_by for side in sides if side is not None and side.edited_by]
    return replace(
        made if made is not None else Provenance("person"),
        edited_by=", ".join(dict.fromkeys(readers)) or None,
        outline_digest=merged.outline_digest,
    )
